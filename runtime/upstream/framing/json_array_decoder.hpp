#pragma once

#include <string>

#include "upstream/framing/frame_decoder.hpp"

namespace patchbay::upstream {

/// The elements of one JSON array (RFC 8259), each as soon as it is there. Only what separates elements is judged; whether an element is
/// JSON is for its reader to find out. [connection: one thread]
class JsonArrayDecoder final : public FrameDecoder {
 public:
  explicit JsonArrayDecoder(std::size_t max_event_bytes) : limit_(max_event_bytes) {}

  [[nodiscard]] FrameStatus feed(std::string_view piece, FrameSink& sink) override;
  [[nodiscard]] FrameStatus finish(FrameSink& sink) override;

 private:
  enum class Place { before_array, before_first, before_element, in_element, after_element, after_array };

  [[nodiscard]] const char* scan_between(const char* at);
  [[nodiscard]] const char* scan_element(const char* at, const char* end);

  std::size_t limit_;
  FrameStatus status_ = FrameStatus::ok;
  Place place_ = Place::before_array;
  std::string begun_;  // an element whose end has not come
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace patchbay::upstream
