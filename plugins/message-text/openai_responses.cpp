#include "grammar.hpp"

/// OpenAI Responses. Encrypted reasoning is no text; its summary is.
namespace patchbay::message_text {

namespace {

void parts(Finder& finder, Text what, json::value* value) {
  finder.text(what, value);
  for (json::value& part : elements(value)) {
    finder.text(what, member(&part, "text"));
    finder.text(what, member(&part, "refusal"));
  }
}

Source source_of(std::string_view role) {
  if (role == "system" || role == "developer") return Source::instructions;
  return role == "assistant" ? Source::assistant : Source::user;
}

/// An item of `input` or `output`.
void item(Finder& finder, json::value& value) {
  const std::string_view type = string_at(&value, "type");
  if (type == "reasoning") {
    parts(finder, {Source::thought}, member(&value, "summary"));
    parts(finder, {Source::thought}, member(&value, "content"));
    return;
  }
  if (type == "message" || type.empty()) {
    parts(finder, {source_of(string_at(&value, "role"))}, member(&value, "content"));
    return;
  }
  finder.text({.source = Source::tool_call, .json_source = true}, member(&value, "arguments"));
  finder.text({Source::tool_call}, member(&value, "input"));
  finder.text({Source::tool_call}, member(&value, "code"));
  finder.tree({Source::tool_call}, member(member(&value, "action"), "command"));
  finder.tree({Source::tool_call}, member(member(&value, "action"), "commands"));
  finder.text({Source::tool_call}, member(member(&value, "operation"), "diff"));
  json::value* const output = member(&value, "output");
  parts(finder, {Source::tool_result}, output);
  for (json::value& one : elements(output)) {  // of a shell
    finder.text({Source::tool_result}, member(&one, "stdout"));
    finder.text({Source::tool_result}, member(&one, "stderr"));
  }
}

void instructions(Finder& finder, json::value* value) {
  finder.text({Source::instructions}, value);
  for (json::value& one : elements(value)) item(finder, one);
}

void request(json::value& body, Finder& finder) {
  instructions(finder, member(&body, "instructions"));
  if (json::value* const variables = member(member(&body, "prompt"), "variables"); variables != nullptr && variables->is_object())
    for (auto& variable : variables->get_object()) {
      finder.text({Source::instructions}, &variable.value());
      finder.text({Source::instructions}, member(&variable.value(), "text"));
    }
  json::value* const input = member(&body, "input");
  finder.text({Source::user}, input);
  for (json::value& one : elements(input)) item(finder, one);
  for (json::value& tool : elements(member(&body, "tools"))) finder.text({Source::tool_description}, member(&tool, "description"));
}

void answer(json::value& body, Finder& finder) {
  instructions(finder, member(&body, "instructions"));  // the request's, said again
  for (json::value& one : elements(member(&body, "output"))) item(finder, one);
}

/// The texts that come in pieces: an event `response.FIELD.delta` has a piece in `delta`, `response.FIELD.done` has the whole in `whole`.
struct Streamed {
  std::string_view field;
  std::string_view whole;
  Text what;
};
constexpr Streamed streamed[] = {
    {"output_text", "text", {Source::assistant}},
    {"refusal", "refusal", {Source::assistant}},
    {"function_call_arguments", "arguments", {.source = Source::tool_call, .json_source = true}},
    {"mcp_call_arguments", "arguments", {.source = Source::tool_call, .json_source = true}},
    {"custom_tool_call_input", "input", {Source::tool_call}},
    {"code_interpreter_call_code", "code", {Source::tool_call}},
    {"reasoning_text", "text", {Source::thought}},
    {"reasoning_summary_text", "text", {Source::thought}},
};

void event(json::value& data, Finder& finder) {
  if (json::value* const response = member(&data, "response")) answer(*response, finder);
  if (json::value* const one = member(&data, "item")) item(finder, *one);
  std::string_view type = string_at(&data, "type");
  const std::int64_t group = integer_at(&data, "output_index");
  if (type == "response.output_item.done") finder.ended(group);
  if (json::value* const part = member(&data, "part")) {
    const bool thought = type.find("reasoning") != std::string_view::npos;
    finder.text({thought ? Source::thought : Source::assistant}, member(part, "text"));
    finder.text({Source::assistant}, member(part, "refusal"));
    return;
  }
  if (!type.starts_with("response.")) return;
  type.remove_prefix(std::string_view("response.").size());
  for (const Streamed& one : streamed) {
    if (!type.starts_with(one.field)) continue;
    const std::string_view rest = type.substr(one.field.size());
    const std::int64_t index = integer_at(&data, one.field == "reasoning_summary_text" ? "summary_index" : "content_index");
    if (rest == ".delta") finder.piece(one.what, {group, one.field, index}, member(&data, "delta"));
    if (rest != ".done") continue;
    finder.text(one.what, member(&data, one.whole));
    finder.ended(group, one.field, index);
  }
}

json::value more(const json::value& event, const Place&) {
  json::object data = event.get_object();
  data["delta"] = "";
  data.erase("logprobs");
  return data;
}

}  // namespace

const Grammar openai_responses{&request, &answer, &event, &more};

}  // namespace patchbay::message_text
