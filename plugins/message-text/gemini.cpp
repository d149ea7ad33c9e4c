#include "grammar.hpp"

/// Google's Gemini: generateContent, countTokens and embedContent, in both spellings that the API takes.
namespace patchbay::message_text {

namespace {

void part(Finder& finder, Source source, json::value& value) {
  const json::value* const thought = member(&value, "thought");
  if (thought != nullptr && thought->is_bool() && thought->get_bool()) source = Source::thought;
  finder.text({source}, member(&value, "text"));
  finder.tree({Source::tool_call}, member(member(&value, "functionCall", "function_call"), "args"));
  finder.tree({Source::tool_result}, member(member(&value, "functionResponse", "function_response"), "response"));
  finder.text({Source::tool_call}, member(member(&value, "executableCode", "executable_code"), "code"));
  finder.text({Source::tool_result}, member(member(&value, "codeExecutionResult", "code_execution_result"), "output"));
}

void content(Finder& finder, Source source, json::value* value) {
  for (json::value& one : elements(member(value, "parts"))) part(finder, source, one);
}

void request(json::value& body, Finder& finder) {
  content(finder, Source::instructions, member(&body, "systemInstruction", "system_instruction"));
  for (json::value& one : elements(member(&body, "contents")))
    content(finder, string_at(&one, "role") == "model" ? Source::assistant : Source::user, &one);
  for (json::value& tool : elements(member(&body, "tools")))
    for (json::value& function : elements(member(&tool, "functionDeclarations", "function_declarations")))
      finder.text({Source::tool_description}, member(&function, "description"));
  content(finder, Source::user, member(&body, "content"));  // of embedContent
  for (json::value& one : elements(member(&body, "requests"))) content(finder, Source::user, member(&one, "content"));
  if (json::value* const counted = member(&body, "generateContentRequest", "generate_content_request")) request(*counted, finder);
}

void answer(json::value& body, Finder& finder) {
  for (json::value& candidate : elements(member(&body, "candidates"))) content(finder, Source::assistant, member(&candidate, "content"));
}

/// An event is an answer whose texts go on in the next one; calls come whole.
void event(json::value& data, Finder& finder) {
  for (json::value& candidate : elements(member(&data, "candidates"))) {
    const std::int64_t group = integer_at(&candidate, "index");
    for (json::value& one : elements(member(member(&candidate, "content"), "parts"))) {
      if (json::value* const text = member(&one, "text")) {
        const json::value* const thought = member(&one, "thought");
        const bool thinks = thought != nullptr && thought->is_bool() && thought->get_bool();
        finder.piece({thinks ? Source::thought : Source::assistant}, {group, thinks ? "thought" : "text"}, text);
      } else {
        part(finder, Source::assistant, one);
        finder.ended(group);
      }
    }
    if (!string_at(&candidate, "finishReason").empty()) finder.ended(group);
  }
}

json::value more(const json::value& event, const Place& place) {
  json::object part{{"text", ""}};
  if (place.field == "thought") part["thought"] = true;
  json::object data;
  for (const auto& one : event.get_object())
    if (one.key() != "candidates" && one.key() != "usageMetadata") data[one.key()] = one.value();
  data["candidates"] = json::array{
      json::object{{"content", json::object{{"role", "model"}, {"parts", json::array{std::move(part)}}}}, {"index", place.group}}};
  return data;
}

}  // namespace

const Grammar gemini{&request, &answer, &event, &more};

}  // namespace patchbay::message_text
