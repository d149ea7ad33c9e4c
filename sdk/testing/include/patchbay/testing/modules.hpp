#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "patchbay/abi.h"
#include "patchbay/hook.hpp"
#include "patchbay/module.hpp"
#include "patchbay/patchbay.h"
#include "patchbay/testing/host.hpp"

/// The plugin that is linked into the test program.
extern "C" const patchbay_plugin_descriptor* patchbay_plugin_entry_v1(void);

namespace patchbay::testing {

class Library;

/// Makes the modules of a plugin as the host would: configuration from JSON text, through the descriptor. Must outlive what it makes.
class Modules {
 public:
  explicit Modules(const patchbay_plugin_descriptor& plugin) : plugin_(&plugin) {}
  explicit Modules(const patchbay_c_plugin& plugin) : c_plugin_(&plugin) {}
  /// Of whichever kind the library's plugin is.
  explicit Modules(const Library& library);

  /// Throws config::Error for a faulty configuration, std::invalid_argument if the plugin has no such type or it is of another class.
  [[nodiscard]] std::unique_ptr<Transform> transform(std::string_view type, std::string_view config = "{}") const;
  [[nodiscard]] std::unique_ptr<Provider> provider(std::string_view type, std::string_view config = "{}") const;
  [[nodiscard]] std::unique_ptr<Hook> hook(std::string_view type, std::string_view config = "{}") const;

  /// The faults of a configuration as "pointer: message"; empty if a module can be made from it.
  [[nodiscard]] std::vector<std::string> faults(std::string_view type, std::string_view config) const;

  /// Throws std::invalid_argument if the plugin, which is one in C++, has no such type.
  [[nodiscard]] const patchbay_module_descriptor& descriptor(std::string_view type) const;

  RecordingHost host;

 private:
  [[nodiscard]] std::unique_ptr<Module> make(std::string_view type, std::string_view config) const;

  const patchbay_plugin_descriptor* plugin_ = nullptr;  // one of the two is set
  const patchbay_c_plugin* c_plugin_ = nullptr;
};

}  // namespace patchbay::testing
