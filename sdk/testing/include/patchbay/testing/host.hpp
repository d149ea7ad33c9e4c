#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "patchbay/module.hpp"
#include "patchbay/testing/clock.hpp"

namespace patchbay::testing {

/// A host that keeps what modules log and write, and whose time the test moves: `host.clock.advance(5s)`. Its methods may be called from
/// any thread; read `lines` and `files` when no other thread is in a module.
class RecordingHost final : public Host {
 public:
  void log(Level level, std::string_view message) const override;
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return clock.now(); }
  [[nodiscard]] std::chrono::system_clock::time_point wall_time() const override { return clock.wall_time(); }

  /// Lines go to `files`; nothing is rotated.
  [[nodiscard]] std::shared_ptr<LineFile> open_lines(const std::string& path, const Rotation& rotation) const override;

  struct Line {
    Level level;
    std::string message;
  };
  mutable std::vector<Line> lines;
  mutable std::map<std::string, std::vector<std::string>> files;
  mutable FakeClock clock;

 private:
  mutable std::mutex mutex_;
};

}  // namespace patchbay::testing
