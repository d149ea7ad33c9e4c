#include "modes/samples.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "plugins/validator/corpus.hpp"

namespace patchbay::modes {

namespace json = boost::json;

namespace {

// A red pixel, as PNG.
#define PIXEL "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="

constexpr std::string_view ollama_chat = "ollama-chat";

/// OpenAI API reference, "Images and vision"; the answer is a text's.
constexpr std::string_view chat_image =
    R"({"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"what is this?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,)" PIXEL
    R"("}}]}]})";
constexpr std::string_view responses_image =
    R"({"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"what is this?"},{"type":"input_image","image_url":"data:image/png;base64,)" PIXEL
    R"("}]}]})";
/// Anthropic API reference, "Vision".
constexpr std::string_view messages_image =
    R"({"model":"m","max_tokens":64,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":")" PIXEL
    R"("}},{"type":"text","text":"what is this?"}]}]})";
/// Gemini API reference, "Image understanding".
constexpr std::string_view gemini_image =
    R"({"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":")" PIXEL R"("}},{"text":"what is this?"}]}]})";

#undef PIXEL

Sample responses_tool_call() {
  return {
      protocols::openai_responses,
      "tool call",
      R"({"model":"m","input":"weather in Rome?","tools":[{"type":"function","name":"weather","description":"tells it","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}]})",
      R"({"id":"r2","object":"response","created_at":1,"status":"completed","model":"m","output":[{"type":"function_call","id":"f1","call_id":"t1","name":"weather","arguments":"{\"city\":\"Rome\"}","status":"completed"}],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}})",
      {{"response.created",
        R"({"type":"response.created","sequence_number":0,"response":{"id":"r2","object":"response","created_at":1,"status":"in_progress","model":"m","output":[]}})"},
       {"response.output_item.added",
        R"({"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"function_call","id":"f1","call_id":"t1","name":"weather","arguments":"","status":"in_progress"}})"},
       {"response.function_call_arguments.delta",
        R"({"type":"response.function_call_arguments.delta","sequence_number":2,"item_id":"f1","output_index":0,"delta":"{\"city\":\"Rome\"}"})"},
       {"response.function_call_arguments.done",
        R"({"type":"response.function_call_arguments.done","sequence_number":3,"item_id":"f1","output_index":0,"arguments":"{\"city\":\"Rome\"}"})"},
       {"response.output_item.done",
        R"({"type":"response.output_item.done","sequence_number":4,"output_index":0,"item":{"type":"function_call","id":"f1","call_id":"t1","name":"weather","arguments":"{\"city\":\"Rome\"}","status":"completed"}})"},
       {"response.completed",
        R"({"type":"response.completed","sequence_number":5,"response":{"id":"r2","object":"response","created_at":1,"status":"completed","model":"m","output":[{"type":"function_call","id":"f1","call_id":"t1","name":"weather","arguments":"{\"city\":\"Rome\"}","status":"completed"}],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}})"}}};
}

Sample gemini_tool_call() {
  constexpr std::string_view reply =
      R"({"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"weather","args":{"city":"Rome"}}}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5},"modelVersion":"m","responseId":"g2"})";
  return {
      protocols::gemini,
      "tool call",
      R"({"contents":[{"role":"user","parts":[{"text":"weather in Rome?"}]}],"tools":[{"functionDeclarations":[{"name":"weather","description":"tells it","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}]}]})",
      reply,
      {{"", std::string(reply)}}};
}

/// Ollama API reference, "Generate a chat completion".
std::vector<Sample> ollama() {
  return {
      {ollama_chat,
       "text",
       R"({"model":"m","messages":[{"role":"user","content":"hello"}]})",
       R"({"model":"m","created_at":"2025-01-01T00:00:00Z","message":{"role":"assistant","content":"hi there"},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":2})",
       {{"", R"({"model":"m","created_at":"2025-01-01T00:00:00Z","message":{"role":"assistant","content":"hi "},"done":false})"},
        {"", R"({"model":"m","created_at":"2025-01-01T00:00:00Z","message":{"role":"assistant","content":"there"},"done":false})"},
        {"",
         R"({"model":"m","created_at":"2025-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":2})"}}},
      {ollama_chat,
       "tool call",
       R"({"model":"m","messages":[{"role":"user","content":"weather in Rome?"}],"tools":[{"type":"function","function":{"name":"weather","description":"tells it","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}]})",
       R"({"model":"m","created_at":"2025-01-01T00:00:00Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"weather","arguments":{"city":"Rome"}}}]},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":2})",
       {{"",
         R"({"model":"m","created_at":"2025-01-01T00:00:00Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"weather","arguments":{"city":"Rome"}}}]},"done":false})"},
        {"",
         R"({"model":"m","created_at":"2025-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":2})"}}},
  };
}

std::vector<Sample> documented(std::string_view protocol) {
  std::vector<Sample> samples;
  for (const plugins::validator::Dialogue& one : plugins::validator::dialogues_in(protocol))
    samples.push_back({one.protocol, one.name, one.request, one.reply, one.events});
  return samples;
}

/// A question about an image, which is answered like a text.
void add_image(std::vector<Sample>& samples, std::string_view request) {
  Sample sample = samples.front();
  sample.name = "image";
  sample.request = request;
  samples.push_back(std::move(sample));
}

std::map<std::string, std::vector<Sample>, std::less<>> make_samples() {
  std::map<std::string, std::vector<Sample>, std::less<>> all;
  for (const std::string_view protocol : plugins::validator::known_protocols()) all.emplace(protocol, documented(protocol));
  all.at(std::string(protocols::openai_responses)).push_back(responses_tool_call());
  all.at(std::string(protocols::gemini)).push_back(gemini_tool_call());
  all.emplace(ollama_chat, ollama());
  add_image(all.at(std::string(protocols::openai_chat)), chat_image);
  add_image(all.at(std::string(protocols::openai_responses)), responses_image);
  add_image(all.at(std::string(protocols::anthropic_messages)), messages_image);
  add_image(all.at(std::string(protocols::gemini)), gemini_image);
  return all;
}

}  // namespace

const std::vector<Sample>& samples_in(std::string_view protocol) {
  static const auto all = make_samples();
  static const std::vector<Sample> none;
  const auto found = all.find(protocol);
  return found != all.end() ? found->second : none;
}

const Sample* sample_for(std::string_view protocol, std::string_view name) {
  const std::vector<Sample>& samples = samples_in(protocol);
  if (samples.empty()) return nullptr;
  const auto found = std::find_if(samples.begin(), samples.end(), [&](const Sample& sample) { return sample.name == name; });
  return found != samples.end() ? &*found : &samples.front();
}

std::string error_sample(std::string_view protocol) {
  if (protocol == protocols::anthropic_messages)
    return R"({"type":"error","error":{"type":"invalid_request_error","message":"a sample of a refusal"}})";
  if (protocol == protocols::gemini) return R"({"error":{"code":400,"message":"a sample of a refusal","status":"INVALID_ARGUMENT"}})";
  if (protocol == ollama_chat) return R"({"error":"a sample of a refusal"})";
  return R"({"error":{"message":"a sample of a refusal","type":"invalid_request_error","param":null,"code":"sample"}})";
}

std::string request_body(const Sample& sample, std::string_view model, bool stream) {
  if (sample.protocol == protocols::gemini) return std::string(sample.request);
  json::value body = json::parse(sample.request);
  json::object& object = body.as_object();
  if (!model.empty()) object["model"] = model;
  if (stream || sample.protocol == ollama_chat) object["stream"] = stream;
  return json::serialize(body);
}

}  // namespace patchbay::modes
