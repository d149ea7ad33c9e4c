#include <array>
#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>
#include <cstdio>
#include <ctime>

#include "patchbay/hook.hpp"
#include "patchbay/plain_json.hpp"
#include "patchbay/plugin.hpp"

namespace patchbay {

namespace {

constexpr const char* manual =
    R"md(Writes a line of JSON for each request when it has ended: which model, route, target and provider, its status, bytes, times, and what went
wrong. No keys and no bodies are in it. The file is rotated by size: PATH goes on as PATH.1, PATH.1 as PATH.2…

    [[hooks]]
    id = "requests"
    config = { type = "hook-request-log", config = { path = "/var/log/patchbay/requests.jsonl" } }

A line:

    {"time":"2026-01-31T12:00:00.250Z","event":"request.completed","id":"req-1","model":"gpt-4o","route":"openai","status":200,…}

`fields` chooses and orders what a line has beside `time` and `event`. `every_event` also writes the events on the way there (received, routed,
call begun, first byte), and those of the host and its plugins; `events` of `[[hooks]]` narrows them.
)md";

}  // namespace

struct RequestLogConfig {
  std::string path;
  std::vector<std::string> fields;
  bool every_event = false;
  std::uint64_t max_bytes = Rotation{}.bytes;
  std::uint32_t keep = Rotation{}.keep;

  static constexpr config::Doc docs[] = {
      {.field = "path", .text = "The file; relative to where the host was started.", .required = true},
      {.field = "fields", .text = "Names of what is written; empty: all that there is."},
      {.field = "every_event", .text = "Writes every event, not only the end of each request."},
      {.field = "max_bytes", .text = "The file is rotated at this size.", .minimum = 1024.0},
      {.field = "keep", .text = "So many rotated files stay.", .minimum = 1.0, .maximum = 200000.0},
  };
};
BOOST_DESCRIBE_STRUCT(RequestLogConfig, (), (path, fields, every_event, max_bytes, keep))

namespace {

namespace json = boost::json;

/// As RFC 3339 has it, in UTC, to the millisecond.
std::string text_of(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count() % 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  size += static_cast<std::size_t>(std::snprintf(text.data() + size, text.size() - size, ".%03dZ", static_cast<int>(milliseconds)));
  return {text.data(), size};
}

class RequestLog final : public Hook {
 public:
  using Config = RequestLogConfig;
  RequestLog(Config config, const Host& host)
      : config_(std::move(config)), file_(host.open_lines(config_.path, {config_.max_bytes, config_.keep})) {}

  bool wants(std::string_view event) const override {
    return config_.every_event || event == "request.completed" || event == "request.failed" || event == "request.disconnected";
  }

  void on(const HookEvent& event) const override {
    json::object line{{"time", text_of(event.time)}, {"event", event.name}};
    if (config_.fields.empty())
      for (const auto& member : event.data) line.insert(member);
    for (const std::string& field : config_.fields)
      if (const json::value* const value = event.data.if_contains(field)) line.insert_or_assign(field, *value);
    file_->write(plain_json(line));
  }

 private:
  const Config config_;
  const std::shared_ptr<LineFile> file_;
};

}  // namespace

}  // namespace patchbay

PATCHBAY_PLUGIN("dev.patchbay.hook-request-log", "1.0.0", "Patchbay", "MIT",
                patchbay::module<patchbay::RequestLog>(patchbay::ModuleKind::hook, "hook-request-log",
                                                       "Writes a line of JSON for each request, to a file that is rotated", "stable",
                                                       patchbay::manual))
