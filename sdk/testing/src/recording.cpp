#include "patchbay/testing/recording.hpp"

#include <algorithm>

namespace patchbay::testing {

void RecordingDownstream::response(Response&& response) {
  if (finished) {
    ++ignored;
    return;
  }
  finished = true;
  responses.push_back(response.body.take_text());
}

void RecordingDownstream::event(Event&& event) {
  if (finished) {
    ++ignored;
    return;
  }
  event_names.push_back(std::move(event.name));
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

std::string RecordingDownstream::transcript() const {
  std::string text;
  for (const Loss& loss : losses) text += "lost " + loss.what + ": " + loss.why + "\n";
  for (std::size_t i = 0; i < events.size(); ++i)
    text += "event " + event_names[i] + (event_names[i].empty() ? "" : " ") + events[i] + "\n";
  for (const std::string& response : responses) text += "response " + response + "\n";
  for (const Error& error : errors)
    text += "error " + std::string(name_of(error.kind)) + " " + std::to_string(error.http_status()) + " " + error.message + "\n";
  return text + (ended ? "end\n" : "");
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
