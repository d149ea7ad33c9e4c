#include "plugins/validator/exercise.hpp"

#include <algorithm>
#include <set>

#include "patchbay/testing/streams.hpp"
#include "plugins/barrier.hpp"

namespace patchbay::plugins::validator {

namespace {

/// The protocols that dialogues are known of, and those of the plugin's own providers.
std::set<std::string> protocols_for(Context& context) {
  std::set<std::string> protocols(known_protocols().begin(), known_protocols().end());
  const std::vector<ModuleInfo>& modules = context.plugin().info().modules;
  for (std::size_t i = 0; i < modules.size(); ++i) {
    if (modules[i].kind != ModuleKind::provider) continue;
    try {
      const auto module = context.make(i);
      protocols.insert(std::string(dynamic_cast<const Provider&>(*module).protocol()));
    } catch (const Skip&) {
      continue;  // said where that module's own turn comes
    }
  }
  return protocols;
}

void each_place(Context& context, std::size_t index, const std::set<std::string>& protocols, Findings& findings, bool first_only,
                const std::function<void(const Part&)>& use) {
  const ModuleInfo& info = context.plugin().info().modules[index];
  if (info.kind == ModuleKind::hook) return;
  std::shared_ptr<Module> module;
  try {
    module = context.make(index);
  } catch (const Skip& reason) {
    findings.skip(reason.what());
    return;
  }
  if (info.kind == ModuleKind::provider) {
    const std::string protocol(dynamic_cast<const Provider&>(*module).protocol());
    use(Part(info, module, protocol, protocol));
    return;
  }
  const auto& transform = dynamic_cast<const Transform&>(*module);
  std::vector<std::pair<std::string, std::string>> places;
  for (const std::string& client : protocols)
    for (const std::string& provider : protocols) {
      if (info.kind != ModuleKind::llm_switch && client != provider) continue;
      bool bridges = false;
      context.step("ask a " + info.type + " whether it stands between " + client + " and " + provider);
      if (const auto thrown = barrier([&] { bridges = transform.bridges(client, provider); })) {
        findings.fail(info.type + " throws when it is asked whether it stands between " + client + " and " + provider + ": " + *thrown);
        return;
      }
      if (bridges) places.emplace_back(client, provider);
    }
  if (places.empty()) findings.skip(info.type + " stands between no protocols that are known here");
  if (first_only && !places.empty()) {  // between two protocols there is more to do than within one
    const auto between = std::find_if(places.begin(), places.end(), [](const auto& place) { return place.first != place.second; });
    places = {between == places.end() ? places.front() : *between};
  }
  for (const auto& [client, provider] : places) use(Part(info, module, client, provider));
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) text.replace(at, what.size(), with);
}

}  // namespace

Part::Part(const ModuleInfo& info, std::shared_ptr<Module> module, std::string client, std::string provider)
    : info_(info),
      module_(std::move(module)),
      transform_(dynamic_cast<const Transform*>(module_.get())),
      provider_(dynamic_cast<const Provider*>(module_.get())),
      client_(std::move(client)),
      right_(std::move(provider)) {}

std::string Part::name() const {
  if (info_.kind != ModuleKind::llm_switch) return info_.type;
  return info_.type + " between " + client_ + " and " + right_;
}

ConnectionInfo Part::connection() const {
  return {.request_id = "req-check", .route = "check", .client_protocol = client_, .provider_protocol = right_};
}

Request Part::request(std::string body, bool stream) const {
  Request request;
  request.id = "req-check";
  request.protocol = client_;
  request.body = Document(std::move(body));
  if (client_ == protocols::gemini) {  // has both in its path
    request.set_model("m");
    request.set_stream(stream);
  }
  return request;
}

Part::Talk Part::talk(const Dialogue& asked, const Dialogue& answered, bool stream) {
  Talk talk{
      .request = std::string(asked.request), .reply = std::string(answered.reply), .events = answered.events, .stream = stream, .cut = {}};
  if (stream && asked.protocol != protocols::gemini) talk.request.insert(1, R"("stream":true,)");
  return talk;
}

Part::Talk Part::marked(Talk talk, const std::string& word) {
  const auto mark = [&word](std::string& text) {
    for (const std::string_view said : {"hello", "hi there", "there", "Rome"}) replace_all(text, said, word);  // as the corpus has it
    for (const std::string_view identifier : {R"(id":")", R"(Id":")"}) replace_all(text, identifier, std::string(identifier) + word);
  };
  mark(talk.request);
  mark(talk.reply);
  for (EventText& event : talk.events) mark(event.data);
  return talk;
}

