#pragma once

#include <functional>
#include <string>

#include "admin/admin_api.hpp"

namespace patchbay::admin {

/// `GET /admin/patchbay`: routes, targets and instances as they stand, with `version` of the host and `address` of
/// the gateway as a URL.
void offer_patchbay(AdminApi& api, const control::ControlPlane& plane, std::string version, std::function<std::string()> address);

/// `PUT /admin/plugins/NAME.so`: the body is a plugin; it is saved in `[admin] uploads` and loaded from there. `NAME.so.sig` is a
/// signature, saved for the plugin that follows.
void offer_plugin_upload(AdminApi& api, const control::ControlPlane& plane);

}  // namespace patchbay::admin
