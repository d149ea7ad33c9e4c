#include "pipeline/v1_engine.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "patchbay/plain_json.hpp"
#include "pipeline/no_route.hpp"
#include "pipeline/static_pipelines.hpp"

namespace patchbay::pipeline {

namespace {

Error no_pool(const StaticPipelines& pipelines, const RequestFacts& facts) {
  const Request& request = facts.request();
  std::string message = "no pool of the V1 configuration serves model '" + request.model() + "' (" + request.protocol + ", " +
                        std::string(name_of(request.operation)) + "). Pools: ";
  bool first = true;
  for (const auto& [category, route] : pipelines.plan().categories) {
    message += (first ? "" : ", ") + category;
    first = false;
  }
  Error error = not_begun(ErrorKind::not_found, "no_route", std::move(message));
  error.param = "model";
  return error;
}

}  // namespace

std::unique_ptr<Connection> V1Engine::start(Worker& worker, Request&& request, Client& client) {
  const std::shared_ptr<const Assembly> assembly = slot_.current();
  if (!assembly || !assembly->v1) {
    client.error(not_begun(ErrorKind::unavailable, "not_ready", "no V1 configuration is loaded"));
    return nullptr;
  }
  const StaticPipelines& pipelines = *assembly->v1;
  const RequestFacts facts(request);
  const AssembledRoute* const pool = pipelines.choose(facts);
  if (pool == nullptr) {
    client.error(facts.malformed() ? not_begun(ErrorKind::invalid_request, "invalid_json", "the request body is not a JSON object")
                                   : no_pool(pipelines, facts));
    return nullptr;
  }
  return connector_.connect(worker, {assembly, &pipelines.pools()}, *pool, std::move(request), client);
}

std::vector<ModelEntry> V1Engine::models() const {
  const std::shared_ptr<const Assembly> assembly = slot_.current();
  return assembly && assembly->v1 ? assembly->v1->models() : std::vector<ModelEntry>{};
}

std::string V1Engine::not_ready() const {
  const std::shared_ptr<const Assembly> assembly = slot_.current();
  if (!assembly || !assembly->v1) return "no V1 configuration is loaded";
  const Assembly& pools = assembly->v1->pools();
  return pools.routes.empty() && !pools.waiting.empty() ? "every pool waits for a plugin" : "";
}

std::string V1Engine::health_json() const {
  const std::shared_ptr<const Assembly> assembly = slot_.current();
  boost::json::array pools;
  if (assembly && assembly->v1)
    for (const auto& [category, route] : assembly->v1->plan().categories) pools.emplace_back(category);
  return plain_json(boost::json::object{{"generation", assembly ? assembly->generation : 0}, {"pools", std::move(pools)}});
}

}  // namespace patchbay::pipeline
