#include "texts.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "grammar.hpp"
#include "patchbay/message.hpp"

namespace patchbay::message_text {

namespace {

/// The tree of a document whose texts are to be found. Nothing of it is written before `edit()` was called.
json::value& tree_of(const Document& document) { return const_cast<json::value&>(document.read()); }

std::optional<std::string> show(const Found& found, const Visitor& visitor) {
  if (found.number != nullptr) return visitor(found.what, json::serialize(*found.number));
  return visitor(found.what, *found.at);
}

void replace(const Found& found, const std::string& text) {
  if (found.number != nullptr)
    *found.number = json::string(text);
  else
    *found.at = text;
}

/// Arguments that are written as JSON text are shown string by string. Nothing if no string is replaced, or the text is not JSON.
std::optional<std::string> visit_json_source(const Found& found, const Visitor& visitor, Numbers numbers, bool& is_json) {
  boost::json::error_code fault;
  json::value parsed = json::parse({found.at->data(), found.at->size()}, fault);
  is_json = !fault && parsed.is_structured();
  if (!is_json) return std::nullopt;
  Finder inner(numbers);
  inner.tree({.source = found.what.source}, &parsed);
  bool replaced = false;
  for (const Found& one : inner.found)
    if (const auto text = show(one, visitor)) {
      replace(one, *text);
      replaced = true;
    }
  if (!replaced) return std::nullopt;
  return json::serialize(parsed);
}

void visit(Document& body, void (*find)(json::value&, Finder&), const Visitor& visitor, Numbers numbers) {
  Finder finder(numbers);
  find(tree_of(body), finder);
  std::vector<std::pair<Found, std::string>> replacements;
  for (const Found& found : finder.found) {
    bool is_json = false;
    std::optional<std::string> text;
    if (found.what.json_source) text = visit_json_source(found, visitor, numbers, is_json);
    if (!is_json) text = show(found, visitor);
    if (text && !found.what.sealed) replacements.emplace_back(found, std::move(*text));
  }
  if (replacements.empty()) return;
  static_cast<void>(body.edit());  // the same tree
  for (const auto& [found, text] : replacements) replace(found, text);
}

}  // namespace

std::string_view name_of(Source source) {
  switch (source) {
    case Source::instructions: return "instructions";
    case Source::user: return "user";
    case Source::assistant: return "assistant";
    case Source::thought: return "thought";
    case Source::tool_call: return "tool_call";
    case Source::tool_result: return "tool_result";
    case Source::tool_description: return "tool_description";
  }
  return {};
}

void Finder::text(Text what, json::value* value) {
  if (value != nullptr && value->is_string() && !value->get_string().empty())
    found.push_back({what, {}, false, &value->get_string(), nullptr});
}

void Finder::tree(Text what, json::value* value) {
  if (value == nullptr) return;
  if (value->is_object()) {
    for (auto& one : value->get_object()) tree(what, &one.value());
  } else if (value->is_array()) {
    for (json::value& one : value->get_array()) tree(what, &one);
  } else if (value->is_int64() || value->is_uint64()) {
    const bool of_a_tool = what.source == Source::tool_call || what.source == Source::tool_result;  // tokens of an embedding are none
    if (numbers_ == Numbers::shown && of_a_tool) found.push_back({what, {}, false, nullptr, value});
  } else {
    text(what, value);
  }
}

void Finder::piece(Text what, Place place, json::value* value) {
  if (value != nullptr && value->is_string()) found.push_back({what, place, true, &value->get_string(), nullptr});
}

json::value* member(json::value* value, std::string_view key) {
  return value != nullptr && value->is_object() ? value->get_object().if_contains(key) : nullptr;
}

json::value* member(json::value* value, std::string_view key, std::string_view other) {
  json::value* const first = member(value, key);
  return first != nullptr ? first : member(value, other);
}

std::string_view string_at(json::value* value, std::string_view key) {
  const json::value* const found = member(value, key);
  return found != nullptr && found->is_string() ? std::string_view(found->get_string()) : std::string_view();
}

std::int64_t integer_at(json::value* value, std::string_view key) {
  const json::value* const found = member(value, key);
  return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

std::span<json::value> elements(json::value* value) {
  if (value == nullptr || !value->is_array()) return {};
  return {value->get_array().data(), value->get_array().size()};
}

const Grammar* grammar_of(std::string_view protocol) {
  if (protocol == protocols::openai_chat) return &openai_chat;
  if (protocol == protocols::openai_responses) return &openai_responses;
  if (protocol == protocols::anthropic_messages) return &anthropic_messages;
  if (protocol == protocols::gemini) return &gemini;
  if (protocol == ollama_chat_protocol) return &ollama_chat;
  return nullptr;
}

bool knows(std::string_view protocol) { return grammar_of(protocol) != nullptr; }

void visit_request(Document& body, std::string_view protocol, const Visitor& visitor, Numbers numbers) {
  if (const Grammar* const grammar = grammar_of(protocol)) visit(body, grammar->request, visitor, numbers);
}

void visit_answer(Document& body, std::string_view protocol, const Visitor& visitor) {
  if (const Grammar* const grammar = grammar_of(protocol)) visit(body, grammar->answer, visitor, Numbers::hidden);
}

EventTexts texts_of_event(const Document& event, std::string_view protocol) {
  EventTexts texts;
  const Grammar* const grammar = grammar_of(protocol);
  if (grammar == nullptr) return texts;
  Finder finder;
  grammar->event(tree_of(event), finder);
  for (const Found& one : finder.found) texts.texts.push_back({one.what, one.place, one.piece, *one.at});
  texts.ended = std::move(finder.ended_);
  return texts;
}

}  // namespace patchbay::message_text
