#include <benchmark/benchmark.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "hub/codec.hpp"
#include "lowered_tools.hpp"
#include "memory/heap.hpp"
#include "patchbay/document.hpp"

/// What a conversion costs: a request of an agent (100 KiB, 24 tools, a long system prompt) from text to text, and an event of a stream.
namespace patchbay::conversion {
namespace {

constexpr std::string_view protocols[] = {"openai-chat", "openai-responses", "anthropic-messages", "gemini", "ollama-chat"};
constexpr std::size_t request_size = 100u << 10;

/// Words rather than one letter: strings with quotes and line ends, as prompts and code have them.
std::string prose(std::size_t size) {
  std::string text;
  while (text.size() < size) text += "The quick \"brown\" fox\njumps over the lazy dog; 0123456789. ";
  text.resize(size);
  return text;
}

json::value agent_request() {
  json::array tools;
  for (int i = 0; i < 24; ++i) {
    json::object properties;
    for (int j = 0; j < 6; ++j) properties["argument_" + std::to_string(j)] = {{"type", "string"}, {"description", prose(80)}};
    tools.push_back(
        {{"name", "tool_" + std::to_string(i)},
         {"description", prose(600)},
         {"input_schema", {{"type", "object"}, {"properties", std::move(properties)}, {"required", json::array{"argument_0"}}}}});
  }
  json::array messages{json::object{{"role", "user"}, {"content", prose(1'000)}}};
  for (int i = 0; i < 12; ++i) {
    const std::string id = "toolu_" + std::to_string(i);
    json::array calls{json::object{{"type", "text"}, {"text", prose(200)}},
                      json::object{{"type", "tool_use"}, {"id", id}, {"name", "tool_1"}, {"input", {{"argument_0", prose(100)}}}}};
    json::array results{json::object{{"type", "tool_result"}, {"tool_use_id", id}, {"content", prose(3'000)}}};
    messages.push_back({{"role", "assistant"}, {"content", std::move(calls)}});
    messages.push_back({{"role", "user"}, {"content", std::move(results)}});
  }
  json::object body{{"model", "m"}, {"max_tokens", 4'096},       {"stream", true},
                    {"system", ""}, {"tools", std::move(tools)}, {"messages", std::move(messages)}};
  const std::size_t size = json::serialize(body).size();
  body["system"] = prose(request_size > size ? request_size - size : 1);
  return body;
}

ModelRequest decode(const Codec& codec, json::value&& body) {
  patchbay::Request request;
  request.set_model("m");
  request.set_stream(true);
  return codec.decode_request(body, request);
}

/// The agent's request in a protocol.
std::string request_text(std::string_view protocol) {
  ModelRequest request = decode(*find_codec("anthropic-messages"), agent_request());
  name_calls(request.messages);
  Fidelity fidelity;
  return json::serialize(find_codec(protocol)->encode_request(request, {}, fidelity));
}

void request(benchmark::State& state, const Codec& from, const Codec& to) {
  const std::string text = request_text(from.protocol());
  for (auto _ : state) {
    Document document(text);
    ModelRequest decoded = decode(from, std::move(document.edit()));
    if (from.announces_input()) benchmark::DoNotOptimize(estimated_tokens(decoded));
    benchmark::DoNotOptimize(lower_tools(decoded, to.takes_custom_tools({})).size());
    name_calls(decoded.messages);
    Fidelity fidelity;
    Document converted(to.encode_request(decoded, {}, fidelity));
    benchmark::DoNotOptimize(converted.text());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

class Sink final : public EventSink {
 public:
  void emit(std::string_view, std::string data) override { bytes += data.size(); }
  void lost(std::string_view) override {}
  std::size_t bytes = 0;
};

struct Stream {
  std::vector<std::string_view> opening;
  std::string_view delta;
};

/// What precedes a delta, and the delta that is converted over and over.
Stream stream_of(std::string_view protocol) {
  if (protocol == "openai-chat")
    return {
        {R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})"},
        R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{"content":" jumps over the lazy"},"logprobs":null,"finish_reason":null}]})"};
  if (protocol == "openai-responses")
    return {
        {R"({"type":"response.created","sequence_number":0,"response":{"id":"resp_1","model":"m","created_at":1700000000}})",
         R"({"type":"response.output_item.added","output_index":0,"item":{"id":"msg_1","type":"message","role":"assistant","content":[]}})"},
        R"({"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_1","output_index":0,"content_index":0,"delta":" jumps over the lazy","logprobs":[]})"};
  if (protocol == "anthropic-messages")
    return {
        {R"({"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"usage":{"input_tokens":10,"output_tokens":1}}})",
         R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})"},
        R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" jumps over the lazy"}})"};
  if (protocol == "ollama-chat")
    return {
        {},
        R"({"model":"m","created_at":"2026-01-01T00:00:00.5Z","message":{"role":"assistant","content":" jumps over the lazy"},"done":false})"};
  return {
      {},
      R"({"candidates":[{"content":{"parts":[{"text":" jumps over the lazy"}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":3,"totalTokenCount":13},"modelVersion":"m","responseId":"r1"})"};
}

void event(benchmark::State& state, const Codec& from, const Codec& to) {
  ModelRequest request;
  request.model = "m";
  const AnswerContext context{"req-1", request, 1, 1};
  Sink sink;
  const auto reader = from.reader();
  const auto writer = to.writer(context, sink);
  const Stream stream = stream_of(from.protocol());
  for (const std::string_view one : stream.opening) {
    json::value data = json::parse(one);
    reader->event({}, data, *writer);
  }
  for (auto _ : state) {
    Document document{std::string(stream.delta)};
    reader->event({}, document.edit(), *writer);
  }
  benchmark::DoNotOptimize(sink.bytes);
}

const bool registered = [] {
  patchbay::memory::keep_heap();  // as the gateway does
  for (const std::string_view from : protocols)
    for (const std::string_view to : protocols) {
      if (from == to) continue;
      const std::string pair = std::string(from) + "/" + std::string(to);
      const Codec& source = *find_codec(from);
      const Codec& target = *find_codec(to);
      benchmark::RegisterBenchmark(("request/" + pair).c_str(),
                                   [&source, &target](benchmark::State& state) { request(state, source, target); });
      benchmark::RegisterBenchmark(("event/" + pair).c_str(),
                                   [&source, &target](benchmark::State& state) { event(state, source, target); });
    }
  return true;
}();

}  // namespace
}  // namespace patchbay::conversion
