#include "patchbay/json_walk.hpp"
#include "responses_wire.hpp"

namespace patchbay::openai_responses {

namespace {

/// Servers keep a connection alive with events of their own. One that has only numbers besides its type carries no answer.
bool carries_answer(std::string_view data) {
  JsonSkim skim(data);
  while (skim.next()) {
    const std::string_view value = skim.value();
    const bool structured = value.front() == '"' || value.front() == '{' || value.front() == '[';
    if (structured && skim.key() != "type" && !says_nothing(value)) return true;
  }
  return false;
}

EventRole role_of_type(std::string_view type, std::string_view data) {
  if (type.empty() || type == "response.created" || type == "response.in_progress" || type == "response.queued") return EventRole::preamble;
  if (type == "response.completed" || type == "response.incomplete") return EventRole::last;
  if (type == "response.failed" || type == "response.cancelled" || type == "error") return EventRole::failure;
  if (type.starts_with("response.")) return EventRole::content;
  return carries_answer(data) ? EventRole::content : EventRole::preamble;
}

}  // namespace

EventRole role_of(std::string_view event_name, std::string_view data) {
  while (data.ends_with(' ')) data.remove_suffix(1);
  if (data == "[DONE]") return EventRole::terminator;
  std::string_view type;
  JsonSkim skim(data);
  while (skim.next()) {
    if (skim.key() == "type") type = skim.value();
    if (skim.key() == "error" && !says_nothing(skim.value())) return EventRole::failure;
  }
  const bool named = type.size() >= 2 && type.front() == '"';
  return role_of_type(named ? type.substr(1, type.size() - 2) : event_name, data);
}

}  // namespace patchbay::openai_responses
