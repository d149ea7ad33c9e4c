#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "c_json.hpp"
#include "patchbay/config.hpp"
#include "patchbay/module.hpp"
#include "patchbay/stage.hpp"

/// The host's objects as a C module sees them. Their functions are called by C code, so none of them lets an exception out: what is thrown
/// within is kept, and thrown again by who called the module.
namespace patchbay::c_plugin {

/// [thread-safe]
struct CHost : patchbay_c_host {
  explicit CHost(const Host& host);

  patchbay_c_lines* open(const std::string& path, const Rotation& rotation) const;

  const Host& host;

 private:
  mutable std::mutex mutex_;  // guards what follows
  mutable std::vector<std::shared_ptr<LineFile>> lines_;
};

/// What one call of a function says. [its caller's thread]
struct CResult : patchbay_c_result {
  CResult();

  /// Throws config::Error for faults, std::runtime_error for a failure.
  void check() const;

  std::string said;
  std::optional<std::string> failure;
  std::vector<config::Fault> faults;
};

/// The way back during one call of a stage. [connection: one thread]
struct CBack : patchbay_c_back {
  /// `request` is null where it may not be changed any more.
  CBack(Downstream& left, Request* request);

  /// Throws what went wrong during the call.
  void check() const;

  Downstream& left;
  Request* request;
  std::optional<HttpCall> asked;
  std::optional<std::string> failure;
};

}  // namespace patchbay::c_plugin
