#pragma once

#include <memory>
#include <string>

#include "patchbay/module.hpp"

namespace patchbay::plugins {

/// The services of the host for the modules of one type: a log whose lines begin with the type, and the system's clocks. [thread-safe]
[[nodiscard]] std::shared_ptr<const Host> make_host_services(std::string module_type);

}  // namespace patchbay::plugins
