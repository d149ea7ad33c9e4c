#include "placement.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "message-text/texts.hpp"
#include "patchbay/message.hpp"

namespace patchbay::prompt_template {

namespace json = boost::json;

namespace {

bool instructs(const json::value& message) {
  const json::value* const role = message.is_object() ? message.get_object().if_contains("role") : nullptr;
  return role != nullptr && (*role == "system" || *role == "developer");
}

void erase_instructions(json::object& body, std::string_view field) {
  json::value* const messages = body.if_contains(field);
  if (messages == nullptr || !messages->is_array()) return;
  json::array& array = messages->get_array();
  array.erase(std::remove_if(array.begin(), array.end(), instructs), array.end());
}

/// Two texts with a blank line between.
std::string joined(std::string_view first, std::string_view second) {
  return std::string(first) + (first.empty() || second.empty() ? "" : "\n\n") + std::string(second);
}

/// An array of parts gets one more; anything but text or parts gives way.
void add(json::value& there, std::string_view text, json::object part, Position position) {
  if (position != Position::instead && there.is_array()) {
    json::array& parts = there.get_array();
    parts.insert(position == Position::front ? parts.begin() : parts.end(), std::move(part));
  } else if (position != Position::instead && there.is_string()) {
    const std::string old(there.get_string());
    there = position == Position::front ? joined(text, old) : joined(old, text);
  } else {
    there = text;
  }
}

void place_in_chat(json::object& body, std::string_view text, Position position, std::string_view role) {
  if (position == Position::instead) erase_instructions(body, "messages");
  json::value& messages = body["messages"];
  if (!messages.is_array()) return;  // the provider's to refuse
  json::array& array = messages.get_array();
  const auto first_turn = std::find_if_not(array.begin(), array.end(), instructs);
  array.insert(position == Position::behind ? first_turn : array.begin(), json::object{{"role", role}, {"content", text}});
}

void place_in_gemini(json::object& body, std::string_view text, Position position) {
  json::value& there = body[body.contains("system_instruction") ? "system_instruction" : "systemInstruction"];
  const json::object part{{"text", text}};
  json::value* const parts = there.is_object() ? there.get_object().if_contains("parts") : nullptr;
  if (parts != nullptr && parts->is_array() && position != Position::instead)
    add(*parts, text, part, position);
  else
    there = json::object{{"parts", json::array{part}}};
}

}  // namespace

void place(json::object& body, std::string_view protocol, std::string_view text, Position position, std::string_view role) {
  if (protocol == protocols::openai_chat) {
    place_in_chat(body, text, position, role);
  } else if (protocol == message_text::ollama_chat_protocol) {
    place_in_chat(body, text, position, "system");  // it knows no developer
  } else if (protocol == protocols::openai_responses) {
    if (position == Position::instead) erase_instructions(body, "input");
    add(body["instructions"], text, {}, position);
  } else if (protocol == protocols::anthropic_messages) {
    if (position == Position::instead) erase_instructions(body, "messages");
    add(body["system"], text, {{"type", "text"}, {"text", text}}, position);
  } else if (protocol == protocols::gemini) {
    json::value* const counted = body.if_contains("generateContentRequest");
    place_in_gemini(counted != nullptr && counted->is_object() ? counted->get_object() : body, text, position);
  }
}

}  // namespace patchbay::prompt_template
