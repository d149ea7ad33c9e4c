#include <stdexcept>

#include "patchbay/testing.hpp"

namespace patchbay::testing {

void FakeClock::advance(std::chrono::nanoseconds by) {
  if (by.count() < 0) throw std::invalid_argument("a clock is never moved back; steady time only goes forward");
  elapsed_.fetch_add(by.count(), std::memory_order_relaxed);
}

void RecordingHost::log(Level level, std::string_view message) const {
  const std::scoped_lock lock(mutex_);
  lines.push_back({level, std::string(message)});
}

namespace {

struct RecordedLines final : LineFile {
  RecordedLines(std::vector<std::string>& lines, std::mutex& mutex) : lines(lines), mutex(mutex) {}
  void write(std::string_view line) override {
    const std::lock_guard lock(mutex);
    lines.emplace_back(line);
  }
  std::vector<std::string>& lines;
  std::mutex& mutex;
};

}  // namespace

std::shared_ptr<LineFile> RecordingHost::open_lines(const std::string& path, const Rotation&) const {
  const std::lock_guard lock(mutex_);
  return std::make_shared<RecordedLines>(files[path], mutex_);
}

void RecordingDownstream::response(Response&& response) {
  if (finished) {
    ++ignored;
    return;
  }
  finished = true;
  responses.push_back(response.body.take_text());
}

void RecordingDownstream::event(Event&& event) {
  if (finished)
    ++ignored;
  else
    events.push_back(event.data.take_text());
}

void RecordingDownstream::end() {
  if (finished) {
    ++ignored;
    return;
  }
  finished = ended = true;
}

void RecordingDownstream::error(Error&& error) {
  if (finished) {
    ++ignored;
    return;
  }
  finished = true;
  errors.push_back(std::move(error));
}

std::string body_of(const LocalAnswer& answer) {
  std::string body;
  for (const LocalAnswer::Piece& piece : answer.pieces) body += piece.bytes;
  return body;
}

std::vector<std::string> sse_data(std::string_view body) {
  constexpr std::string_view prefix = "data: ";
  std::vector<std::string> data;
  while (!body.empty()) {
    const std::size_t end = std::min(body.find('\n'), body.size());
    const std::string_view line = body.substr(0, end);
    if (line.starts_with(prefix)) data.emplace_back(line.substr(prefix.size()));
    body.remove_prefix(std::min(end + 1, body.size()));
  }
  return data;
}

}  // namespace patchbay::testing
