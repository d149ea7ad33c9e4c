#pragma once

#include "admin/admin_api.hpp"
#include "pipeline/assembly.hpp"

namespace patchbay::admin {

/// Adds `POST /admin/routes/explain`: which route a request would take now, and why not the others. `slot` must outlive the API.
void offer_routes(AdminApi& api, const pipeline::AssemblySlot& slot);

}  // namespace patchbay::admin
