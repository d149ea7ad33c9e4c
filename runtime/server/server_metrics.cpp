#include "server/server_metrics.hpp"

namespace patchbay::server {

void add_metrics(const Counters& counters, monitoring::PrometheusText& text) {
  text.metric("patchbay_connections_open", "gauge", "Connections of clients.");
  text.sample({}, std::uint64_t{counters.open.load(std::memory_order_relaxed)});
  text.metric("patchbay_connections_accepted_total", "counter", "Connections that clients made.");
  text.sample({}, counters.accepted.load(std::memory_order_relaxed));
  text.metric("patchbay_connections_turned_away_total", "counter", "Connections beyond [server] max_connections.");
  text.sample({}, counters.turned_away.load(std::memory_order_relaxed));
  if (const std::int64_t ends = counters.certificate_ends.load(std::memory_order_relaxed); ends != 0) {
    text.metric("patchbay_certificate_end_timestamp_seconds", "gauge", "When the certificate of the listener is valid no longer.");
    text.sample({}, static_cast<std::uint64_t>(ends));
  }
}

}  // namespace patchbay::server
