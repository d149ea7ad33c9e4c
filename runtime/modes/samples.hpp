#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "patchbay/message.hpp"

namespace patchbay::modes {

/// One exchange in one protocol, as its API documents it: what a client asks, and what a provider answers.
struct Sample {
  std::string_view protocol;
  std::string_view name;  ///< "text", "tool call" or "image"; exchanges of the same name in two protocols are the same conversation
  std::string_view request;
  std::string_view reply;         ///< the whole answer
  std::vector<EventText> events;  ///< the same answer as a stream, without a terminator
};

/// Every exchange in a protocol; none of a protocol that nobody here knows.
[[nodiscard]] const std::vector<Sample>& samples_in(std::string_view protocol);

/// The exchange in a protocol with that name, or the first one; null of a protocol that nobody here knows.
[[nodiscard]] const Sample* sample_for(std::string_view protocol, std::string_view name);

/// A refusal of a request, as a provider of the protocol words it.
[[nodiscard]] std::string error_sample(std::string_view protocol);

/// The body of a sample's request for a model, as a stream or whole, the way its protocol says these; for protocols that say them in the
/// path the body is as it was.
[[nodiscard]] std::string request_body(const Sample& sample, std::string_view model, bool stream);

}  // namespace patchbay::modes
