#include "doctor/origins.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "config/static_plan.hpp"
#include "pipeline/chain_probe.hpp"
#include "plugins/barrier.hpp"
#include "upstream/url.hpp"

namespace patchbay::doctor {

namespace {

/// "https://host:443"; empty for a text that is no URL.
std::string origin_of(const std::string& text) {
  upstream::Url url;
  std::string origin;
  if (upstream::parse_url(text, url).empty()) upstream::write_origin(url, origin);
  return origin;
}

bool is_same(const HttpCall& one, const HttpCall& other) {
  return one.url == other.url && std::equal(one.headers.begin(), one.headers.end(), other.headers.begin(), other.headers.end(),
                                            [](const Header& a, const Header& b) { return a.name == b.name && a.value == b.value; });
}

class Destinations {
 public:
  Destinations(const pipeline::ModuleRegistry& registry, Findings& unknown) : registry_(registry), unknown_(unknown) {}

  void add(const std::vector<config::Route>& routes, const char* what) {
    for (const config::Route& route : routes) {
      if (!route.enabled) continue;
      for (const config::Target& target : route.targets)
        for (const config::ModuleUse& module : target.modules)
          if (module.kind == ModuleKind::provider) add(module, target.probe, std::string(what) + " " + route.id);
    }
  }

  /// Somebody who only observes.
  void add(const std::string& url, const std::string& who) {
    if (const std::string origin = origin_of(url); !origin.empty()) at(origin, who);
  }

  [[nodiscard]] std::vector<Destination> all() const {
    std::vector<Destination> destinations;
    for (const auto& [origin, destination] : by_origin_) destinations.push_back(destination);
    return destinations;
  }

 private:
  Destination& at(const std::string& origin, const std::string& who) {
    Destination& destination = by_origin_.try_emplace(origin, Destination{origin, {}, false}).first->second;
    if (said_.insert(origin + " " + who).second) destination.who += (destination.who.empty() ? "" : ", ") + who;
    return destination;
  }

  void add(const config::ModuleUse& use, config::ProbeSettings probe, const std::string& who) {
    const pipeline::ModuleFactory* const factory = registry_.find(use.type);
    if (factory == nullptr || factory->kind != ModuleKind::provider) return;  // told as a fault of the configuration
    probe.interval = std::chrono::milliseconds(1);                            // also if the gateway itself makes no probes
    if (!probe.path.starts_with('/')) probe.kind = "connect";
    std::optional<pipeline::ChainProbe> plan;
    std::string objection;
    const std::optional<std::string> thrown = plugins::barrier([&] {
      const std::shared_ptr<Module> module = factory->make(use.config.value);
      plan = pipeline::plan_probe(probe, static_cast<const Provider&>(*module), objection);
    });
    if (thrown) objection = *thrown;
    if (!plan) {
      if (said_.insert(who + " " + objection).second)
        unknown_.push_back({Level::note, who, "nothing is examined of " + use.type + ": " + objection, {}});
      return;
    }
    Destination& destination = at(plan->origin, who);
    destination.serves = true;
    for (HttpCall& call : plan->calls)
      if (std::none_of(destination.asks.begin(), destination.asks.end(), [&](const HttpCall& other) { return is_same(call, other); }))
        destination.asks.push_back(std::move(call));
  }

  const pipeline::ModuleRegistry& registry_;
  Findings& unknown_;
  std::map<std::string, Destination> by_origin_;
  std::set<std::string> said_;
};

}  // namespace

std::vector<Destination> destinations_of(const config::Settings& settings, const pipeline::ModuleRegistry& registry, Findings& unknown) {
  Destinations destinations(registry, unknown);
  destinations.add(settings.routes, "route");
  if (settings.v1.plan) destinations.add(settings.v1.plan->routes, "V1 pool");
  for (const config::HookUse& hook : settings.hooks)
    if (hook.webhook) destinations.add(hook.webhook->url, "hook " + hook.id);
  destinations.add(settings.telemetry.otlp.endpoint, "[telemetry.otlp]");
  return destinations.all();
}

}  // namespace patchbay::doctor
