#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "patchbay/message.hpp"

namespace patchbay::plugins::validator {

/// One exchange in one protocol, as its API documents it.
struct Dialogue {
  std::string_view protocol;
  std::string_view name;
  std::string_view request;
  std::string_view reply;         ///< the whole answer
  std::vector<EventText> events;  ///< the same answer as a stream, without a terminator
};

/// Every dialogue of a protocol; of a protocol that nobody here knows, those of openai-chat.
[[nodiscard]] std::span<const Dialogue> dialogues_in(std::string_view protocol);

/// The protocols that there are dialogues of.
[[nodiscard]] std::span<const std::string_view> known_protocols();

/// Bodies that a client or a provider should not send: empty, cut off, of wrong types, nested deeply, large.
struct OddBody {
  std::string name;
  std::string text;
};
[[nodiscard]] const std::vector<OddBody>& odd_bodies();

}  // namespace patchbay::plugins::validator
