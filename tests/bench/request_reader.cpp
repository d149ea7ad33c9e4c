#include "request_reader.hpp"

#include <strings.h>

#include <algorithm>
#include <charconv>

namespace bench {
namespace {

constexpr std::size_t longest_head = 64u << 10;
constexpr std::size_t first_size = 512;
constexpr std::size_t last_size = 256;

bool is_content_length(std::string_view line) {
  constexpr std::string_view name = "content-length:";
  return line.size() > name.size() && strncasecmp(line.data(), name.data(), name.size()) == 0;
}

/// The value of Content-Length, zero when there is none; false if the head uses another framing or is not a number.
bool read_length(std::string_view head, std::uint64_t& length) {
  length = 0;
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos && at + 2 < head.size(); at = head.find("\r\n", at + 2)) {
    const std::string_view line = head.substr(at + 2);
    if (strncasecmp(line.data(), "transfer-encoding:", std::min<std::size_t>(line.size(), 18)) == 0) return false;
    if (!is_content_length(line)) continue;
    const char* begin = line.data() + 15;
    while (*begin == ' ') ++begin;
    if (std::from_chars(begin, line.data() + line.size(), length).ec != std::errc()) return false;
  }
  return true;
}

bool asks_for_stream(std::string_view text) {
  return text.find(R"("stream":true)") != std::string_view::npos || text.find(R"("stream": true)") != std::string_view::npos;
}

}  // namespace

RequestReader::State RequestReader::feed(std::string_view& bytes) {
  if (state_ == State::head) read_head(bytes);
  if (state_ == State::body) read_body(bytes);
  return state_;
}

void RequestReader::read_head(std::string_view& bytes) {
  const std::size_t before = head_.size();
  head_.append(bytes);
  const auto end = head_.find("\r\n\r\n", before < 3 ? 0 : before - 3);
  if (end == std::string::npos) {
    bytes = {};
    if (head_.size() > longest_head) state_ = State::malformed;
    return;
  }
  bytes.remove_prefix(end + 4 - before);
  head_.resize(end + 2);
  state_ = read_length(head_, body_bytes_) ? State::body : State::malformed;
  left_ = body_bytes_;
}

void RequestReader::read_body(std::string_view& bytes) {
  const std::string_view piece = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
  bytes.remove_prefix(piece.size());
  left_ -= piece.size();
  if (first_.size() < first_size) first_.append(piece.substr(0, first_size - first_.size()));
  last_.append(piece.substr(piece.size() - std::min(piece.size(), last_size)));
  if (last_.size() > last_size) last_.erase(0, last_.size() - last_size);
  if (left_ == 0) state_ = State::complete;
}

void RequestReader::reset() {
  state_ = State::head;
  head_.clear();
  first_.clear();
  last_.clear();
}

bool RequestReader::wants_stream() const { return asks_for_stream(first_) || asks_for_stream(last_); }

}  // namespace bench
