#pragma once

#include <functional>
#include <string>

#include "admin/admin_api.hpp"
#include "modes/mode_control.hpp"

namespace patchbay::admin {

/// How a dry run of every route went.
struct Verdict {
  bool passed = false;
  std::string text;  ///< for people
};

/// Starts a dry run and calls back on the control thread.
using Validate = std::function<void(std::function<void(const Verdict&)>)>;

/// `GET` and `POST /admin/mode`, `POST /admin/mode/rollback`, `GET /admin/mode/report`, and the mode's metrics. `control` must outlive the
/// API. `always_validate` says whether every switch to V2 needs a dry run. [init]
void offer_mode(AdminApi& api, modes::ModeControl& control, Validate validate, std::function<bool()> always_validate);

}  // namespace patchbay::admin
