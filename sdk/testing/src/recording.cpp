#include "patchbay/testing.hpp"

namespace patchbay::testing {

void RecordingHost::log(Level level, std::string_view message) const { lines.push_back({level, std::string(message)}); }

namespace {

struct RecordedLines final : LineFile {
  explicit RecordedLines(std::vector<std::string>& lines) : lines(lines) {}
  void write(std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string>& lines;
};

}  // namespace

std::shared_ptr<LineFile> RecordingHost::open_lines(const std::string& path, const Rotation&) const {
  return std::make_shared<RecordedLines>(files[path]);
}

void RecordingHost::advance(std::chrono::nanoseconds by) {
  time += std::chrono::duration_cast<std::chrono::system_clock::duration>(by);
  steady_time += std::chrono::duration_cast<std::chrono::steady_clock::duration>(by);
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
