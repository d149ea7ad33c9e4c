#pragma once

#include <re2/re2.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "guard_config.hpp"
#include "patchbay/message.hpp"

namespace patchbay::guard {

/// What requests may ask for. [request: concurrent]
class Limits {
 public:
  Limits(LimitsConfig config, std::vector<config::Fault>& faults);

  /// The first limit that a request does not keep. Throws DocumentError if the body is needed and is no JSON.
  [[nodiscard]] std::optional<Error> broken_by(const Request& request) const;

 private:
  [[nodiscard]] bool allows_model(const std::string& model) const;

  const LimitsConfig config_;
  std::vector<std::unique_ptr<re2::RE2>> models_;
};

}  // namespace patchbay::guard
