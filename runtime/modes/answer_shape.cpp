#include "modes/answer_shape.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>

#include "config/schema_validator.hpp"
#include "patchbay/message.hpp"

namespace patchbay::modes {

namespace json = boost::json;

namespace {

/// What the answers of one protocol look like.
struct Shape {
  std::string_view protocol;
  std::string_view response;        ///< JSON Schema of a whole answer
  std::string_view event;           ///< JSON Schema of each event
  std::string_view content;         ///< a JSON pointer that a whole answer has
  std::string_view first_event;     ///< the name of the first event; empty: events have no names
  std::string_view last_event;      ///< the name of the last one
  std::string_view finish_pointer;  ///< where some event says why the answer ended; empty: its name says it
};

constexpr std::array shapes{
    // OpenAI API reference, "The chat completion object" and "The chat completion chunk object".
    Shape{protocols::openai_chat,
          R"({"type":"object","required":["id","object","choices"],"properties":{
              "id":{"type":"string"},"object":{"enum":["chat.completion"]},"created":{"type":"integer"},"model":{"type":"string"},
              "choices":{"type":"array","items":{"type":"object","required":["index","message","finish_reason"],"properties":{
                "index":{"type":"integer"},"finish_reason":{"type":["string","null"]},
                "message":{"type":"object","required":["role"],"properties":{"role":{"enum":["assistant"]},"content":{"type":["string","null"]},
                  "tool_calls":{"type":"array","items":{"type":"object","required":["id","type","function"],"properties":{"id":{"type":"string"},
                    "function":{"type":"object","required":["name","arguments"],"properties":{"name":{"type":"string"},"arguments":{"type":"string"}}}}}}}}}}},
              "usage":{"type":["object","null"]}}})",
          R"({"type":"object","required":["id","object","choices"],"properties":{
              "id":{"type":"string"},"object":{"enum":["chat.completion.chunk"]},"created":{"type":"integer"},"model":{"type":"string"},
              "choices":{"type":"array","items":{"type":"object","required":["index","delta"],"properties":{
                "index":{"type":"integer"},"finish_reason":{"type":["string","null"]},
                "delta":{"type":"object","properties":{"content":{"type":["string","null"]},
                  "tool_calls":{"type":"array","items":{"type":"object","required":["index"],"properties":{"index":{"type":"integer"}}}}}}}}},
              "usage":{"type":["object","null"]}}})",
          "/choices/0/message", "", "", "/choices/0/finish_reason"},
    // OpenAI API reference, "The completion object" (legacy).
    Shape{protocols::openai_completions,
          R"({"type":"object","required":["id","object","choices"],"properties":{"object":{"enum":["text_completion"]},
              "choices":{"type":"array","items":{"type":"object","required":["index","text"],"properties":{"text":{"type":"string"}}}}}})",
          R"({"type":"object","required":["id","object","choices"],"properties":{"object":{"enum":["text_completion"]},
              "choices":{"type":"array","items":{"type":"object","required":["index","text"],"properties":{"text":{"type":"string"}}}}}})",
          "/choices/0/text", "", "", "/choices/0/finish_reason"},
    // OpenAI API reference, "The response object" and "Streaming events".
    Shape{protocols::openai_responses,
          R"({"type":"object","required":["id","object","status","output"],"properties":{
              "id":{"type":"string"},"object":{"enum":["response"]},"status":{"type":"string"},"created_at":{"type":"number"},
              "output":{"type":"array","items":{"type":"object","required":["type"],"properties":{"type":{"type":"string"},
                "content":{"type":"array","items":{"type":"object","required":["type"]}},"arguments":{"type":"string"}}}},
              "usage":{"type":["object","null"]}}})",
          R"({"type":"object","required":["type"],"properties":{"type":{"type":"string"},"sequence_number":{"type":"integer"},
              "output_index":{"type":"integer"},"response":{"type":"object","required":["id","object","status"]},
              "item":{"type":"object","required":["type"]}}})",
          "/output/0/type", "response.created", "response.completed", ""},
    // Anthropic API reference, "Messages" and "Streaming messages".
    Shape{protocols::anthropic_messages,
          R"({"type":"object","required":["id","type","role","content","stop_reason","usage"],"properties":{
              "id":{"type":"string"},"type":{"enum":["message"]},"role":{"enum":["assistant"]},"model":{"type":"string"},
              "content":{"type":"array","items":{"type":"object","required":["type"],"properties":{"type":{"type":"string"},
                "text":{"type":"string"},"name":{"type":"string"},"input":{"type":"object"}}}},
              "stop_reason":{"type":["string","null"]},
              "usage":{"type":"object","required":["input_tokens","output_tokens"]}}})",
          R"({"type":"object","required":["type"],"properties":{"type":{"enum":["message_start","content_block_start","ping",
              "content_block_delta","content_block_stop","message_delta","message_stop","error"]},"index":{"type":"integer"},
              "message":{"type":"object","required":["id","role","content","usage"]},
              "content_block":{"type":"object","required":["type"]},"delta":{"type":"object"}}})",
          "/content/0/type", "message_start", "message_stop", ""},
    // Gemini API reference, "GenerateContentResponse".
    Shape{protocols::gemini,
          R"({"type":"object","required":["candidates"],"properties":{"candidates":{"type":"array","items":{"type":"object",
              "required":["content"],"properties":{"content":{"type":"object","required":["parts"],"properties":{"role":{"enum":["model"]},
              "parts":{"type":"array","items":{"type":"object"}}}},"finishReason":{"type":"string"}}}},"usageMetadata":{"type":"object"}}})",
          R"({"type":"object","properties":{"candidates":{"type":"array","items":{"type":"object","properties":{
              "content":{"type":"object","properties":{"parts":{"type":"array","items":{"type":"object"}}}},
              "finishReason":{"type":"string"}}}},"usageMetadata":{"type":"object"}}})",
          "/candidates/0/content/parts/0", "", "", "/candidates/0/finishReason"},
};

