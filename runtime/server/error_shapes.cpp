#include "server/error_shapes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace patchbay::server {

namespace json = boost::json;

namespace {

constexpr std::string_view done = "data: [DONE]\n\n";

json::value or_null(const std::string& text) { return text.empty() ? json::value() : json::value(text); }

json::object shape(const Error& error, std::string_view protocol) {
  if (protocol == protocols::anthropic_messages)
    return {{"type", "error"}, {"error", {{"type", anthropic_error_type(error.kind)}, {"message", error.message}}}};
  if (protocol == protocols::gemini)
    return {{"error", {{"code", error.http_status()}, {"message", error.message}, {"status", google_status(error.kind)}}}};
  return {{"error",
           {{"message", error.message},
            {"type", openai_error_type(error.kind)},
            {"param", or_null(error.param)},
            {"code", or_null(error.code)}}}};
}

}  // namespace

std::string error_body(const Error& error, std::string_view protocol) {
  if (!error.original.empty() && error.original_protocol == protocol) return error.original;
  return json::serialize(shape(error, protocol));
}

std::string error_events(const Error& error, std::string_view protocol) {
  const std::string data = "data: " + json::serialize(shape(error, protocol)) + "\n\n";
  if (const std::string_view last = end_of_stream(protocol); !last.empty()) return data + std::string(last);
  if (protocol == protocols::anthropic_messages) return "event: error\n" + data;
  if (protocol == protocols::openai_responses)
    return "event: response.failed\ndata: " +
           json::serialize(json::object{{"type", "response.failed"},
                                        {"sequence_number", 0},
                                        {"response",
                                         {{"object", "response"},
                                          {"status", "failed"},
                                          {"output", json::array()},
                                          {"error", {{"code", or_null(error.code)}, {"message", error.message}}}}}}) +
           "\n\n";
  return data;
}

std::string_view end_of_stream(std::string_view protocol) {
  return protocol == protocols::openai_chat || protocol == protocols::openai_completions ? done : std::string_view{};
}

}  // namespace patchbay::server
