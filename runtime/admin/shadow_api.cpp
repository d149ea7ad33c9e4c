#include "admin/shadow_api.hpp"

#include "monitoring/prometheus_text.hpp"
#include "server/endpoints.hpp"

namespace patchbay::admin {

void offer_shadow(AdminApi& api, const modes::ShadowReport& report) {
  api.offer("GET", "/admin/shadow/report", [&report](const AdminCall& call) {
    if (server::query_field(call.request.target, "format") == "text")
      return call.respond({200, report.text(), "text/plain; charset=utf-8"});
    call.answer(200, report.describe());
  });
  api.show([&report](monitoring::PrometheusText& text) { report.add_metrics(text); });
}

}  // namespace patchbay::admin
