#include "upstream/framing/frame_decoder.hpp"

#include "upstream/framing/json_array_decoder.hpp"
#include "upstream/framing/ndjson_decoder.hpp"
#include "upstream/framing/sse_decoder.hpp"

namespace patchbay::upstream {

std::string_view describe(FrameStatus status) {
  switch (status) {
    case FrameStatus::ok: return {};
    case FrameStatus::too_large: return "an event of the stream exceeds the limit ([upstream] max_reply_bytes)";
    case FrameStatus::malformed: return "the stream is not what its content type or framing says";
    case FrameStatus::truncated: return "the stream ended in the middle of an event";
  }
  return {};
}

Framing resolve_framing(Framing framing, std::string_view content_type) {
  if (framing != Framing::automatic) return framing;
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  while (!type.empty() && (type.front() == ' ' || type.front() == '\t')) type.remove_prefix(1);
  if (equals_ignoring_case(type, "text/event-stream")) return Framing::sse;
  if (equals_ignoring_case(type, "application/x-ndjson")) return Framing::ndjson;
  return Framing::whole;
}

std::unique_ptr<FrameDecoder> make_frame_decoder(Framing framing, std::size_t max_event_bytes) {
  switch (framing) {
    case Framing::sse: return std::make_unique<SseDecoder>(max_event_bytes);
    case Framing::ndjson: return std::make_unique<NdjsonDecoder>(max_event_bytes);
    case Framing::json_array: return std::make_unique<JsonArrayDecoder>(max_event_bytes);
    case Framing::automatic:
    case Framing::whole: break;
  }
  return nullptr;
}

}  // namespace patchbay::upstream
