#include "grammar.hpp"

/// Ollama's own chat, and its embeddings. Each event is an answer with a piece of the text; calls come whole.
namespace patchbay::message_text {

namespace {

Source source_of(std::string_view role) {
  if (role == "system") return Source::instructions;
  if (role == "assistant") return Source::assistant;
  return role == "tool" ? Source::tool_result : Source::user;
}

void calls(Finder& finder, json::value* message) {
  for (json::value& call : elements(member(message, "tool_calls")))
    finder.tree({Source::tool_call}, member(member(&call, "function"), "arguments"));
}

void message(Finder& finder, Source source, json::value* value) {
  finder.text({Source::thought}, member(value, "thinking"));
  finder.text({source}, member(value, "content"));
  calls(finder, value);
}

void request(json::value& body, Finder& finder) {
  for (json::value& one : elements(member(&body, "messages"))) message(finder, source_of(string_at(&one, "role")), &one);
  finder.tree({Source::user}, member(&body, "input"));  // of embeddings
  for (json::value& tool : elements(member(&body, "tools")))
    finder.text({Source::tool_description}, member(member(&tool, "function"), "description"));
}

void answer(json::value& body, Finder& finder) { message(finder, Source::assistant, member(&body, "message")); }

void event(json::value& data, Finder& finder) {
  json::value* const said = member(&data, "message");
  finder.piece({Source::thought}, {0, "thinking"}, member(said, "thinking"));
  finder.piece({Source::assistant}, {0, "content"}, member(said, "content"));
  calls(finder, said);
  const json::value* const done = member(&data, "done");
  if (!elements(member(said, "tool_calls")).empty() || (done != nullptr && done->is_bool() && done->get_bool())) finder.ended(0);
}

json::value more(const json::value& event, const Place& place) {
  json::object data;
  for (const std::string_view key : {"model", "created_at"})
    if (const json::value* const value = event.get_object().if_contains(key)) data[key] = *value;
  json::object said{{"role", "assistant"}, {"content", ""}};
  said[place.field] = "";
  data["message"] = std::move(said);
  data["done"] = false;
  return data;
}

}  // namespace

const Grammar ollama_chat{&request, &answer, &event, &more};

}  // namespace patchbay::message_text
