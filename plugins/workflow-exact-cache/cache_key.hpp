#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "patchbay/message.hpp"

namespace patchbay::exact_cache {

/// Everything that the answer to a request depends on, as text: protocol, operation, form, model, chosen headers, and the body with its
/// members in alphabetical order and without `ignored` ones. Throws DocumentError if the body is no JSON. [thread-safe]
[[nodiscard]] std::string cache_key(const Request& request, const std::vector<std::string>& vary, const std::vector<std::string>& ignored);

/// Whether the same request always has the same answer: embeddings and counts, and answers of temperature 0. [thread-safe]
[[nodiscard]] bool is_deterministic(const Request& request);

/// Whether a request refers to what the provider remembers of earlier ones, or wants work done in the background: then the text of the
/// request does not tell its answer. [thread-safe]
[[nodiscard]] bool is_stateful(const Request& request);

/// What a client wants of caches (RFC 9111, section 5.2.1).
struct CacheControl {
  bool no_store = false;
  bool no_cache = false;
  bool only_if_cached = false;
  std::optional<std::chrono::seconds> max_age;
};
[[nodiscard]] CacheControl cache_control(const Headers& headers);

}  // namespace patchbay::exact_cache
