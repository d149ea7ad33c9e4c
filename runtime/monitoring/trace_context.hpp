#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace patchbay::monitoring {

/// Which distributed trace a request belongs to (W3C Trace Context). A value type.
struct TraceContext {
  std::string trace_id;  ///< 32 hexadecimal digits; empty: it belongs to none
  std::string parent;    ///< the caller's span, 16 hexadecimal digits; empty: the trace begins here
  std::string state;     ///< `tracestate`, passed on as it came
  bool sampled = false;

  [[nodiscard]] bool valid() const { return !trace_id.empty(); }
};

/// What a `traceparent` header says; nothing if it is malformed or of a version that is read otherwise (section 3.2).
[[nodiscard]] std::optional<TraceContext> parse_traceparent(std::string_view header);

/// The header for a call that is made within `span_id`.
[[nodiscard]] std::string write_traceparent(const TraceContext& context, std::string_view span_id);

/// New ids: random, never all zeroes. [thread-safe]
[[nodiscard]] std::string make_trace_id();
[[nodiscard]] std::string make_span_id();

/// Whether a trace of its own is among the sampled share, by its id, so that every host decides alike.
[[nodiscard]] bool is_sampled(std::string_view trace_id, double ratio);

}  // namespace patchbay::monitoring
