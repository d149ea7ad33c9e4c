#pragma once

#include <functional>
#include <memory>

#include "admin/admin_api.hpp"
#include "control/change_queue.hpp"
#include "monitoring/trace_ring.hpp"

namespace patchbay::admin {

/// `POST /admin/requests/ID/replay`: a request that ended, through the configuration that is in force, on the thread of the changes, so
/// that no client waits for it; only a few may wait. `ring` is called for each; null: nothing is kept. `changes` must outlive the API.
/// [control thread]
void offer_replay(AdminApi& api, control::ChangeQueue& changes, std::function<std::shared_ptr<const monitoring::TraceRing>()> ring);

}  // namespace patchbay::admin
