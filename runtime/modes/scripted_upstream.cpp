#include "modes/scripted_upstream.hpp"

#include "modes/samples.hpp"
#include "patchbay/json_skim.hpp"

namespace patchbay::modes {

namespace {

constexpr std::string_view ollama_chat = "ollama-chat";

std::string_view path_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t start = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  return start == std::string_view::npos ? std::string_view() : url.substr(start);
}

std::string sse(const std::vector<EventText>& events, bool ends_with_done) {
  std::string body;
  for (const EventText& event : events) {
    if (!event.name.empty()) body += "event: " + event.name + "\n";
    body += "data: " + event.data + "\n\n";
  }
  if (ends_with_done) body += "data: [DONE]\n\n";
  return body;
}

std::string lines(const std::vector<EventText>& events) {
  std::string body;
  for (const EventText& event : events) body += event.data + "\n";
  return body;
}

std::string array(const std::vector<EventText>& events) {
  std::string body;
  for (const EventText& event : events) body += (body.empty() ? "[" : ",\n") + event.data;
  return body + "]";
}

WireReply stream_of(const Sample& sample, const HttpCall& call) {
  if (sample.protocol == ollama_chat) return {200, {{"content-type", "application/x-ndjson"}}, lines(sample.events)};
  if (sample.protocol == protocols::gemini && call.url.find("alt=sse") == std::string::npos)
    return {200, {{"content-type", "application/json"}}, array(sample.events)};
  const bool ends_with_done = sample.protocol == protocols::openai_chat || sample.protocol == protocols::openai_completions;
  return {200, {{"content-type", "text/event-stream"}}, sse(sample.events, ends_with_done)};
}

}  // namespace

std::string_view protocol_of_call(const HttpCall& call) {
  const std::string_view path = path_of(call.url);
  const auto has = [path](std::string_view part) { return path.find(part) != std::string_view::npos; };
  if (has("/chat/completions")) return protocols::openai_chat;
  if (has("/completions")) return protocols::openai_completions;
  if (has("/responses")) return protocols::openai_responses;
  if (has("/messages")) return protocols::anthropic_messages;
  if (has(":generateContent") || has(":streamGenerateContent")) return protocols::gemini;
  if (has("/api/chat")) return ollama_chat;
  return {};
}

bool asks_for_stream(const HttpCall& call, std::string_view protocol) {
  if (protocol == protocols::gemini) return call.url.find("streamGenerateContent") != std::string::npos;
  JsonSkim skim(call.body);
  while (skim.next())
    if (skim.key() == "stream") return skim.value() == "true";
  return protocol == ollama_chat;
}

WireReply sample_reply(const HttpCall& call, std::string_view protocol, std::string_view sample_name) {
  const Sample* const sample = sample_for(protocol, sample_name);
  if (sample == nullptr) return {.status = 0, .headers = {}, .body = {}};
  if (asks_for_stream(call, protocol)) return stream_of(*sample, call);
  return {200, {{"content-type", "application/json"}}, std::string(sample->reply)};
}

WireReply sample_refusal(std::string_view protocol) { return {400, {{"content-type", "application/json"}}, error_sample(protocol)}; }

void ScriptedUpstream::script(std::string protocol, std::string sample_name, bool refuse) {
  protocol_ = std::move(protocol);
  sample_ = std::move(sample_name);
  refuse_ = refuse;
  calls_.clear();
  unknown_.clear();
}

std::unique_ptr<upstream::Call> ScriptedUpstream::start(HttpCall&& call, const config::Timeouts&, upstream::CallObserver& observer) {
  calls_.push_back(std::move(call));
  const std::string_view told = protocol_of_call(calls_.back());
  const std::string protocol = told.empty() ? protocol_ : std::string(told);
  WireReply reply = refuse_ ? sample_refusal(protocol) : sample_reply(calls_.back(), protocol, sample_);
  if (reply.status != 0) return play_reply(io_, std::move(reply), observer);
  unknown_ = protocol.empty() ? "of " + calls_.back().url : protocol;
  return play_failure(io_, {.status = 0, .headers = {}, .body = {}},
                      {upstream::FailureKind::connect, "there is no sample reply in protocol " + unknown_}, observer);
}

}  // namespace patchbay::modes
