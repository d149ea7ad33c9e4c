#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "patchbay/message.hpp"

namespace patchbay::comparison {

/// A request by a name for people.
struct Sample {
  std::string name;
  std::string protocol;
  std::string model;  ///< empty: the body has it
  std::string body;
  bool stream = false;  ///< of protocols that have it in the path

  [[nodiscard]] Request request() const;
};

/// A request of every category in every client protocol, whole and as a stream; and one for each of `models`.
[[nodiscard]] std::vector<Sample> built_in_corpus(std::uint64_t longcontext_tokens, const std::vector<std::string>& models);

/// The bodies in a folder, `*.json`; those in a folder of a protocol's name, or whose own name starts with it, are of that protocol, others
/// of openai-chat. Throws std::runtime_error, saying why, if there are none.
[[nodiscard]] std::vector<Sample> corpus_in(const std::string& folder);

}  // namespace patchbay::comparison
