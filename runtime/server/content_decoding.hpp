#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace patchbay::server {

enum class Decoded : std::uint8_t {
  ok,
  unknown_coding,  ///< 415
  malformed,       ///< 400
  too_large,       ///< 413: the content is larger than the limit, however small it was compressed
};

/// Undoes a request's Content-Encoding (RFC 9110 section 8.4): gzip, deflate, br, zstd, identity, or several in a row. Stops as soon as the
/// output exceeds `limit`, so that a small body cannot fill the memory. [connection: one thread]
[[nodiscard]] Decoded decode_content(std::string_view codings, std::string& body, std::uint64_t limit);

}  // namespace patchbay::server
