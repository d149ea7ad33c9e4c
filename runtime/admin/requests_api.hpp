#pragma once

#include <functional>
#include <memory>

#include "admin/admin_api.hpp"
#include "monitoring/performance.hpp"
#include "monitoring/trace_ring.hpp"

namespace patchbay::admin {

/// What the debug tools read; each may be absent, because the configuration does not want it. [control thread]
struct RequestSources {
  std::function<std::shared_ptr<const monitoring::TraceRing>()> ring;
  std::function<std::shared_ptr<const monitoring::Performance>()> performance;
  std::function<std::uint64_t()> in_flight;
};

/// Adds `GET /admin/requests`, `GET /admin/requests/ID` and `GET /admin/performance`, each as JSON or, with `?format=text`, for people.
void offer_requests(AdminApi& api, RequestSources sources);

}  // namespace patchbay::admin
