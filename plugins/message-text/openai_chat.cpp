#include "grammar.hpp"

/// OpenAI Chat Completions, and embeddings of the same API. Vendors' `reasoning_content` and `reasoning` count as thoughts.
namespace patchbay::message_text {

namespace {

constexpr std::string_view thoughts[] = {"reasoning_content", "reasoning"};

void content(Finder& finder, Source source, json::value* value) {
  finder.text({source}, value);
  for (json::value& part : elements(value)) {
    finder.text({source}, member(&part, "text"));  // only of text parts: images, files and sounds have none
    finder.text({source}, member(&part, "refusal"));
  }
}

void message(Finder& finder, Source source, json::value* value) {
  for (const std::string_view field : thoughts) finder.text({Source::thought}, member(value, field));
  content(finder, source, member(value, "content"));
  finder.text({source}, member(value, "refusal"));
  finder.text({source}, member(member(value, "audio"), "transcript"));
  constexpr Text arguments{.source = Source::tool_call, .json_source = true};
  for (json::value& call : elements(member(value, "tool_calls"))) {
    finder.text(arguments, member(member(&call, "function"), "arguments"));
    finder.text({Source::tool_call}, member(member(&call, "custom"), "input"));
  }
  finder.text(arguments, member(member(value, "function_call"), "arguments"));
}

Source source_of(std::string_view role) {
  if (role == "system" || role == "developer") return Source::instructions;
  if (role == "assistant") return Source::assistant;
  if (role == "tool" || role == "function") return Source::tool_result;
  return Source::user;
}

void request(json::value& body, Finder& finder) {
  for (json::value& one : elements(member(&body, "messages"))) message(finder, source_of(string_at(&one, "role")), &one);
  finder.tree({Source::user}, member(&body, "input"));  // of embeddings
  content(finder, Source::assistant, member(member(&body, "prediction"), "content"));
  for (json::value& tool : elements(member(&body, "tools"))) {
    finder.text({Source::tool_description}, member(member(&tool, "function"), "description"));
    finder.text({Source::tool_description}, member(member(&tool, "custom"), "description"));
  }
}

void answer(json::value& body, Finder& finder) {
  for (json::value& choice : elements(member(&body, "choices"))) message(finder, Source::assistant, member(&choice, "message"));
}

void event(json::value& data, Finder& finder) {
  for (json::value& choice : elements(member(&data, "choices"))) {
    const std::int64_t group = integer_at(&choice, "index");
    json::value* const delta = member(&choice, "delta");
    for (const std::string_view field : thoughts) finder.piece({Source::thought}, {group, field}, member(delta, field));
    finder.piece({Source::assistant}, {group, "content"}, member(delta, "content"));
    finder.piece({Source::assistant}, {group, "refusal"}, member(delta, "refusal"));
    constexpr Text arguments{.source = Source::tool_call, .json_source = true};
    for (json::value& call : elements(member(delta, "tool_calls"))) {
      finder.piece(arguments, {group, "arguments", integer_at(&call, "index")}, member(member(&call, "function"), "arguments"));
      finder.piece({Source::tool_call}, {group, "input", integer_at(&call, "index")}, member(member(&call, "custom"), "input"));
    }
    finder.piece(arguments, {group, "function_call"}, member(member(delta, "function_call"), "arguments"));
    if (!string_at(&choice, "finish_reason").empty()) finder.ended(group);
  }
}

json::value more(const json::value& event, const Place& place) {
  json::object delta;
  if (place.field == "arguments")
    delta["tool_calls"] = json::array{json::object{{"index", place.index}, {"function", json::object{{"arguments", ""}}}}};
  else if (place.field == "input")
    delta["tool_calls"] = json::array{json::object{{"index", place.index}, {"custom", json::object{{"input", ""}}}}};
  else if (place.field == "function_call")
    delta["function_call"] = json::object{{"arguments", ""}};
  else
    delta[place.field] = "";
  json::object chunk;
  for (const auto& one : event.get_object())
    if (one.key() != "choices" && one.key() != "usage") chunk[one.key()] = one.value();
  chunk["choices"] = json::array{json::object{{"index", place.group}, {"delta", std::move(delta)}, {"finish_reason", nullptr}}};
  return chunk;
}

}  // namespace

const Grammar openai_chat{&request, &answer, &event, &more};

}  // namespace patchbay::message_text
