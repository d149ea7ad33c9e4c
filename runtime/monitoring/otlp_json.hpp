#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string_view>

#include "monitoring/request_notes.hpp"

namespace patchbay::monitoring {

/// The spans of a request, as OTLP's JSON has them: the server's own (HTTP conventions), below it one for each call to a provider (GenAI
/// conventions, semconv 1.41) and one for each stage that was timed. Never content. The request must belong to a trace.
[[nodiscard]] boost::json::array spans_of(const RequestNotes& notes);

/// An ExportTraceServiceRequest (opentelemetry-proto 1.x, collector/trace/v1) with these spans.
[[nodiscard]] boost::json::object export_request(std::string_view service_name, std::string_view version, boost::json::array spans);

}  // namespace patchbay::monitoring
