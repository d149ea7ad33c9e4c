#include "plugins/host_services.hpp"

#include <spdlog/spdlog.h>

#include "plugins/line_file.hpp"

namespace patchbay::plugins {

namespace {

class HostServices final : public Host {
 public:
  explicit HostServices(std::string module_type) : module_type_(std::move(module_type)) {}

  void log(Level level, std::string_view message) const override { spdlog::log(level_of(level), "{}: {}", module_type_, message); }
  std::chrono::steady_clock::time_point now() const override { return std::chrono::steady_clock::now(); }
  std::chrono::system_clock::time_point wall_time() const override { return std::chrono::system_clock::now(); }
  std::shared_ptr<LineFile> open_lines(const std::string& path, const Rotation& rotation) const override {
    return open_line_file(path, rotation);
  }

 private:
  static spdlog::level::level_enum level_of(Level level) {
    switch (level) {
      case Level::debug: return spdlog::level::debug;
      case Level::info: return spdlog::level::info;
      case Level::warning: return spdlog::level::warn;
      case Level::error: return spdlog::level::err;
    }
    return spdlog::level::info;
  }

  const std::string module_type_;
};

}  // namespace

std::shared_ptr<const Host> make_host_services(std::string module_type) { return std::make_shared<HostServices>(std::move(module_type)); }

}  // namespace patchbay::plugins
