#include "v1/static_plan.hpp"

#include <boost/json/array.hpp>
#include <filesystem>
#include <stdexcept>

#include "config/environment.hpp"
#include "config/secrets.hpp"
#include "v1/model_names.hpp"

namespace patchbay::v1 {

namespace json = boost::json;

namespace {

class Wiring {
 public:
  Wiring(const Plan& plan, const config::Settings& settings, const config::Located& document, std::vector<std::string>& files,
         std::vector<config::Diagnostic>& diagnostics)
      : plan_(plan),
        timeouts_(settings.upstream.timeouts),
        failover_(settings.failover),
        document_(document),
        files_(files),
        diagnostics_(diagnostics) {}

  config::StaticPlan run() {
    config::StaticPlan made;
    made.classification = plan_.classification;
    for (const PlanRoute& route : plan_.routes) {
      if (!route.category.empty()) made.categories[route.category] = route.id;
      if (route.category.empty() && !route.custom && !route.is_fallback) {
        add_named(route, made);
        continue;
      }
      for (const auto& [name, model] : route.names) made.models[name] = route.id;
      made.routes.push_back(pool(route));
    }
    return made;
  }

 private:
  config::Route pool(const PlanRoute& from) {
    config::Route route;
    route.id = from.id;
    route.key = config::key_of(from.origin);
    route.at = document_.find(from.origin);
    route.balance = from.balance;
    route.fallback = from.fallback;
    route.enabled = !from.is_fallback;
    route.failover = failover_;
    route.timeouts = timeouts_;
    if (from.first_byte_ms != 0) route.timeouts.first_byte = std::chrono::milliseconds(from.first_byte_ms);
    for (const PlanTarget& target : from.targets) route.targets.push_back(pipeline(target, target.model, target.id, route));
    return route;
  }

  /// One pipeline for all models that go the same way; they are told apart by the name.
  void add_named(const PlanRoute& from, config::StaticPlan& made) {
    std::size_t number = 0;
    for (const NamedModels& one : named_models(from.names)) {
      config::Route route = pool(from);
      if (++number > 1) route.id += "-" + std::to_string(number);
      route.pattern.model = one.pattern;
      route.targets = {pipeline(from.targets.front(), one.model, route.id, route)};
      for (const std::string& name : one.names) made.models[name] = route.id;
      made.routes.push_back(std::move(route));
    }
  }

  config::Target pipeline(const PlanTarget& from, const std::string& model, const std::string& owner, const config::Route& route) {
    config::Target target;
    target.id = from.id;
    target.weight = from.weight;
    target.model = model;
    target.at = route.at;
    for (const std::string& name : from.modules) {
      const PlanModule& module = plan_.module(name);
      config::ModuleUse use;
      use.kind = module.kind;
      use.type = module.type;
      use.key = config::key_of(module.origin);
      use.at = document_.find(module.origin);
      use.config.at = use.at;
      use.config.value = resolved(module.config, use);
      use.owner = owner;
      target.modules.push_back(std::move(use));
    }
    return target;
  }

  json::value resolved(const json::value& value, const config::ModuleUse& use) {
    if (value.is_object()) {
      json::object object;
      for (const auto& member : value.get_object()) object[member.key()] = resolved(member.value(), use);
      return object;
    }
    if (value.is_array()) {
      json::array array;
      for (const json::value& element : value.get_array()) array.push_back(resolved(element, use));
      return array;
    }
    return value.is_string() ? json::value(json::string(text(value.get_string(), use))) : value;
  }

  std::string text(std::string_view reference, const config::ModuleUse& use) {
    std::vector<std::string> faults;
    std::string expanded = config::expand_variables(
        reference,
        [this](const std::string& name) {
          const auto secret = plan_.secrets.find(name);
          return secret != plan_.secrets.end() ? std::optional(secret->second) : config::environment_value(name);
        },
        faults, faults);
    try {
      if (const auto file = config::secret_reference(expanded, std::filesystem::path(document_.at.file).parent_path().string())) {
        expanded = config::read_secret(*file);
        files_.push_back(file->path);
      }
    } catch (const std::runtime_error& unreadable) {
      faults.emplace_back(unreadable.what());
    }
    for (std::string& fault : faults) diagnostics_.push_back({use.at, use.key, std::move(fault), {}});
    return expanded;
  }

  const Plan& plan_;
  const config::Timeouts& timeouts_;
  const config::FailoverSettings& failover_;
  const config::Located& document_;
  std::vector<std::string>& files_;
  std::vector<config::Diagnostic>& diagnostics_;
};

}  // namespace

config::StaticPlan static_plan(const Plan& plan, const config::Settings& settings, const config::Located& document,
                               std::vector<std::string>& files, std::vector<config::Diagnostic>& diagnostics) {
  return Wiring(plan, settings, document, files, diagnostics).run();
}

}  // namespace patchbay::v1
