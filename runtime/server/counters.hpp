#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace patchbay::server {

/// What a server counts. [thread-safe]
struct Counters {
  std::atomic<std::uint64_t> accepted{0};     ///< connections
  std::atomic<std::uint64_t> turned_away{0};  ///< connections beyond max_connections
  std::atomic<std::uint32_t> open{0};         ///< connections now
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> abandoned{0};                ///< clients that left before their answer was complete
  std::atomic<std::uint64_t> losses{0};                   ///< of requests, on their way to a provider of another protocol
  std::array<std::atomic<std::uint64_t>, 6> responses{};  ///< by the first digit of the status
  std::atomic<std::int64_t> certificate_ends{0};          ///< seconds since 1970-01-01 UTC; 0: there is no certificate
};

}  // namespace patchbay::server
