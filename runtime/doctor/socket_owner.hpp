#pragma once

#include <cstdint>
#include <string>

namespace patchbay::doctor {

/// The process that listens on a TCP port, as "nginx, process 1234"; empty if that cannot be found out: other users' processes show their
/// sockets to root alone.
[[nodiscard]] std::string owner_of(std::uint16_t port);

}  // namespace patchbay::doctor
