#include "plugins/load_failure.hpp"

namespace patchbay::plugins {

std::string_view name_of(FailureCode code) {
  switch (code) {
    case FailureCode::directory_missing: return "directory_missing";
    case FailureCode::not_a_plugin: return "not_a_plugin";
    case FailureCode::stamp_missing: return "stamp_missing";
    case FailureCode::stamp_mismatch: return "stamp_mismatch";
    case FailureCode::staging_failed: return "staging_failed";
    case FailureCode::load_failed: return "load_failed";
    case FailureCode::entry_missing: return "entry_missing";
    case FailureCode::descriptor_invalid: return "descriptor_invalid";
    case FailureCode::duplicate_id: return "duplicate_id";
    case FailureCode::duplicate_type: return "duplicate_type";
    case FailureCode::signature_missing: return "signature_missing";
    case FailureCode::signature_invalid: return "signature_invalid";
    case FailureCode::downgrade: return "downgrade";
    case FailureCode::too_many_versions: return "too_many_versions";
    case FailureCode::trial_failed: return "trial_failed";
    case FailureCode::configuration: return "configuration";
  }
  return "unknown";
}

}  // namespace patchbay::plugins
