#include "monitoring/logging.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

namespace patchbay::monitoring {

namespace {

/// The message as a JSON string, quotes and all.
class JsonMessage final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    const std::string text = boost::json::serialize(boost::json::string(message.payload.data(), message.payload.size()));
    out.append(text.data(), text.data() + text.size());
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<JsonMessage>(); }
};

/// One for the whole process: spdlog's default logger cannot be replaced while other threads log through it, but its level and form may
/// change at any time.
spdlog::logger& process_logger() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made = std::make_shared<spdlog::logger>("patchbay", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    made->flush_on(spdlog::level::info);
    spdlog::set_default_logger(made);
    return made;
  }();
  return *logger;
}

}  // namespace

bool set_up_logging(std::string_view level, LogFormat format) {
  const std::string name(level);
  const spdlog::level::level_enum parsed = spdlog::level::from_str(name);
  if (parsed == spdlog::level::off && level != "off") return false;

  spdlog::logger& logger = process_logger();
  if (format == LogFormat::json) {
    auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
    formatter->add_flag<JsonMessage>('*').set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","thread":%t,"message":%*})");
    logger.set_formatter(std::move(formatter));
  } else {
    logger.set_pattern("%H:%M:%S.%e %^%-7l%$ %v");
  }
  logger.set_level(parsed);
  return true;
}

}  // namespace patchbay::monitoring
