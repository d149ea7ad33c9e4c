#pragma once

#include <string>

#include "upstream/framing/frame_decoder.hpp"

namespace patchbay::upstream {

/// One JSON document a line; blank lines are skipped, and the last line needs no line end. Whether a line is JSON is for its reader to
/// find out. [connection: one thread]
class NdjsonDecoder final : public FrameDecoder {
 public:
  explicit NdjsonDecoder(std::size_t max_event_bytes) : limit_(max_event_bytes) {}

  [[nodiscard]] FrameStatus feed(std::string_view piece, FrameSink& sink) override;
  [[nodiscard]] FrameStatus finish(FrameSink& sink) override;

 private:
  FrameStatus deliver(std::string_view line, FrameSink& sink) const;

  std::size_t limit_;
  FrameStatus status_ = FrameStatus::ok;
  std::string begun_;  // a line whose end has not come
};

}  // namespace patchbay::upstream
