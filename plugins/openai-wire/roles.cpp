#include "openai_wire.hpp"
#include "patchbay/json_walk.hpp"

namespace patchbay::openai_wire {

namespace {

/// Whether a delta says more than who speaks.
bool carries_answer(std::string_view delta) {
  JsonSkim skim(delta);
  while (skim.next())
    if (skim.key() != "role" && !says_nothing(skim.value())) return true;
  return false;
}

/// Finished if every choice of the chunk is.
EventRole role_of_choices(std::string_view choices) {
  bool content = false;
  bool finished = false;
  bool unfinished = false;
  for_each_object(choices, [&](JsonSkim& choice) {
    bool finishes = false;
    while (choice.next()) {
      if (choice.key() == "finish_reason")
        finishes = !says_nothing(choice.value());
      else if (choice.key() == "delta")
        content = content || carries_answer(choice.value());
    }
    (finishes ? finished : unfinished) = true;
  });
  if (finished && !unfinished) return EventRole::finish;
  return content || finished ? EventRole::content : EventRole::preamble;
}

}  // namespace

EventRole role_of(std::string_view data) {
  while (data.ends_with(' ')) data.remove_suffix(1);
  if (data == "[DONE]") return EventRole::terminator;
  EventRole role = EventRole::preamble;
  JsonSkim skim(data);
  while (skim.next()) {
    if (skim.key() == "error" && !says_nothing(skim.value())) return EventRole::failure;
    if (skim.key() == "choices") role = role_of_choices(skim.value());
  }
  return role;
}

}  // namespace patchbay::openai_wire
