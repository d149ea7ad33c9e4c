#include "modes/mode.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace patchbay::modes {

namespace {

constexpr std::array<std::string_view, 4> names{"v1", "v2", "shadow", "gradual"};

/// FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/).
std::uint64_t add_to_hash(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

/// The finaliser of MurmurHash3: FNV's high bits depend too little on a text's last bytes.
std::uint64_t mixed(std::uint64_t hash) {
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdu;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53u;
  return hash ^ (hash >> 33);
}

}  // namespace

std::string_view name_of(Mode mode) { return names[static_cast<std::size_t>(mode)]; }

std::optional<Mode> mode_of(std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found != names.end() ? std::optional(static_cast<Mode>(found - names.begin())) : std::nullopt;
}

std::uint16_t share_of(double percentage) {
  return static_cast<std::uint16_t>(std::lround(std::clamp(percentage, 0.0, 100.0) * whole / 100.0));
}

std::uint16_t place_of(std::string_view caller, std::string_view salt) {
  constexpr std::uint64_t basis = 0xcbf29ce484222325u;
  return static_cast<std::uint16_t>(mixed(add_to_hash(add_to_hash(basis, salt), caller)) % whole);
}

}  // namespace patchbay::modes
