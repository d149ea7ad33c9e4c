#include "pipeline/target_report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "monitoring/milliseconds.hpp"

namespace patchbay::pipeline {

namespace json = boost::json;

namespace {

std::int64_t milliseconds_to(HealthTime time, const LazyNow& now) {
  if (time <= now()) return 0;
  return std::chrono::ceil<std::chrono::milliseconds>(time - now()).count();
}

json::object describe_key(const ChainKey& key, const LazyNow& now) {
  const bool usable = key.health->usable(now);
  json::object shown{{"id", key.id}, {"state", usable ? "in_service" : "resting"}};
  if (!usable) {
    shown["reason"] = name_of(key.health->reason());
    shown["back_in_ms"] = milliseconds_to(key.health->usable_at(), now);
  }
  shown["rests"] = key.health->rests();
  return shown;
}

json::object describe_instance(const ChainModule& module) {
  const InstanceKey& key = module.instance->key();
  return {{"kind", name_of(module.instance->kind())},
          {"type", key.type},
          {"instance", key.hash.substr(0, 12)},
          {"health", name_of(module.instance->counters().health)}};
}

/// Empty if the target is not to be probed.
json::object describe_probe(const Chain& chain, const LazyNow& now) {
  if (!chain.not_probed.empty()) return {{"state", "none"}, {"reason", chain.not_probed}};
  if (!chain.probe) return {};
  const config::ProbeSettings& settings = chain.probe->settings;
  const ProbeRecord::Summary found = chain.health->probes().summary();
  json::object shown{{"state", !found       ? "unknown"
                               : found.well ? "passed"
                                            : "failed"},
                     {"origin", chain.probe->origin},
                     {"every_ms", settings.interval.count()},
                     {"timeout_ms", settings.timeout.count()},
                     {"rests_after", settings.failures},
                     {"back_after", settings.passes},
                     {"passed", found.passed},
                     {"failed", found.failed}};
  if (!found) return shown;
  shown["in_a_row"] = found.row;
  shown["said"] = found.last.said;
  shown["ago_ms"] = milliseconds_to(now(), LazyNow(found.last.at));
  shown["took_ms"] = monitoring::milliseconds(found.last.took);
  return shown;
}

json::object describe_target(const Chain& chain, const LazyNow& now) {
  const TargetHealth& health = *chain.health;
  const TargetHealth::Counters counters = health.counters();
  json::object shown{{"id", chain.id}, {"provider", chain.provider.instance->key().type}, {"state", name_of(health.state(now))}};
  if (health.state(now) == TargetHealth::State::open) shown["back_in_ms"] = milliseconds_to(health.available_at(), now);
  shown["in_flight"] = health.queue().taken();
  shown["waiting"] = health.queue().waiting();
  if (chain.max_concurrency != 0) shown["max_concurrency"] = chain.max_concurrency;
  if (health.latency().last() > 0) shown["latency_ms"] = static_cast<std::int64_t>(health.latency().last() / 1e6);
  shown["attempts"] = counters.attempts;
  shown["failures"] = counters.failures;
  shown["rests"] = counters.rests;
  if (json::object probe = describe_probe(chain, now); !probe.empty()) shown["probe"] = std::move(probe);
  json::array keys;
  for (const ChainKey& key : chain.keys) keys.push_back(describe_key(key, now));
  shown["keys"] = std::move(keys);
  json::array instances;
  for (const ChainModule& module : chain.transforms) instances.push_back(describe_instance(module));
  instances.push_back(describe_instance(chain.provider));
  shown["instances"] = std::move(instances);
  return shown;
}

/// One sample of a metric for each target.
template <class Value>
void sample_targets(const Assembly& assembly, monitoring::PrometheusText& text, Value&& value) {
  for (const auto& route : assembly.routes)
    for (const auto& chain : route->chains) text.sample({{"route", route->settings.id}, {"target", chain->id}}, value(*chain));
}

template <class Value>
void sample_keys(const Assembly& assembly, monitoring::PrometheusText& text, Value&& value) {
  for (const auto& route : assembly.routes)
    for (const auto& chain : route->chains)
      for (const ChainKey& key : chain->keys)
        text.sample({{"route", route->settings.id}, {"target", chain->id}, {"key", key.id}}, value(*key.health));
}

struct RouteCounter {
  const char* name;
  const char* help;
  std::atomic<std::uint64_t> RouteHealth::*counter;
};

constexpr RouteCounter route_counters[] = {
    {"failovers", "Attempts at another target or key after one had failed.", &RouteHealth::failovers},
    {"retries", "Attempts at the same target and key after a pause.", &RouteHealth::retries},
    {"hedges", "Attempts beside one that was slow.", &RouteHealth::hedges},
    {"fallbacks", "Requests that went on to a fallback route.", &RouteHealth::fallbacks},
    {"exhausted", "Requests whose last possible attempt failed.", &RouteHealth::exhausted},
    {"refused", "Requests that found every target resting or full.", &RouteHealth::refused},
};

}  // namespace

json::value describe_targets(const Assembly& assembly, const LazyNow& now) {
  json::array routes;
  for (const auto& route : assembly.routes) {
    json::object shown{{"id", route->settings.id}, {"balance", route->settings.balance}};
    for (const RouteCounter& one : route_counters) shown[one.name] = (route->health.get()->*one.counter).load(std::memory_order_relaxed);
    json::array targets;
    for (const auto& chain : route->chains) targets.push_back(describe_target(*chain, now));
    shown["targets"] = std::move(targets);
    routes.push_back(std::move(shown));
  }
  return json::object{{"routes", std::move(routes)}};
}

void add_target_metrics(const Assembly& assembly, monitoring::PrometheusText& text, const LazyNow& now) {
  for (const RouteCounter& one : route_counters) {
    text.metric("patchbay_route_" + std::string(one.name) + "_total", "counter", one.help);
    for (const auto& route : assembly.routes)
      text.sample({{"route", route->settings.id}}, (route->health.get()->*one.counter).load(std::memory_order_relaxed));
  }
  text.metric("patchbay_target_attempts_total", "counter", "Attempts that went to a target.");
  sample_targets(assembly, text, [](const Chain& chain) { return chain.health->counters().attempts; });
  text.metric("patchbay_target_failures_total", "counter", "Attempts that failed by the target's fault.");
  sample_targets(assembly, text, [](const Chain& chain) { return chain.health->counters().failures; });
  text.metric("patchbay_target_rests_total", "counter", "How often a target began to rest.");
  sample_targets(assembly, text, [](const Chain& chain) { return chain.health->counters().rests; });
  text.metric("patchbay_target_breaker", "gauge", "The target's circuit breaker: 0 closed, 1 half open, 2 open.");
  sample_targets(assembly, text, [&](const Chain& chain) -> std::uint64_t {
    switch (chain.health->state(now)) {
      case TargetHealth::State::closed: return 0;
      case TargetHealth::State::half_open: return 1;
      case TargetHealth::State::open: return 2;
    }
    return 0;
  });
  text.metric("patchbay_target_in_flight", "gauge", "Attempts that are at a target now.");
  sample_targets(assembly, text, [](const Chain& chain) -> std::uint64_t { return chain.health->queue().taken(); });
  text.metric("patchbay_target_queue", "gauge", "Requests that wait for a place at a target.");
  sample_targets(assembly, text, [](const Chain& chain) -> std::uint64_t { return chain.health->queue().waiting(); });
  text.metric("patchbay_target_key_resting", "gauge", "Whether a key rests because it is spent or was refused.");
  sample_keys(assembly, text, [&](const KeyHealth& key) -> std::uint64_t { return key.usable(now) ? 0 : 1; });
  text.metric("patchbay_target_key_rests_total", "counter", "How often a key began to rest.");
  sample_keys(assembly, text, [](const KeyHealth& key) { return key.rests(); });
}

}  // namespace patchbay::pipeline
