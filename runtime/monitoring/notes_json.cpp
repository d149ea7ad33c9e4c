#include "monitoring/notes_json.hpp"

#include "monitoring/milliseconds.hpp"
#include "monitoring/timestamp.hpp"

namespace patchbay::monitoring {

boost::json::object place_of(const RequestNotes& notes) {
  boost::json::object data{
      {"id", notes.id},       {"method", notes.method}, {"path", notes.path}, {"protocol", notes.protocol}, {"operation", notes.operation},
      {"model", notes.model}, {"stream", notes.stream}};
  if (notes.trace.valid()) data["trace_id"] = notes.trace.trace_id;
  if (!notes.caller.empty()) data["caller"] = notes.caller;
  if (notes.route.empty()) return data;
  data["route"] = notes.route;
  data["target"] = notes.target;
  data["provider"] = notes.provider;
  return data;
}

boost::json::object summary_of(const RequestNotes& notes) {
  boost::json::object data = place_of(notes);
  data["time"] = timestamp(notes.began_at);
  data["outcome"] = name_of(notes.outcome);
  data["status"] = notes.status;
  data["bytes_in"] = notes.bytes_in;
  data["bytes_out"] = notes.bytes_out;
  data["events"] = notes.events;
  data["losses"] = notes.losses;
  if (notes.first_byte != RequestNotes::Instant{}) data["first_byte_ms"] = milliseconds(notes.time_to_first_byte());
  data["duration_ms"] = milliseconds(notes.duration());
  if (const Usage& usage = notes.estimate ? *notes.estimate : notes.usage; usage.total() > 0) {
    data["input_tokens"] = usage.input_tokens;
    data["output_tokens"] = usage.output_tokens;
    data["cached_input_tokens"] = usage.cached_input_tokens;
    data["reasoning_tokens"] = usage.reasoning_tokens;
    if (notes.estimate) data["usage_estimated"] = true;
  }
  if (notes.cost) data["cost"] = notes.money();
  if (const auto& failure = notes.failure) {
    data["error"] = patchbay::name_of(failure->kind);
    data["code"] = failure->code;
    data["message"] = failure->message;
    data["source"] = failure->source;
  }
  return data;
}

}  // namespace patchbay::monitoring
