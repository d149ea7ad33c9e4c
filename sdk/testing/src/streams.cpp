#include "patchbay/testing/streams.hpp"

#include <algorithm>
#include <stdexcept>

#include "patchbay/json_skim.hpp"

namespace patchbay::testing {

namespace {

/// SplitMix64: small, and the same everywhere, which the distributions of the standard library are not.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t bound) {
    std::uint64_t mixed = state_ += 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return (mixed ^ (mixed >> 31)) % bound;
  }

 private:
  std::uint64_t state_;
};

constexpr std::string_view white = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(white);
  return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(white) - first + 1);
}

/// Takes the first line off, without its end (CR, LF or both); nothing if none is complete.
bool take_line(std::string& buffer, std::size_t& at, std::string_view& line) {
  const std::size_t end = buffer.find_first_of("\r\n", at);
  if (end == std::string::npos || (buffer[end] == '\r' && end + 1 == buffer.size())) return false;
  line = std::string_view(buffer).substr(at, end - at);
  at = end + (buffer.compare(end, 2, "\r\n") == 0 ? 2 : 1);
  return true;
}

/// Where the first element of an array ends; npos if it is not complete.
std::size_t end_of_element(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else
        in_string = c != '"';
      continue;
    }
    in_string = c == '"';
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') {
      if (depth == 0) return i;
      --depth;
    }
    if (c == ',' && depth == 0) return i;
  }
  return std::string_view::npos;
}

}  // namespace

std::string sse_bytes(const std::vector<EventText>& events) {
  std::string bytes;
  for (const EventText& event : events) {
    if (!event.name.empty()) bytes += "event: " + event.name + "\n";
    std::string_view data = event.data;
    for (;;) {
      const std::size_t end = data.find('\n');
      bytes.append("data: ").append(data.substr(0, end)).append("\n");
      if (end == std::string_view::npos) break;
      data.remove_prefix(end + 1);
    }
    bytes += "\n";
  }
  return bytes;
}

std::vector<LocalAnswer::Piece> split_at(std::string_view body, std::size_t at) {
  if (at > body.size())
    throw std::invalid_argument("a body of " + std::to_string(body.size()) + " bytes cannot be split at " + std::to_string(at));
  return {{.bytes = std::string(body.substr(0, at))}, {.bytes = std::string(body.substr(at))}};
}

std::vector<LocalAnswer::Piece> split_every(std::string_view body, std::size_t bytes) {
  if (bytes == 0) throw std::invalid_argument("pieces have at least one byte");
  std::vector<LocalAnswer::Piece> pieces;
  for (; !body.empty(); body.remove_prefix(std::min(bytes, body.size()))) pieces.push_back({.bytes = std::string(body.substr(0, bytes))});
  return pieces;
}

std::vector<LocalAnswer::Piece> split_randomly(std::string_view body, std::uint64_t seed) {
  Random random(seed);
  std::vector<LocalAnswer::Piece> pieces;
  while (!body.empty()) {
    const std::size_t longest = random.below(4) == 0 ? 200 : 4;
    const std::size_t size = std::min<std::size_t>(1 + random.below(longest), body.size());
    pieces.push_back({.bytes = std::string(body.substr(0, size))});
    body.remove_prefix(size);
  }
  return pieces;
}

std::vector<LocalAnswer::Piece> merge_randomly(const std::vector<LocalAnswer::Piece>& pieces, std::uint64_t seed) {
  Random random(seed);
  std::vector<LocalAnswer::Piece> merged;
  for (const LocalAnswer::Piece& piece : pieces) {
    if (merged.empty() || random.below(2) == 0)
      merged.push_back(piece);
    else
      merged.back().bytes += piece.bytes;
  }
  return merged;
}

EventCutter::EventCutter(Framing framing) : framing_(framing) {
  if (framing != Framing::sse && framing != Framing::ndjson && framing != Framing::json_array)
    throw std::invalid_argument("this framing has no events; it is not a stream");
}

std::vector<EventText> EventCutter::feed(std::string_view piece) {
  buffer_ += piece;
  std::vector<EventText> events;
  if (framing_ == Framing::sse) cut_sse(events);
  if (framing_ == Framing::ndjson) cut_lines(events);
  if (framing_ == Framing::json_array) cut_array(events);
  return events;
}

std::vector<EventText> EventCutter::finish() {
  std::vector<EventText> events;
  if (framing_ == Framing::ndjson && !trimmed(buffer_).empty()) events.push_back({"", std::string(trimmed(buffer_))});
  if (framing_ == Framing::sse && buffer_.ends_with('\r')) return feed("\n");
  if (framing_ == Framing::ndjson) buffer_.clear();
  return events;
}

bool EventCutter::incomplete() const {
  const bool only_a_comment = framing_ == Framing::sse && buffer_.starts_with(':') && buffer_.find_first_of("\r\n") == std::string::npos;
  return !only_a_comment && !trimmed(buffer_).empty();
}

// The buffer begins with an event: what is taken off it ends with a blank line.
void EventCutter::cut_sse(std::vector<EventText>& events) {
  std::size_t at = 0;
  std::string_view line;
  EventText event;
  bool has_data = false;
  while (take_line(buffer_, at, line)) {
    const std::size_t colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "data") {
      if (std::exchange(has_data, true)) event.data += '\n';
      event.data += value;
    } else if (field == "event") {
      event.name = value;
    } else if (line.empty()) {
      if (has_data) events.push_back(std::move(event));
      event = {};
      has_data = false;
      buffer_.erase(0, std::exchange(at, 0));
    }
  }
}

void EventCutter::cut_lines(std::vector<EventText>& events) {
  std::size_t at = 0;
  std::string_view line;
  while (take_line(buffer_, at, line)) {
    if (!trimmed(line).empty()) events.push_back({"", std::string(trimmed(line))});
    buffer_.erase(0, std::exchange(at, 0));
  }
}

// The buffer begins with the '[' or ',' before an element, or with the ']' at the end.
void EventCutter::cut_array(std::vector<EventText>& events) {
  for (;;) {
    buffer_.erase(0, std::min(buffer_.find_first_not_of(white), buffer_.size()));
    if (trimmed(buffer_) == "]") buffer_.clear();
    if (buffer_.empty()) return;
    const std::size_t end = end_of_element(std::string_view(buffer_).substr(1));
    if (end == std::string::npos) return;
    const std::string_view element = trimmed(std::string_view(buffer_).substr(1, end));
    if (!element.empty()) events.push_back({"", std::string(element)});
    buffer_.erase(0, end + 1);
  }
}

std::vector<EventText> events_of(Framing framing, std::string_view body) {
  EventCutter cutter(framing);
  std::vector<EventText> events = cutter.feed(body);
  for (EventText& event : cutter.finish()) events.push_back(std::move(event));
  return events;
}

Framing framing_of(Framing framing, const Headers& headers) {
  if (framing != Framing::automatic) return framing;
  const std::string_view given = headers.find("content-type").value_or(std::string_view());
  const std::string_view type = trimmed(given.substr(0, given.find(';')));
  if (equals_ignoring_case(type, "text/event-stream")) return Framing::sse;
  return equals_ignoring_case(type, "application/x-ndjson") ? Framing::ndjson : Framing::whole;
}

}  // namespace patchbay::testing
