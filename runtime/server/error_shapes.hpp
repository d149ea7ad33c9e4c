#pragma once

#include <string>
#include <string_view>

#include "patchbay/message.hpp"

namespace patchbay::server {

/// The body of an error reply, in the shape of the protocol that the client speaks. The provider's own bytes if they are in that protocol.
[[nodiscard]] std::string error_body(const Error& error, std::string_view protocol);

/// What ends a stream with an error, as server-sent events, including the protocol's terminal event.
[[nodiscard]] std::string error_events(const Error& error, std::string_view protocol);

/// What ends a stream that went well, as server-sent events: `[DONE]` for protocols that have it, else nothing.
[[nodiscard]] std::string_view end_of_stream(std::string_view protocol);

}  // namespace patchbay::server