std::optional<ShapeFault> fault_in(std::string_view text, std::string_view schema, const std::string& path) {
  boost::system::error_code malformed;
  const json::value value = json::parse(text, malformed);
  if (malformed) return ShapeFault{path, "expected JSON: " + malformed.message()};
  const std::vector<config::Fault> faults = config::validate(value, json::parse(schema));
  if (faults.empty()) return std::nullopt;
  return ShapeFault{path + faults.front().pointer, faults.front().message};
}

bool has(std::string_view text, std::string_view pointer) {
  boost::system::error_code absent;
  const json::value value = json::parse(text, absent);
  const json::value* const part = absent ? nullptr : value.find_pointer(pointer, absent);
  return part != nullptr && !part->is_null();
}

std::optional<ShapeFault> fault_of_stream(const SeenAnswer& answer, const Shape& shape) {
  const std::vector<EventText>& events = answer.events;
  if (answer.response) return ShapeFault{"/response", "expected events, as the client asked for a stream"};
  if (events.empty()) return ShapeFault{"/events", "expected events, and there were none"};
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::string at = "/events/" + std::to_string(i);
    if (std::optional<ShapeFault> fault = fault_in(events[i].data, shape.event, at)) return fault;
    if (!shape.first_event.empty() && events[i].data.find("\"" + events[i].name + "\"") == std::string::npos)
      return ShapeFault{at + "/type", "expected the event's own name, '" + events[i].name + "'"};
  }
  if (!shape.first_event.empty() && events.front().name != shape.first_event)
    return ShapeFault{"/events/0", "expected " + std::string(shape.first_event) + ", found '" + events.front().name + "'"};
  const std::string last = "/events/" + std::to_string(events.size() - 1);
  if (!shape.last_event.empty() && events.back().name != shape.last_event)
    return ShapeFault{last, "expected " + std::string(shape.last_event) + ", found '" + events.back().name + "'"};
  const auto finishes = [&](const EventText& event) { return has(event.data, shape.finish_pointer); };
  if (!shape.finish_pointer.empty() && std::none_of(events.begin(), events.end(), finishes))
    return ShapeFault{last + std::string(shape.finish_pointer), "expected some event to say why the answer ended"};
  return std::nullopt;
}

}  // namespace

std::optional<ShapeFault> shape_fault(const SeenAnswer& answer, std::string_view protocol, bool stream) {
  const auto shape = std::find_if(shapes.begin(), shapes.end(), [&](const Shape& one) { return one.protocol == protocol; });
  if (shape == shapes.end()) return std::nullopt;
  if (stream) return fault_of_stream(answer, *shape);
  if (!answer.response) return ShapeFault{"/events", "expected one response, as the client asked for no stream"};
  if (std::optional<ShapeFault> fault = fault_in(*answer.response, shape->response, "/response")) return fault;
  if (!has(*answer.response, shape->content)) return ShapeFault{"/response" + std::string(shape->content), "expected content"};
  return std::nullopt;
}

}  // namespace patchbay::modes
