#pragma once

#include <boost/json/fwd.hpp>
#include <memory>

#include "patchbay/module.hpp"
#include "patchbay/patchbay.h"

/// Modules of plugins in plain C as ordinary modules. For hosts; a plugin has no use for it.
namespace patchbay::c_plugin {

/// Makes a module. Throws config::Error for a configuration that it cannot take, std::runtime_error if it cannot be made for another
/// reason. `descriptor` and `host` must outlive the module, which is a Provider or a Hook if its kind says so, and a Transform otherwise.
/// [init]
[[nodiscard]] std::unique_ptr<Module> make(const patchbay_c_module& descriptor, const boost::json::value& config, const Host& host);

}  // namespace patchbay::c_plugin
