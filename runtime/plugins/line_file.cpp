#include "plugins/line_file.hpp"

#include <spdlog/details/log_msg.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include <stdexcept>

namespace patchbay::plugins {

namespace {

class DiskLines final : public LineFile {
 public:
  DiskLines(const std::string& path, const Rotation& rotation) : sink_(path, rotation.bytes, rotation.keep) {
    sink_.set_formatter(std::make_unique<spdlog::pattern_formatter>("%v", spdlog::pattern_time_type::utc, "\n"));
  }

  void write(std::string_view line) override {
    try {
      sink_.log(spdlog::details::log_msg({}, spdlog::level::info, {line.data(), line.size()}));
      sink_.flush();
    } catch (const spdlog::spdlog_ex& error) {
      throw std::runtime_error(error.what());
    }
  }

 private:
  spdlog::sinks::rotating_file_sink_mt sink_;
};

}  // namespace

std::shared_ptr<LineFile> open_line_file(const std::string& path, const Rotation& rotation) {
  try {
    return std::make_shared<DiskLines>(path, rotation);
  } catch (const spdlog::spdlog_ex& error) {
    throw std::runtime_error("'" + path + "' cannot be written: " + error.what());
  }
}

}  // namespace patchbay::plugins
