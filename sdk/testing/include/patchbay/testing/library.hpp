#pragma once

#include <string>

#include "patchbay/abi.h"

namespace patchbay::testing {

/// A plugin's shared library, loaded for a test; must outlive the modules that are made from it.
class Library {
 public:
  /// Throws std::runtime_error if the linker refuses it, if it has no entry, or if it was built against something else than this program:
  /// the message names what differs.
  explicit Library(const std::string& path);
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  [[nodiscard]] const patchbay_plugin_descriptor& plugin() const { return *plugin_; }

 private:
  void* handle_;
  const patchbay_plugin_descriptor* plugin_ = nullptr;
};

}  // namespace patchbay::testing
