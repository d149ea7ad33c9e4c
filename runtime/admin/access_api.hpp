#pragma once

#include "access/gatekeeper.hpp"
#include "admin/admin_api.hpp"
#include "monitoring/prometheus_text.hpp"

namespace patchbay::admin {

/// `GET /admin/keys`, `POST /admin/keys`, `DELETE /admin/keys/NAME`, and the metrics below. `access` must outlive the API. [control thread]
void offer_access(AdminApi& api, boost::asio::io_context& control, access::Gatekeeper& access);

/// What keys used and were denied, and how the state does.
void add_metrics(const access::Gatekeeper& access, monitoring::PrometheusText& text);

}  // namespace patchbay::admin
