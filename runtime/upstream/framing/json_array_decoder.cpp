#include "upstream/framing/json_array_decoder.hpp"

namespace patchbay::upstream {

namespace {

bool is_white(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

FrameStatus JsonArrayDecoder::feed(std::string_view piece, FrameSink& sink) {
  const char* at = piece.data();
  const char* const end = at + piece.size();
  while (at != end && status_ == FrameStatus::ok) {
    if (place_ != Place::in_element) {
      at = scan_between(at);
      continue;
    }
    const char* const begin = at;
    at = scan_element(at, end);
    if (begun_.size() + static_cast<std::size_t>(at - begin) > limit_) {
      status_ = FrameStatus::too_large;
    } else if (place_ == Place::in_element) {
      begun_.append(begin, at);
    } else if (begun_.empty()) {
      sink.event({}, {begin, at});
    } else {
      begun_.append(begin, at);
      sink.event({}, begun_);
      begun_.clear();
    }
  }
  return status_;
}

// Takes one byte, unless it begins an element.
const char* JsonArrayDecoder::scan_between(const char* at) {
  const char c = *at;
  if (is_white(c)) return at + 1;
  switch (place_) {
    case Place::before_array:
      if (c != '[') break;
      place_ = Place::before_first;
      return at + 1;
    case Place::before_first:
    case Place::before_element:
      if (c == ']' && place_ == Place::before_first) {
        place_ = Place::after_array;
        return at + 1;
      }
      if (c == ']' || c == ',' || c == '}' || c == ':') break;
      place_ = Place::in_element;
      return at;
    case Place::after_element:
      if (c != ',' && c != ']') break;
      place_ = c == ',' ? Place::before_element : Place::after_array;
      return at + 1;
    case Place::in_element:
    case Place::after_array: break;
  }
  status_ = FrameStatus::malformed;
  return at;
}

// Returns where the element ends, or the end of the piece.
const char* JsonArrayDecoder::scan_element(const char* at, const char* end) {
  for (; at != end; ++at) {
    const char c = *at;
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
        if (depth_ == 0) {
          place_ = Place::after_element;
          return at + 1;
        }
      }
      continue;
    }
    switch (c) {
      case '"': in_string_ = true; break;
      case '{':
      case '[': ++depth_; break;
      case '}':
      case ']':
        if (depth_ == 0) {  // ends a number or a word, and the array
          place_ = Place::after_element;
          return at;
        }
        if (--depth_ == 0) {
          place_ = Place::after_element;
          return at + 1;
        }
        break;
      default:
        if (depth_ == 0 && (c == ',' || is_white(c))) {  // ends a number or a word
          place_ = Place::after_element;
          return at;
        }
    }
  }
  return at;
}

FrameStatus JsonArrayDecoder::finish(FrameSink&) {
  if (status_ == FrameStatus::ok && place_ != Place::after_array) status_ = FrameStatus::truncated;
  return status_;
}

}  // namespace patchbay::upstream
