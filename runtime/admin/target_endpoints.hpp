#pragma once

#include "admin/admin_api.hpp"
#include "pipeline/assembly.hpp"

namespace patchbay::admin {

/// Offers `GET /admin/targets`: how keys, targets and instances are. `slot` must outlive the API. [control thread]
void offer_targets(AdminApi& api, const pipeline::AssemblySlot& slot);

}  // namespace patchbay::admin
