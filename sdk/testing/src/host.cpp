#include "patchbay/testing/host.hpp"

#include <stdexcept>

namespace patchbay::testing {

namespace {

class RecordedLines final : public LineFile {
 public:
  RecordedLines(std::vector<std::string>& lines, std::mutex& mutex) : lines_(lines), mutex_(mutex) {}
  void write(std::string_view line) override {
    const std::scoped_lock lock(mutex_);
    lines_.emplace_back(line);
  }

 private:
  std::vector<std::string>& lines_;
  std::mutex& mutex_;
};

}  // namespace

void FakeClock::advance(std::chrono::nanoseconds by) {
  if (by.count() < 0) throw std::invalid_argument("a clock is never moved back; steady time only goes forward");
  elapsed_.fetch_add(by.count(), std::memory_order_relaxed);
}

void RecordingHost::log(Level level, std::string_view message) const {
  const std::scoped_lock lock(mutex_);
  lines.push_back({level, std::string(message)});
}

std::shared_ptr<LineFile> RecordingHost::open_lines(const std::string& path, const Rotation&) const {
  const std::scoped_lock lock(mutex_);
  return std::make_shared<RecordedLines>(files[path], mutex_);
}

}  // namespace patchbay::testing
