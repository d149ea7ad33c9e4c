#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "patchbay/headers.hpp"

namespace patchbay::server {

/// What goes into the head of a response beside its own headers.
struct ResponseHead {
  int status = 200;
  std::string_view content_type;                ///< empty: no body
  std::optional<std::uint64_t> content_length;  ///< nothing: chunked, or until the connection closes
  bool chunked = false;
  bool keep_alive = true;
  bool http_1_0 = false;
  std::string_view request_id;
  std::string_view lines;  ///< whole ones, ready to be sent
};

/// Appends status line and headers, with the empty line at the end (RFC 9112 section 4).
void write_head(const ResponseHead& head, const Headers& extra, std::string& out);

/// The id of a request: the client's `x-request-id` if it is harmless (1 to 128 visible ASCII characters), else a new one.
[[nodiscard]] std::string request_id_for(const Headers& headers);

/// The reason phrase of a status.
[[nodiscard]] std::string_view reason_of(int status);

}  // namespace patchbay::server
