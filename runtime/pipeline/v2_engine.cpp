#include "pipeline/v2_engine.hpp"

#include <boost/json/object.hpp>
#include <utility>

#include "patchbay/plain_json.hpp"
#include "pipeline/no_route.hpp"
#include "pipeline/warmup_manager.hpp"

namespace patchbay::pipeline {

namespace {

/// Lists the routes, so that whoever reads the error sees what would have matched.
Error no_route(const Assembly& assembly, const RequestFacts& facts) {
  constexpr std::size_t most_listed = 20;
  const Request& request = facts.request();
  std::string message = "no route serves model '" + request.model() + "' (" + request.protocol + ", " +
                        std::string(name_of(request.operation)) + "). Routes: ";
  const char* between = "";
  const auto list = [&](const std::string& id, const std::string& why) { message += std::exchange(between, "; ") + id + ": " + why; };
  for (std::size_t rank = 0; rank < assembly.routes.size() && rank < most_listed; ++rank)
    list(assembly.routes[rank]->settings.id, assembly.router.why_not(rank, facts));
  for (const WaitingRoute& route : assembly.waiting) list(route.id, "waits for a plugin with module " + route.module_type);
  if (assembly.routes.size() > most_listed) message += "; and " + std::to_string(assembly.routes.size() - most_listed) + " more";
  Error error = not_begun(ErrorKind::not_found, "no_route", std::move(message));
  error.param = "model";
  return error;
}

}  // namespace

std::unique_ptr<Connection> V2Engine::start(Worker& worker, Request&& request, Client& client) {
  std::shared_ptr<const Assembly> assembly = slot_.current();
  if (!assembly) {
    client.error(not_begun(ErrorKind::unavailable, "not_ready", "no configuration is loaded yet"));
    return nullptr;
  }
  const RequestFacts facts(request);
  std::optional<std::size_t> rank;
  try {
    rank = assembly->router.match(facts);
  } catch (const DocumentError& fault) {
    client.error(not_begun(ErrorKind::invalid_request, "invalid_json", std::string("the request body is ") + fault.what()));
    return nullptr;
  }
  if (!rank) {
    client.error(facts.malformed() ? not_begun(ErrorKind::invalid_request, "invalid_json", "the request body is not a JSON object")
                                   : no_route(*assembly, facts));
    return nullptr;
  }
  const AssembledRoute& route = *assembly->routes[*rank];
  return connector_.connect(worker, std::move(assembly), route, std::move(request), client);
}

std::string V2Engine::category_of(const Request& request) const {
  const std::shared_ptr<const Assembly> assembly = slot_.current();
  return assembly ? std::string(assembly->router.category_of(RequestFacts(request))) : std::string();
}

std::vector<ModelEntry> V2Engine::models() const {
  const std::shared_ptr<const Assembly> assembly = slot_.current();
  return assembly ? assembly->models : std::vector<ModelEntry>{};
}

std::string V2Engine::not_ready() const {
  const std::shared_ptr<const Assembly> assembly = slot_.current();
  if (!assembly) return "no configuration is loaded yet";
  if (assembly->routes.empty() && !assembly->waiting.empty()) return "every route waits for a plugin";
  return warmup_ != nullptr ? warmup_->not_ready() : "";
}

std::string V2Engine::health_json() const {
  const std::shared_ptr<const Assembly> assembly = slot_.current();
  boost::json::object instances{{"healthy", 0}, {"degraded", 0}, {"unhealthy", 0}};
  for (const auto& instance : pool_.instances()) {
    boost::json::value& count = instances[name_of(instance->counters().health)];
    count = count.to_number<std::int64_t>() + 1;
  }
  boost::json::object health{
      {"generation", assembly ? assembly->generation : 0},
      {"routes", assembly ? assembly->routes.size() : 0},
      {"instances", std::move(instances)},
  };
  if (warmup_ != nullptr) {
    const WarmupReport warmup = warmup_->report();
    health["warmup"] =
        boost::json::object{{"running", warmup.running}, {"wanted", warmup.wanted}, {"ready", warmup.ready()}, {"failed", warmup.failed()}};
  }
  return plain_json(health);
}

}  // namespace patchbay::pipeline
