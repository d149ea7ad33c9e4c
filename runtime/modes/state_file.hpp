#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "modes/mode_state.hpp"

namespace patchbay::modes {

/// The state file cannot be read or written. `what()` names the file, the reason and the cure.
class StateError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Keeps a ModeState so that a process that is killed at any instant leaves the old one or the new one, whole. [control thread]
class StateFile {
 public:
  /// An empty path: nothing is kept.
  explicit StateFile(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] const std::string& path() const { return path_; }

  /// Nothing if there is no file yet. Throws StateError for one that is damaged or of a newer version.
  [[nodiscard]] std::optional<ModeState> load() const;

  /// Written beside the old one, flushed to the disk, and put in its place. Throws StateError.
  void save(const ModeState& state) const;

 private:
  std::string path_;
};

}  // namespace patchbay::modes
