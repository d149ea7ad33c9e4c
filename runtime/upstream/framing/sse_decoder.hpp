#pragma once

#include <string>

#include "upstream/framing/frame_decoder.hpp"

namespace patchbay::upstream {

/// Server-sent events (WHATWG HTML section 9.2.6). `id` and `retry` are read over: a gateway does not reconnect. [connection: one thread]
class SseDecoder final : public FrameDecoder {
 public:
  explicit SseDecoder(std::size_t max_event_bytes) : limit_(max_event_bytes) {}

  [[nodiscard]] FrameStatus feed(std::string_view piece, FrameSink& sink) override;
  [[nodiscard]] FrameStatus finish(FrameSink& sink) override;

 private:
  /// A field's text: a view while the piece that it came in is there, a copy after that.
  class Text {
   public:
    void set(std::string_view text) {
      view_ = text;
      stored_ = false;
    }
    void add_line(std::string_view line);
    void store();
    void clear() { set({}); }
    [[nodiscard]] std::string_view view() const { return stored_ ? std::string_view(copy_) : view_; }

   private:
    std::string_view view_;
    std::string copy_;
    bool stored_ = false;
  };

  std::string_view skip_byte_order_mark(std::string_view piece);
  void line(std::string_view text, FrameSink& sink);
  void dispatch(FrameSink& sink);
  FrameStatus keep_for_later(std::string_view rest);

  std::size_t limit_;
  FrameStatus status_ = FrameStatus::ok;
  std::string begun_;  // a line whose end has not come
  Text name_;
  Text data_;
  bool has_data_ = false;
  bool in_event_ = false;         // a field that makes an event came since the last blank line
  bool after_return_ = false;     // the last piece ended with CR: a LF that begins the next belongs to it
  std::size_t mark_matched_ = 0;  // bytes of the byte order mark; past its size once the start is behind
};

}  // namespace patchbay::upstream
