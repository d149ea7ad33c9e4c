#include <algorithm>
#include <set>

#include "v1/lower_modules.hpp"
#include "v1/plan.hpp"

namespace patchbay::v1 {

namespace {

constexpr std::uint64_t default_port = 5506;

bool is_loopback(std::string_view host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

std::string pipeline_name(const Provider& provider, std::string_view model, std::string_view alias) {
  std::string name = provider.id;
  if (!model.empty() && !name.ends_with("." + std::string(model))) name += "." + std::string(model);
  return alias.empty() ? name : name + "." + std::string(alias);
}

class Lowering {
 public:
  explicit Lowering(const Configuration& configuration) : from_(configuration), modules_(plan_) {}

  Plan run() {
    plan_.classification = from_.classification;
    plan_.secrets = from_.secrets;
    plan_.wanted = from_.wanted;
    plan_.notes = from_.notes;
    lower_server();
    for (const Provider& provider : from_.providers) note_obstacles(provider);
    lower_threshold();
    lower_pools();
    for (const Provider& provider : from_.providers)
      if (provider.obstacle_to("").empty()) lower_direct_names(provider);
    lower_names();
    return std::move(plan_);
  }

 private:
  void note(Fate fate, const std::string& pointer, std::string text) { plan_.notes.push_back({fate, pointer, std::move(text)}); }
  void drop(const std::string& pointer, std::string text) { plan_.notes.push_back({Fate::unmappable, pointer, std::move(text), true}); }

  void lower_server() {
    const Server& server = from_.server;
    if (server.port == 0) note(Fate::defaulted, "", "no port: V1's " + std::to_string(default_port));
    std::string host = server.host.empty() ? "127.0.0.1" : server.host;
    if (!server.api_key.empty()) plan_.api_keys.push_back(server.api_key);
    if (!is_loopback(host) && server.api_key.empty()) {
      note(Fate::changed, server.pointer,
           "it listens on 127.0.0.1 and not on " + host + ", because clients show no key; set [server] api_keys and listen = \"" + host +
               ":" + std::to_string(server.port) + "\" to serve others");
      host = "127.0.0.1";
    }
    if (host == "localhost") host = "127.0.0.1";
    plan_.listen = (host.find(':') != std::string::npos ? "[" + host + "]" : host) + ":" +
                   std::to_string(server.port == 0 ? default_port : server.port);
  }

  void note_obstacles(const Provider& provider) {
    if (!provider.obstacle.empty()) return drop(provider.pointer, "provider " + provider.id + " is left out: " + provider.obstacle);
    for (const Key& key : provider.keys)
      if (!key.obstacle.empty()) drop(key.pointer, "key " + key.alias + " of provider " + provider.id + " is left out: " + key.obstacle);
  }

  /// A request that does not fit into the smallest window of the default pool is a long one, if there is a pool for those.
  void lower_threshold() {
    const auto standard = from_.pools.find("default");
    if (standard == from_.pools.end() || from_.pools.find("longcontext") == from_.pools.end()) return;
    if (from_.classification.longcontext_tokens != config::ClassificationSettings{}.longcontext_tokens) return;
    for (const Pool& pool : standard->second)
      for (const Target& target : pool.targets) {
        const Provider* const provider = from_.find_provider(target.provider);
        const Model* const model = provider->find_model(target.model);
        if (model == nullptr || model->max_context == 0 || model->max_context >= plan_.classification.longcontext_tokens) continue;
        plan_.classification.longcontext_tokens = model->max_context;
        note(Fate::defaulted, model->pointer,
             "requests from " + std::to_string(model->max_context) +
                 " tokens are `longcontext`, because this model of the default pool takes no more");
      }
  }

  /// The target, or nothing, and a note, if it cannot serve.
  std::optional<PlanTarget> target_of(const Target& target) {
    const Provider& provider = *from_.find_provider(target.provider);
    const std::string name = pipeline_name(provider, target.model, target.alias);
    if (const std::string obstacle = provider.obstacle_to(target.alias); !obstacle.empty()) {
      drop(target.pointer, "pipeline " + name + " is left out: " + obstacle);
      return std::nullopt;
    }
    return PlanTarget{name, target.weight, target.model, modules_.chain(provider, provider.find_model(target.model), target.alias)};
  }

  std::optional<PlanRoute> route_of(const Pool& pool, const std::string& id) {
    PlanRoute route;
    route.id = id;
    route.balance = pool.balance;
    route.origin = pool.pointer;
    bool all_timed = true;
    for (const Target& target : pool.targets) {
      std::optional<PlanTarget> made = target_of(target);
      if (!made) continue;
      const auto same = std::find_if(route.targets.begin(), route.targets.end(), [&](const PlanTarget& one) { return one.id == made->id; });
      if (same != route.targets.end()) continue;
      const std::uint64_t timeout = from_.find_provider(target.provider)->timeout_ms;
      all_timed = all_timed && timeout != 0;
      route.first_byte_ms = std::max(route.first_byte_ms, timeout);
      route.targets.push_back(std::move(*made));
    }
    if (!all_timed) route.first_byte_ms = 0;
    if (route.targets.empty()) return std::nullopt;
    return route;
  }

  std::string unique_id(std::string id) {
    if (ids_.insert(id).second) return id;
    for (std::size_t number = 2;; ++number)
      if (std::string other = id + "-" + std::to_string(number); ids_.insert(other).second) return other;
  }

  void lower_pools() {
    const bool multimodal = from_.pools.find("multimodal") != from_.pools.end();
    for (const auto& [name, pools] : from_.pools) ids_.insert(name);
    for (const auto& [name, pools] : from_.pools) {
      const bool images = name == "multimodal";
      const bool known = std::find(std::begin(config::categories), std::end(config::categories), name) != std::end(config::categories);
      const bool custom = !images && (!known || (multimodal && name == "vision"));
      if (images) note(Fate::changed, pools.front().pointer, "requests with images go here; the pool `vision` is asked by name only");
      if (custom && !images)
        note(Fate::changed, pools.front().pointer,
             "no request is of category `" + name + "` by itself; clients reach it by naming `" + name + "` as model");
      std::vector<PlanRoute> made;
      for (const Pool& pool : pools) {
        std::optional<PlanRoute> route = route_of(pool, made.empty() ? name : unique_id(pool.id == name ? name + "-backup" : pool.id));
        if (route) made.push_back(std::move(*route));
      }
      if (made.empty()) {
        if (!pools.empty()) drop(pools.front().pointer, "pool " + name + " has no pipeline that can serve; its requests go to `default`");
        continue;
      }
      for (std::size_t i = 1; i < made.size(); ++i) {
        made[i].is_fallback = true;
        made.front().fallback.push_back(made[i].id);
      }
      made.front().category = custom ? "" : images ? "vision" : name;
      made.front().custom = custom;
      if (custom) made.front().names[name] = "";
      std::move(made.begin(), made.end(), std::back_inserter(plan_.routes));
    }
  }

  /// `provider.model` and `provider.model.key` as model, a route for all models that go through the same modules.
  void lower_direct_names(const Provider& provider) {
    std::vector<std::string> aliases{""};
    std::size_t usable = 0;
    for (const Key& key : provider.keys) usable += key.obstacle.empty() ? 1 : 0;
    for (const Key& key : provider.keys)
      if (key.obstacle.empty()) aliases.push_back(key.alias);
    std::vector<PlanRoute> routes;
    std::ptrdiff_t of_alias = 0;
    for (const std::string& alias : aliases) {
      if (usable > 1) of_alias = static_cast<std::ptrdiff_t>(routes.size());
      for (const Model& model : provider.models) {
        std::vector<std::string> modules = modules_.chain(provider, &model, usable > 1 ? alias : "");
        const std::string name = pipeline_name(provider, model.id, alias);
        const auto same = std::find_if(routes.begin() + of_alias, routes.end(),
                                       [&](const PlanRoute& one) { return one.targets.front().modules == modules; });
        if (same != routes.end()) {
          same->names[name] = model.id;
          continue;
        }
        PlanRoute& route = routes.emplace_back();
        route.names[name] = model.id;
        route.origin = provider.pointer;
        route.targets.push_back({pipeline_name(provider, "", usable > 1 ? alias : ""), 1, model.id, std::move(modules)});
        route.first_byte_ms = provider.timeout_ms;
      }
    }
    for (PlanRoute& route : routes) route.id = unique_id(library_name(route.targets.front().id) + "-direct");
    std::move(routes.begin(), routes.end(), std::back_inserter(plan_.routes));
  }

  /// Other words for a provider's models.
  void lower_names() {
    std::map<std::string, std::size_t> by_target;
    for (const auto& [name, target] : from_.names) {
      const std::optional<PlanTarget> made = target_of(target);
      if (!made) continue;
      const auto [place, fresh] = by_target.try_emplace(made->id, plan_.routes.size());
      if (fresh) {
        PlanRoute& route = plan_.routes.emplace_back();
        route.id = unique_id("as-" + library_name(made->id));
        route.origin = target.pointer.substr(0, target.pointer.rfind('/'));
        route.targets.push_back(*made);
        route.first_byte_ms = from_.find_provider(target.provider)->timeout_ms;
      }
      plan_.routes[place->second].names[name] = target.model;
    }
  }

  const Configuration& from_;
  Plan plan_;
  ModuleLowering modules_;
  std::set<std::string> ids_;
};

}  // namespace

const PlanModule& Plan::module(std::string_view name) const {
  return *std::find_if(modules.begin(), modules.end(), [&](const PlanModule& one) { return one.name == name; });
}

Plan lower(const Configuration& configuration) { return Lowering(configuration).run(); }

}  // namespace patchbay::v1