std::vector<Part::Talk> Part::talks() const {
  std::vector<Talk> all;
  const auto asked = dialogues_in(client_);
  const auto answered = dialogues_in(right_);
  for (std::size_t i = 0; i < std::max(asked.size(), answered.size()); ++i)
    for (const bool stream : {false, true}) all.push_back(talk(asked[i % asked.size()], answered[i % answered.size()], stream));
  return all;
}

testing::Script Part::script(const Talk& talk) const {
  LocalAnswer answer;
  std::string body = talk.reply;
  std::string type = "application/json";
  if (talk.stream) {
    Framing framing = Framing::automatic;
    if (provider_ != nullptr) {
      Request probe = request(talk.request, true);
      Exchange exchange;
      const auto thrown = barrier([&] { exchange = provider_->describe(probe, {}); });
      if (const HttpCall* const call = thrown ? nullptr : std::get_if<HttpCall>(&exchange)) framing = call->framing;
    }
    std::vector<EventText> events = talk.events;
    if (framing == Framing::ndjson || framing == Framing::json_array) {
      body.clear();
      for (const EventText& event : events) body += (framing == Framing::ndjson ? "" : body.empty() ? "[" : ",") + event.data + "\n";
      if (framing == Framing::json_array) body += "]";
      type = framing == Framing::ndjson ? "application/x-ndjson" : "application/json";
    } else {
      if (provider_ == nullptr || right_ == protocols::openai_chat || right_ == protocols::openai_completions)
        events.push_back({"", "[DONE]"});
      body = testing::sse_bytes(events);
      type = "text/event-stream";
    }
  }
  answer.headers.add("content-type", type);
  answer.pieces = talk.cut ? talk.cut(body) : std::vector<LocalAnswer::Piece>{{.bytes = body}};
  return testing::Script().play(std::move(answer));
}

testing::Outcome Part::run(const Talk& talk) const {
  if (provider_ != nullptr) {
    testing::Chain chain(*provider_, client_);
    chain.upstream(script(talk));
    return chain.run(request(talk.request, talk.stream), talk.leave_after);
  }
  const testing::ScriptedProvider provider(script(talk), right_);
  testing::Chain chain(provider, client_);
  // Side calls get an answer that no stage can rely on.
  chain.upstream(testing::Script().reply("{}").reply("{}").reply("{}").reply("{}").reply("{}").reply("{}").reply("{}").reply("{}"));
  if (info_.kind == ModuleKind::llm_switch)
    chain.llm_switch(*transform_);
  else
    chain.add(*transform_);
  return chain.run(request(talk.request, talk.stream), talk.leave_after);
}

std::string comparable(std::string_view transcript) {
  constexpr std::string_view identifiers[] = {R"("id":")",          R"("item_id":")",    R"("call_id":")",           R"("tool_call_id":")",
                                              R"("response_id":")", R"("responseId":")", R"("system_fingerprint":")"};
  std::string text;
  while (!transcript.empty()) {
    for (const std::string_view identifier : identifiers) {
      if (!transcript.starts_with(identifier)) continue;
      text.append(identifier).append("*");
      transcript.remove_prefix(identifier.size());
      transcript.remove_prefix(std::min(transcript.find('"'), transcript.size()));
      break;
    }
    if (transcript.empty()) break;
    const bool is_number = transcript.front() >= '0' && transcript.front() <= '9';
    if (!is_number || !text.ends_with('#')) text += is_number ? '#' : transcript.front();
    transcript.remove_prefix(1);
  }
  return text;
}

void each_part(Context& context, Findings& findings, const std::function<void(const Part&)>& use) {
  const std::set<std::string> protocols = protocols_for(context);
  for (std::size_t i = 0; i < context.plugin().info().modules.size(); ++i) each_place(context, i, protocols, findings, false, use);
}

void each_module(Context& context, Findings& findings, const std::function<void(const Part&)>& use) {
  const std::set<std::string> protocols = protocols_for(context);
  for (std::size_t i = 0; i < context.plugin().info().modules.size(); ++i) each_place(context, i, protocols, findings, true, use);
}

}  // namespace patchbay::plugins::validator
