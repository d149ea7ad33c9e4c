#pragma once

#include <functional>
#include <memory>

#include "config/access_settings.hpp"
#include "state/store.hpp"

namespace patchbay::state {

/// Whether hosts may share that state.
[[nodiscard]] bool is_shared(const config::StateSettings& settings);

/// What opens the state, as often as it has to be. Throws std::invalid_argument for a url that is none; what it returns throws StoreError.
[[nodiscard]] std::function<std::unique_ptr<Store>()> opener(const config::StateSettings& settings);

}  // namespace patchbay::state
