#include "pipeline/route_report.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>

#include "patchbay/plain_json.hpp"

namespace patchbay::pipeline {

namespace json = boost::json;

namespace {

json::object describe_module(const ChainModule& module, const RequestFacts& facts) {
  const InstanceKey& key = module.instance->key();
  json::object shown{
      {"kind", name_of(module.instance->kind())},
      {"type", key.type},
      {"plugin", module.instance->factory().plugin},
      {"instance", key.hash.substr(0, 12)},
      {"health", name_of(module.instance->counters().health)},
      {"used", !module.condition || module.condition->holds(facts)},
  };
  if (key.isolated) shown["isolation"] = "process";
  if (module.condition) shown["condition"] = module.condition->text();
  return shown;
}

json::object describe_target(const Chain& chain, const LazyNow& now) {
  json::object shown{{"id", chain.id}, {"weight", chain.weight}, {"state", name_of(chain.health->state(now))}};
  if (chain.health->state(now) == TargetHealth::State::open)
    shown["back_in_ms"] = std::chrono::ceil<std::chrono::milliseconds>(chain.health->available_at() - now()).count();
  shown["keys"] = chain.keys.size();
  shown["keys_in_service"] =
      std::count_if(chain.keys.begin(), chain.keys.end(), [&now](const ChainKey& key) { return key.health->usable(now); });
  return shown;
}

json::array describe_targets(const AssembledRoute& route, const RequestFacts& facts) {
  const LazyNow now;
  json::array targets;
  for (const auto& chain : route.chains) {
    json::array modules;
    for (const ChainModule& module : chain->transforms) modules.push_back(describe_module(module, facts));
    modules.push_back(describe_module(chain->provider, facts));
    json::object shown = describe_target(*chain, now);
    shown["modules"] = std::move(modules);
    targets.push_back(std::move(shown));
  }
  return targets;
}

}  // namespace

json::value explain_route(const Assembly& assembly, const Request& request) {
  const RequestFacts facts(request);
  const std::optional<std::size_t> chosen = assembly.router.match(facts);
  json::array routes;
  for (std::size_t rank = 0; rank < assembly.routes.size(); ++rank) {
    const AssembledRoute& route = *assembly.routes[rank];
    const std::string reason = assembly.router.why_not(rank, facts);
    json::object shown{{"id", route.settings.id}, {"priority", route.settings.priority}, {"matches", reason.empty()}};
    if (!reason.empty())
      shown["reason"] = reason;
    else if (chosen != rank)
      shown["reason"] = "it matches too, but a route of higher priority, or of the same priority and earlier in the file, comes first";
    if (chosen == rank) shown["targets"] = describe_targets(route, facts);
    routes.push_back(std::move(shown));
  }
  return json::object{
      {"request",
       {{"protocol", request.protocol},
        {"operation", name_of(request.operation)},
        {"model", request.model()},
        {"stream", request.stream()},
        {"has_tools", facts.has_tools()},
        {"has_images", facts.has_images()},
        {"thinking", facts.thinking()},
        {"estimated_tokens", facts.estimated_tokens()}}},
      {"route", chosen ? json::value(assembly.routes[*chosen]->settings.id) : json::value()},
      {"routes", std::move(routes)},
  };
}

namespace {

/// Why requests may pass a target by at the moment; empty if there is no reason.
std::string rest_text(const json::object& target) {
  std::string text;
  if (target.contains("back_in_ms")) text += ", rests for " + plain_text(target.at("back_in_ms")) + " ms more";
  if (const json::value& usable = target.at("keys_in_service"); usable != target.at("keys"))
    text += ", " + plain_text(usable) + " of " + plain_text(target.at("keys")) + " keys in service";
  return text;
}

}  // namespace

std::string explanation_text(const json::value& explanation) {
  const json::object& all = explanation.get_object();
  std::string text = "request:";
  for (const auto& [name, value] : all.at("request").get_object()) text += " " + std::string(name) + "=" + plain_text(value);
  text += all.at("route").is_null() ? "\nno route matches\n" : "\nroute: " + plain_text(all.at("route")) + "\n";
  for (const json::value& entry : all.at("routes").get_array()) {
    const json::object& route = entry.get_object();
    if (!route.contains("targets")) continue;
    for (const json::value& each : route.at("targets").get_array()) {
      const json::object& target = each.get_object();
      text += "  target " + plain_text(target.at("id")) + " (weight " + plain_text(target.at("weight")) + ")" + rest_text(target) + "\n";
      for (const json::value& one : target.at("modules").get_array()) {
        const json::object& module = one.get_object();
        text += "    " + plain_text(module.at("kind")) + " " + plain_text(module.at("type")) + ", instance " +
                plain_text(module.at("instance")) + ", " + plain_text(module.at("health"));
        if (module.contains("isolation")) text += ", in a process of its plugin";
        if (module.contains("condition"))
          text += (module.at("used").get_bool() ? ", used because " : ", skipped unless ") + plain_text(module.at("condition"));
        text += "\n";
      }
    }
  }
  for (const json::value& entry : all.at("routes").get_array()) {
    const json::object& route = entry.get_object();
    if (route.contains("reason"))
      text += "not " + plain_text(route.at("id")) + " (priority " + plain_text(route.at("priority")) +
              "): " + plain_text(route.at("reason")) + "\n";
  }
  return text;
}

}  // namespace patchbay::pipeline
