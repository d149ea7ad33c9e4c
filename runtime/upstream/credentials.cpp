#include "upstream/credentials.hpp"

#include <algorithm>

#include "patchbay/headers.hpp"

namespace patchbay::upstream {

bool is_credential(std::string_view header_name) {
  constexpr std::string_view words[] = {"auth", "cookie", "credential", "key", "passw", "secret", "signature", "token"};
  return std::any_of(std::begin(words), std::end(words), [&](std::string_view word) {
    for (std::size_t at = 0; at + word.size() <= header_name.size(); ++at)
      if (equals_ignoring_case(header_name.substr(at, word.size()), word)) return true;
    return false;
  });
}

std::string without_key(const std::string& url) {
  for (const char* const before : {"?key=", "&key="}) {
    const std::size_t at = url.find(before);
    if (at == std::string::npos) continue;
    const std::size_t end = url.find('&', at + 1);
    std::string rest = end == std::string::npos ? std::string() : url.substr(end);
    if (before[0] == '?' && !rest.empty()) rest.front() = '?';
    return url.substr(0, at) + rest;
  }
  return url;
}

}  // namespace patchbay::upstream
