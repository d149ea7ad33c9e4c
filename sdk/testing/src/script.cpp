#include "patchbay/testing/script.hpp"

#include <stdexcept>

#include "patchbay/testing/streams.hpp"

namespace patchbay::testing {

namespace {

LocalAnswer answer_of(int status, std::string_view type, std::string body) {
  LocalAnswer answer;
  answer.status = status;
  answer.headers.add("content-type", std::string(type));
  answer.pieces.push_back({.bytes = std::move(body)});
  return answer;
}

}  // namespace

Script& Script::reply(std::string json, int status) { return play(answer_of(status, "application/json", std::move(json))); }

Script& Script::sse(const std::vector<EventText>& events) { return play(answer_of(200, "text/event-stream", sse_bytes(events))); }

Script& Script::ndjson(const std::vector<std::string>& documents) {
  std::string body;
  for (const std::string& document : documents) body += document + "\n";
  return play(answer_of(200, "application/x-ndjson", std::move(body)));
}

Script& Script::play(LocalAnswer answer) {
  replies_.push_back(std::move(answer));
  return *this;
}

Script& Script::then_breaks() { return ends(LocalAnswer::Ending::reset); }
Script& Script::then_hangs() { return ends(LocalAnswer::Ending::hang); }

Script& Script::ends(LocalAnswer::Ending ending) {
  if (replies_.empty()) throw std::logic_error("add the reply first that is to end so");
  replies_.back().ending = ending;
  return *this;
}

ScriptedProvider::ScriptedProvider(Script script, std::string protocol) : script_(std::move(script)), protocol_(std::move(protocol)) {
  if (script_.replies().empty()) throw std::invalid_argument("a scripted provider needs a reply");
}

Exchange ScriptedProvider::describe(Request& request, const Credential&) const {
  const std::scoped_lock lock(mutex_);
  asked_.push_back(request.body.take_text());
  return script_.replies()[std::min(asked_.size(), script_.replies().size()) - 1];
}

Error ScriptedProvider::explain(int status, const Headers&, std::string_view body) const {
  Error error;
  error.kind = status == 429 ? ErrorKind::rate_limited : status >= 400 && status < 500 ? ErrorKind::invalid_request : ErrorKind::upstream;
  error.status = status >= 400 ? status : 0;
  error.message = body;
  return error;
}

EventRole ScriptedProvider::role(std::string_view, std::string_view data) const {
  if (data == "[DONE]") return EventRole::terminator;
  return data.starts_with(R"({"error")") ? EventRole::failure : EventRole::content;
}

std::vector<std::string> ScriptedProvider::asked() const {
  const std::scoped_lock lock(mutex_);
  return asked_;
}

}  // namespace patchbay::testing
