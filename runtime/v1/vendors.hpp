#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "v1/configuration.hpp"

/// What V1 knew by name: its types of providers and its compatibility modules, as modules of Patchbay's plugins. The only place of the
/// host that names a vendor. [thread-safe]
namespace patchbay::v1 {

/// What a provider's `type` (or `protocol`, or `providerType`) means.
struct ProviderType {
  Wire wire;
  std::string_view compatibility;  ///< what V1 added by itself; empty: nothing
  std::string_view base_url;       ///< where it is if the file does not say; empty: unknown
  std::string_view api_path;       ///< follows a base URL without a path
};

/// Nothing if the word is not known.
[[nodiscard]] std::optional<ProviderType> provider_type(std::string_view word);

/// Why providers of a type cannot be served at all; empty if nothing is against it.
[[nodiscard]] std::string obstacle_of_type(std::string_view word);

/// `glm-compatibility`, `chat:glm`, `compat:glm` as `glm`.
[[nodiscard]] std::string compatibility_name(std::string_view word);

struct CompatibilityModules {
  std::vector<ModuleConfig> modules;
  std::string lost;  ///< why there is no module; empty if there is one, or none is needed
};
[[nodiscard]] CompatibilityModules compatibility_modules(const std::string& name, Wire wire, std::optional<bool> thinking);

/// The module that speaks a protocol.
[[nodiscard]] std::string_view provider_module(Wire wire);

/// A base URL as the module wants it: without the paths that it adds itself.
[[nodiscard]] std::string trimmed_base_url(std::string url, Wire wire);

}  // namespace patchbay::v1
