#include "control/signature_policy.hpp"

#include <filesystem>

namespace patchbay::control {

plugins::SignaturePolicy signature_policy(const config::PluginSettings& settings, const std::vector<std::string>& own_directories) {
  plugins::SignaturePolicy policy;
  for (const std::string& key : settings.trusted_keys) policy.keys.push_back(plugins::parse_public_key(key));
  policy.required = settings.require_signed;
  std::error_code unknown;
  for (const std::string& directory : own_directories) policy.exempt.push_back(std::filesystem::weakly_canonical(directory, unknown));
  return policy;
}

}  // namespace patchbay::control
