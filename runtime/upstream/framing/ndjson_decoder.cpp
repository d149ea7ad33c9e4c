#include "upstream/framing/ndjson_decoder.hpp"

namespace patchbay::upstream {

FrameStatus NdjsonDecoder::feed(std::string_view piece, FrameSink& sink) {
  while (status_ == FrameStatus::ok) {
    const std::size_t end = piece.find('\n');
    if (end == std::string_view::npos) {
      begun_.append(piece);
      if (begun_.size() > limit_) status_ = FrameStatus::too_large;
      return status_;
    }
    if (begun_.empty()) {
      status_ = deliver(piece.substr(0, end), sink);
    } else {
      begun_.append(piece.substr(0, end));
      status_ = deliver(begun_, sink);
      begun_.clear();
    }
    piece.remove_prefix(end + 1);
  }
  return status_;
}

FrameStatus NdjsonDecoder::deliver(std::string_view line, FrameSink& sink) const {
  constexpr std::string_view white = " \t\r";
  const std::size_t first = line.find_first_not_of(white);
  if (first == std::string_view::npos) return FrameStatus::ok;
  line = line.substr(first, line.find_last_not_of(white) - first + 1);
  if (line.size() > limit_) return FrameStatus::too_large;
  sink.event({}, line);
  return FrameStatus::ok;
}

FrameStatus NdjsonDecoder::finish(FrameSink& sink) {
  if (status_ == FrameStatus::ok) status_ = deliver(begun_, sink);
  begun_.clear();
  return status_;
}

}  // namespace patchbay::upstream
