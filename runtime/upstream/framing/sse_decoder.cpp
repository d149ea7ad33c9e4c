#include "upstream/framing/sse_decoder.hpp"

#include <cstring>

namespace patchbay::upstream {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t start_is_behind = byte_order_mark.size() + 1;

const char* find(char wanted, const char* begin, const char* end) {
  const void* found = begin == end ? nullptr : std::memchr(begin, wanted, static_cast<std::size_t>(end - begin));
  return found == nullptr ? end : static_cast<const char*>(found);
}

}  // namespace

void SseDecoder::Text::add_line(std::string_view line) {
  store();
  copy_ += '\n';
  copy_ += line;
}

void SseDecoder::Text::store() {
  if (stored_) return;
  copy_.assign(view_);
  stored_ = true;
}

// The mark may itself arrive in pieces. What turns out not to be a mark belongs to the first line.
std::string_view SseDecoder::skip_byte_order_mark(std::string_view piece) {
  while (mark_matched_ < byte_order_mark.size() && !piece.empty()) {
    if (piece.front() != byte_order_mark[mark_matched_]) {
      begun_.assign(byte_order_mark.substr(0, mark_matched_));
      mark_matched_ = start_is_behind;
      return piece;
    }
    ++mark_matched_;
    piece.remove_prefix(1);
  }
  if (mark_matched_ == byte_order_mark.size()) mark_matched_ = start_is_behind;
  return piece;
}

FrameStatus SseDecoder::feed(std::string_view piece, FrameSink& sink) {
  if (status_ != FrameStatus::ok) return status_;
  if (mark_matched_ < byte_order_mark.size()) piece = skip_byte_order_mark(piece);
  if (after_return_ && !piece.empty()) {
    if (piece.front() == '\n') piece.remove_prefix(1);
    after_return_ = false;
  }

  const char* at = piece.data();
  const char* const end = at + piece.size();
  const char* next_return = find('\r', at, end);  // most streams have none: then this is the only search for it
  for (;;) {
    const char* next_feed = find('\n', at, next_return);
    const char* line_end = next_feed;
    if (line_end == end) break;
    if (begun_.empty()) {
      line({at, line_end}, sink);
    } else {
      // The line's beginning is in `begun_`; the fields that it makes must not be views of it.
      begun_.append(at, line_end);
      line(begun_, sink);
      name_.store();
      data_.store();
      begun_.clear();
    }
    if (data_.view().size() + name_.view().size() > limit_) return status_ = FrameStatus::too_large;
    at = line_end + 1;
    if (line_end == next_return) {
      after_return_ = at == end;
      if (at != end && *at == '\n') ++at;
      next_return = find('\r', at, end);
    }
  }
  return status_ = keep_for_later({at, end});
}

FrameStatus SseDecoder::keep_for_later(std::string_view rest) {
  begun_.append(rest);
  if (in_event_) {
    name_.store();
    data_.store();
  }
  return begun_.size() + data_.view().size() + name_.view().size() > limit_ ? FrameStatus::too_large : FrameStatus::ok;
}

void SseDecoder::line(std::string_view text, FrameSink& sink) {
  if (text.empty()) return dispatch(sink);
  if (text.front() == ':') return sink.comment();

  const std::size_t colon = text.find(':');
  const std::string_view field = text.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);

  if (field == "data") {
    if (has_data_)
      data_.add_line(value);
    else
      data_.set(value);
    has_data_ = true;
    in_event_ = true;
  } else if (field == "event") {
    name_.set(value);
    in_event_ = true;
  }
}

void SseDecoder::dispatch(FrameSink& sink) {
  if (has_data_) sink.event(name_.view(), data_.view());
  has_data_ = false;
  in_event_ = false;
  name_.clear();
  data_.clear();
}

FrameStatus SseDecoder::finish(FrameSink&) {
  if (status_ != FrameStatus::ok) return status_;
  const bool in_field = !begun_.empty() && !begun_.starts_with(':');
  if (in_event_ || in_field) status_ = FrameStatus::truncated;
  return status_;
}

}  // namespace patchbay::upstream
