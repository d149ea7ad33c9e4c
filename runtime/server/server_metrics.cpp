#include "server/server_metrics.hpp"

namespace patchbay::server {

void add_metrics(const Counters& counters, monitoring::PrometheusText& text) {
  text.metric("patchbay_connections_open", "gauge", "Connections of clients.");
  text.sample({}, std::uint64_t{counters.open.load(std::memory_order_relaxed)});
  text.metric("patchbay_connections_accepted_total", "counter", "Connections that clients made.");
  text.sample({}, counters.accepted.load(std::memory_order_relaxed));
  text.metric("patchbay_connections_turned_away_total", "counter", "Connections beyond [server] max_connections.");
  text.sample({}, counters.turned_away.load(std::memory_order_relaxed));
}

}  // namespace patchbay::server
