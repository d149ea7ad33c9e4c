#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace patchbay::plugins {

enum class FailureCode : std::uint8_t {
  directory_missing,   ///< a plugin directory does not exist or cannot be read
  not_a_plugin,        ///< not an ELF shared object of this machine
  stamp_missing,       ///< compiled without the SDK's PATCHBAY_PLUGIN
  stamp_mismatch,      ///< compiled against something else than the host
  staging_failed,      ///< the private copy could not be made
  load_failed,         ///< the dynamic linker refused it
  entry_missing,       ///< no entry symbol
  descriptor_invalid,  ///< the descriptor breaks a rule
  duplicate_id,        ///< another loaded plugin has the id
  duplicate_type,      ///< another loaded plugin brings the module type
  signature_missing,   ///< signatures are required and there is none
  signature_invalid,   ///< no trusted key has signed the file
  downgrade,           ///< older than the version that serves, and nobody allowed that
  too_many_versions,   ///< so many versions before it still serve running requests
  trial_failed,        ///< a process that loaded it on trial did not survive that
  configuration,       ///< the configuration does not work with it
};

[[nodiscard]] std::string_view name_of(FailureCode code);

/// A file is not loaded. `what()` names the file, the rule and the cure.
class LoadFailure : public std::runtime_error {
 public:
  LoadFailure(FailureCode code, std::string path, const std::string& reason)
      : std::runtime_error(path + ": " + reason), code_(code), path_(std::move(path)) {}
  [[nodiscard]] FailureCode code() const { return code_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  FailureCode code_;
  std::string path_;
};

}  // namespace patchbay::plugins
