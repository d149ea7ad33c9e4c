#include "grammar.hpp"

/// Anthropic Messages. Thoughts are signed, so they are sealed.
namespace patchbay::message_text {

namespace {

constexpr Text thought{.source = Source::thought, .sealed = true};

void blocks(Finder& finder, Source source, json::value* content);

void block(Finder& finder, Source source, json::value& value) {
  const std::string_view type = string_at(&value, "type");
  if (type == "text") {
    finder.text({source}, member(&value, "text"));
  } else if (type == "thinking") {
    finder.text(thought, member(&value, "thinking"));
  } else if (type == "tool_use" || type == "server_tool_use" || type == "mcp_tool_use") {
    finder.tree({Source::tool_call}, member(&value, "input"));
  } else if (type == "document") {
    json::value* const from = member(&value, "source");
    if (string_at(from, "type") == "text") finder.text({source}, member(from, "data"));
    if (string_at(from, "type") == "content") blocks(finder, source, member(from, "content"));
    finder.text({source}, member(&value, "title"));
    finder.text({source}, member(&value, "context"));
  } else if (type == "search_result") {
    finder.text({source}, member(&value, "title"));
    blocks(finder, source, member(&value, "content"));
  } else if (type.ends_with("_tool_result") || type == "tool_result") {
    json::value* const content = member(&value, "content");
    blocks(finder, Source::tool_result, content);
    finder.text({Source::tool_result}, member(content, "stdout"));  // of code execution
    finder.text({Source::tool_result}, member(content, "stderr"));
  }
}

void blocks(Finder& finder, Source source, json::value* content) {
  finder.text({source}, content);
  for (json::value& one : elements(content)) block(finder, source, one);
}

void request(json::value& body, Finder& finder) {
  blocks(finder, Source::instructions, member(&body, "system"));
  for (json::value& message : elements(member(&body, "messages"))) {
    const std::string_view role = string_at(&message, "role");
    const Source source = role == "assistant" ? Source::assistant : role == "system" ? Source::instructions : Source::user;
    blocks(finder, source, member(&message, "content"));
  }
  for (json::value& tool : elements(member(&body, "tools"))) finder.text({Source::tool_description}, member(&tool, "description"));
}

void answer(json::value& body, Finder& finder) { blocks(finder, Source::assistant, member(&body, "content")); }

void event(json::value& data, Finder& finder) {
  const std::string_view type = string_at(&data, "type");
  const std::int64_t group = integer_at(&data, "index");
  json::value* const part = member(&data, type == "content_block_start" ? "content_block" : "delta");
  if (type == "content_block_start") {
    const std::string_view kind = string_at(part, "type");
    if (kind == "text")
      finder.piece({Source::assistant}, {group, "text"}, member(part, "text"));
    else if (kind != "thinking" && part != nullptr)
      block(finder, Source::assistant, *part);
  } else if (type == "content_block_delta") {
    finder.piece({Source::assistant}, {group, "text"}, member(part, "text"));
    finder.piece(thought, {group, "thinking"}, member(part, "thinking"));
    finder.piece({.source = Source::tool_call, .json_source = true}, {group, "partial_json"}, member(part, "partial_json"));
  } else if (type == "content_block_stop") {
    finder.ended(group);
  }
}

json::value more(const json::value&, const Place& place) {
  const std::string_view type = place.field == "text" ? "text_delta" : "input_json_delta";
  return json::object{{"type", "content_block_delta"}, {"index", place.group}, {"delta", json::object{{"type", type}, {place.field, ""}}}};
}

}  // namespace

const Grammar anthropic_messages{&request, &answer, &event, &more};

}  // namespace patchbay::message_text
