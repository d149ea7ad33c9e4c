#include "gemini_wire.hpp"
#include "patchbay/json_walk.hpp"

namespace patchbay::gemini {

namespace {

/// Whether a candidate's content has more than empty text. Signatures of thoughts count: the client must send them back.
bool carries_answer(std::string_view content) {
  bool carries = false;
  for_each_object(member_of(content, "parts"), [&carries](JsonSkim& part) {
    while (part.next())
      if (part.key() != "thought" && !(part.key() == "text" && says_nothing(part.value()))) carries = true;
  });
  return carries;
}

/// Enumerations say nothing with their first value, too.
bool is_reason(std::string_view raw) {
  return !says_nothing(raw) && raw != "\"FINISH_REASON_UNSPECIFIED\"" && raw != "\"BLOCK_REASON_UNSPECIFIED\"" &&
         raw != "\"BLOCKED_REASON_UNSPECIFIED\"";
}

/// Finished if every candidate of the chunk is.
EventRole role_of_candidates(std::string_view candidates) {
  bool content = false;
  bool finished = false;
  bool unfinished = false;
  for_each_object(candidates, [&](JsonSkim& candidate) {
    bool finishes = false;
    while (candidate.next()) {
      if (candidate.key() == "finishReason")
        finishes = is_reason(candidate.value());
      else if (candidate.key() == "content")
        content = content || carries_answer(candidate.value());
    }
    (finishes ? finished : unfinished) = true;
  });
  if (finished && !unfinished) return EventRole::finish;
  return content || finished ? EventRole::content : EventRole::preamble;
}

}  // namespace

EventRole role_of(std::string_view data) {
  EventRole role = EventRole::preamble;
  JsonSkim skim(data);
  while (skim.next()) {
    if (skim.key() == "error" && !says_nothing(skim.value())) return EventRole::failure;
    if (skim.key() == "candidates" && role != EventRole::finish) role = role_of_candidates(skim.value());
    if (skim.key() == "promptFeedback" && is_reason(member_of(skim.value(), "blockReason"))) role = EventRole::finish;
  }
  return role;
}

}  // namespace patchbay::gemini
