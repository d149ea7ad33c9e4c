#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::plugins {

/// An Ed25519 public key (RFC 8032).
using PublicKey = std::array<unsigned char, 32>;

/// From 32 bytes in Base64, or from PEM ("-----BEGIN PUBLIC KEY-----"). Throws std::invalid_argument saying what it should be.
[[nodiscard]] PublicKey parse_public_key(std::string_view text);

/// Whose plugins may be loaded. A signature is the file beside the plugin with `.sig` after its name: 64 bytes, or those in Base64, over
/// the plugin's whole content.
struct SignaturePolicy {
  std::vector<PublicKey> keys;
  bool required = false;                        ///< a plugin without a signature is refused
  std::vector<std::filesystem::path> exempt{};  ///< directories whose plugins need none: they came with the host

  [[nodiscard]] bool exempts(const std::string& origin) const;

  /// Checks the content of `staged`, the private copy of `origin`. A signature that is there must be good, also where none is required.
  /// Throws LoadFailure (signature_missing, signature_invalid).
  void check(const std::string& origin, const std::filesystem::path& staged) const;
};

[[nodiscard]] std::filesystem::path signature_file(const std::filesystem::path& plugin);

}  // namespace patchbay::plugins
