#include "plugins/validator/corpus.hpp"

#include <array>

namespace patchbay::plugins::validator {

namespace {

// OpenAI API reference, "Create chat completion" and "Chat completion chunk".
const std::array chat = {
    Dialogue{
        "openai-chat",
        "text",
        R"({"model":"m","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hello"}],"temperature":0.5})",
        R"({"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi there"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}})",
        {{"",
          R"({"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})"},
         {"",
          R"({"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"hi "},"finish_reason":null}]})"},
         {"",
          R"({"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"there"},"finish_reason":null}]})"},
         {"",
          R"({"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"}}},
    Dialogue{
        "openai-chat",
        "tool call",
        R"({"model":"m","messages":[{"role":"user","content":"weather in Rome?"}],"tools":[{"type":"function","function":{"name":"weather","description":"tells it","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}],"tool_choice":"auto"})",
        R"({"id":"c2","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}}]},"finish_reason":"tool_calls"}]})",
        {{"",
          R"({"id":"c2","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"weather","arguments":""}}]},"finish_reason":null}]})"},
         {"",
          R"({"id":"c2","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":"}}]},"finish_reason":null}]})"},
         {"",
          R"({"id":"c2","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"Rome\"}"}}]},"finish_reason":null}]})"},
         {"",
          R"({"id":"c2","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]})"}}},
};

// OpenAI API reference, "Create a model response" and "Streaming events".
const std::array responses = {
    Dialogue{
        "openai-responses",
        "text",
        R"({"model":"m","instructions":"be brief","input":"hello"})",
        R"({"id":"r1","object":"response","created_at":1,"status":"completed","model":"m","output":[{"type":"message","id":"m1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"hi there","annotations":[]}]}],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}})",
        {{"response.created",
          R"({"type":"response.created","sequence_number":0,"response":{"id":"r1","object":"response","created_at":1,"status":"in_progress","model":"m","output":[]}})"},
         {"response.output_item.added",
          R"({"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"message","id":"m1","status":"in_progress","role":"assistant","content":[]}})"},
         {"response.content_part.added",
          R"({"type":"response.content_part.added","sequence_number":2,"item_id":"m1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}})"},
         {"response.output_text.delta",
          R"({"type":"response.output_text.delta","sequence_number":3,"item_id":"m1","output_index":0,"content_index":0,"delta":"hi there"})"},
         {"response.output_text.done",
          R"({"type":"response.output_text.done","sequence_number":4,"item_id":"m1","output_index":0,"content_index":0,"text":"hi there"})"},
         {"response.content_part.done",
          R"({"type":"response.content_part.done","sequence_number":5,"item_id":"m1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"hi there","annotations":[]}})"},
         {"response.output_item.done",
          R"({"type":"response.output_item.done","sequence_number":6,"output_index":0,"item":{"type":"message","id":"m1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"hi there","annotations":[]}]}})"},
         {"response.completed",
          R"({"type":"response.completed","sequence_number":7,"response":{"id":"r1","object":"response","created_at":1,"status":"completed","model":"m","output":[{"type":"message","id":"m1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"hi there","annotations":[]}]}],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}})"}}},
};

// Anthropic API reference, "Messages" and "Streaming messages".
const std::array messages = {
    Dialogue{
        "anthropic-messages",
        "text",
        R"({"model":"m","max_tokens":64,"system":"be brief","messages":[{"role":"user","content":"hello"}]})",
        R"({"id":"m1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"hi there"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}})",
        {{"message_start",
          R"({"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}})"},
         {"content_block_start", R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})"},
         {"ping", R"({"type":"ping"})"},
         {"content_block_delta", R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi there"}})"},
         {"content_block_stop", R"({"type":"content_block_stop","index":0})"},
         {"message_delta",
          R"({"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}})"},
         {"message_stop", R"({"type":"message_stop"})"}}},
    Dialogue{
        "anthropic-messages",
        "tool call",
        R"({"model":"m","max_tokens":64,"messages":[{"role":"user","content":[{"type":"text","text":"weather in Rome?"}]}],"tools":[{"name":"weather","input_schema":{"type":"object","properties":{"city":{"type":"string"}}}}]})",
        R"({"id":"m2","type":"message","role":"assistant","model":"m","content":[{"type":"tool_use","id":"t1","name":"weather","input":{"city":"Rome"}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}})",
        {{"message_start",
          R"({"type":"message_start","message":{"id":"m2","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}})"},
         {"content_block_start",
          R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"weather","input":{}}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"city\":\"Rome\"}"}})"},
         {"content_block_stop", R"({"type":"content_block_stop","index":0})"},
         {"message_delta",
          R"({"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":2}})"},
         {"message_stop", R"({"type":"message_stop"})"}}},
};

// Gemini API reference, "models.generateContent" and "streamGenerateContent".
const std::array gemini = {
    Dialogue{
        "gemini",
        "text",
        R"({"systemInstruction":{"parts":[{"text":"be brief"}]},"contents":[{"role":"user","parts":[{"text":"hello"}]}],"generationConfig":{"temperature":0.5}})",
        R"({"candidates":[{"content":{"role":"model","parts":[{"text":"hi there"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5},"modelVersion":"m","responseId":"g1"})",
        {{"", R"({"candidates":[{"content":{"role":"model","parts":[{"text":"hi "}]},"index":0}],"modelVersion":"m","responseId":"g1"})"},
         {"",
          R"({"candidates":[{"content":{"role":"model","parts":[{"text":"there"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5},"modelVersion":"m","responseId":"g1"})"}}},
};

