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
