#include "anthropic_wire.hpp"
#include "patchbay/json_walk.hpp"

namespace patchbay::anthropic {

namespace {

/// A block of text or thinking opens empty and fills by deltas; any other block says something by being there.
EventRole role_of_block(std::string_view block) {
  const std::string_view type = member_of(block, "type");
  if (type != "\"text\"" && type != "\"thinking\"") return EventRole::content;
  JsonSkim skim(block);
  while (skim.next())
    if (skim.key() != "type" && !says_nothing(skim.value())) return EventRole::content;
  return EventRole::preamble;
}

}  // namespace

EventRole role_of(std::string_view event_name, std::string_view data) {
  std::string_view type;
  std::string_view block;
  std::string_view delta;
  JsonSkim skim(data);
  while (skim.next()) {
    if (skim.key() == "type")
      type = skim.value();
    else if (skim.key() == "content_block")
      block = skim.value();
    else if (skim.key() == "delta")
      delta = skim.value();
    else if (skim.key() == "error" && !says_nothing(skim.value()))
      return EventRole::failure;
  }
  if (type.size() >= 2 && type.front() == '"')
    type = type.substr(1, type.size() - 2);
  else
    type = event_name;

  if (type.empty() || type == "ping" || type == "message_start") return EventRole::preamble;
  if (type == "error") return EventRole::failure;
  if (type == "message_stop") return EventRole::last;
  if (type == "content_block_start") return role_of_block(block);
  if (type == "message_delta") return says_nothing(member_of(delta, "stop_reason")) ? EventRole::content : EventRole::finish;
  return EventRole::content;  // deltas, stops, and whatever may be added: more of the answer than nothing
}

}  // namespace patchbay::anthropic