// OpenAI API reference, "Create completion" (legacy).
const std::array completions = {
    Dialogue{
        "openai-completions",
        "text",
        R"({"model":"m","prompt":"hello","max_tokens":16})",
        R"({"id":"t1","object":"text_completion","created":1,"model":"m","choices":[{"text":"hi there","index":0,"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}})",
        {{"",
          R"({"id":"t1","object":"text_completion","created":1,"model":"m","choices":[{"text":"hi ","index":0,"logprobs":null,"finish_reason":null}]})"},
         {"",
          R"({"id":"t1","object":"text_completion","created":1,"model":"m","choices":[{"text":"there","index":0,"logprobs":null,"finish_reason":"stop"}]})"}}},
};

constexpr std::array<std::string_view, 5> protocols_with_dialogues = {"openai-chat", "openai-responses", "anthropic-messages", "gemini",
                                                                      "openai-completions"};

std::string repeated(std::string_view text, std::size_t times) {
  std::string whole;
  for (std::size_t i = 0; i < times; ++i) whole += text;
  return whole;
}

std::vector<OddBody> make_odd_bodies() {
  const std::string nested = repeated("{\"messages\":[", 12) + repeated("]}", 12);
  const std::string long_text(1u << 20, 'x');
  return {
      {"an empty body", ""},
      {"a body of white space", " \n"},
      {"a body that is cut off", R"({"messages":[{"role":"us)"},
      {"a body that is text", "upstream connect error"},
      {"a page of HTML", "<html><body>502 Bad Gateway</body></html>"},
      {"null", "null"},
      {"a number", "1"},
      {"a number without end", "1e99999"},
      {"a string", R"("text")"},
      {"an empty array", "[]"},
      {"an empty object", "{}"},
      {"a body that is not UTF-8", "{\"model\":\"\xff\xfe\",\"messages\":[{\"role\":\"user\",\"content\":\"\xc3\"}]}"},
      {"a body with a zero byte", std::string("{\"model\":\"a\0b\"}", 15)},
      {"a body with a zero escaped", R"({"model":"a\u0000b","messages":[{"role":"user","content":"\u0000"}]})"},
      {"half a surrogate pair", R"({"model":"m","messages":[{"role":"user","content":"\ud83d"}]})"},
      {"a key that is there twice", R"({"model":"a","model":"b","messages":[],"messages":[{}]})"},
      {"fields of wrong types",
       R"({"model":1,"messages":"x","input":7,"contents":{},"prompt":{},"stream":"yes","tools":7,"tool_choice":[],"choices":3,"output":"x","content":5,"candidates":"x","usage":[],"system":9,"max_tokens":"many","type":4,"delta":"x","index":"first"})"},
      {"lists of wrong elements",
       R"({"model":"m","messages":[1,null,"x",[],{}],"input":[1,null,{}],"contents":[1,{},{"parts":1},{"parts":[1,null,{}]}],"tools":[1,null,{}],"choices":[1,null,{},{"delta":1},{"message":[]}],"output":[1,null,{}],"content":[1,null,{}],"candidates":[1,null,{},{"content":1},{"content":{"parts":[1]}}]})"},
      {"null everywhere",
       R"({"model":null,"messages":null,"input":null,"contents":null,"stream":null,"tools":null,"choices":null,"output":null,"content":null,"candidates":null,"usage":null,"type":null,"delta":null})"},
      {"numbers at their limits",
       R"({"model":"m","max_tokens":18446744073709551615,"n":-9223372036854775808,"temperature":1e308,"index":-1,"choices":[{"index":4294967296,"delta":{"tool_calls":[{"index":-5}]}}],"output_index":1e30})"},
      {"a body that is nested", nested},
      {"a body that is nested too deeply", repeated("[", 100'000)},
      {"objects nested too deeply", repeated("{\"a\":", 100'000)},
      {"a mebibyte of text", R"({"model":"m","messages":[{"role":"user","content":")" + long_text + R"("}],"input":")" + long_text + "\"}"},
      {"a mebibyte in one event", R"({"choices":[{"index":0,"delta":{"content":")" + long_text + R"("}}]})"},
      {"ten thousand fields", "{" + repeated(R"("a":1,)", 10'000) + R"("b":2})"},
  };
}

}  // namespace

std::span<const Dialogue> dialogues_in(std::string_view protocol) {
  if (protocol == "openai-responses") return responses;
  if (protocol == "anthropic-messages") return messages;
  if (protocol == "gemini") return gemini;
  if (protocol == "openai-completions") return completions;
  return chat;
}

std::span<const std::string_view> known_protocols() { return protocols_with_dialogues; }

const std::vector<OddBody>& odd_bodies() {
  static const std::vector<OddBody> bodies = make_odd_bodies();
  return bodies;
}

}  // namespace patchbay::plugins::validator
