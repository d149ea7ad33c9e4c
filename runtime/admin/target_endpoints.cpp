#include "admin/target_endpoints.hpp"

#include "pipeline/target_report.hpp"

namespace patchbay::admin {

void offer_targets(AdminApi& api, const pipeline::AssemblySlot& slot) {
  api.offer("GET", "/admin/targets",
            [&slot](const AdminCall& call) { call.answer(200, pipeline::describe_targets(*slot.current(), pipeline::LazyNow())); });
}

}  // namespace patchbay::admin
