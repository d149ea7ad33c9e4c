#pragma once

#include <string>

#include "patchbay/abi.h"
#include "patchbay/patchbay.h"

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

  /// Throws std::logic_error if the plugin is behind patchbay.h: `c_plugin` has that.
  [[nodiscard]] const patchbay_plugin_descriptor& plugin() const;

  /// Null for a plugin in C++.
  [[nodiscard]] const patchbay_c_plugin* c_plugin() const { return c_plugin_; }

 private:
  void* handle_;
  const patchbay_plugin_descriptor* plugin_ = nullptr;  // one of the two is set
  const patchbay_c_plugin* c_plugin_ = nullptr;
};

}  // namespace patchbay::testing
