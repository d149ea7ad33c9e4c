#pragma once

#include "admin/admin_api.hpp"
#include "modes/shadow_report.hpp"

namespace patchbay::admin {

/// `GET /admin/shadow/report`, and the shadow's metrics. `report` must outlive the API. [init]
void offer_shadow(AdminApi& api, const modes::ShadowReport& report);

}  // namespace patchbay::admin
