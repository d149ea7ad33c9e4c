#include "pipeline/dynamic_connector.hpp"

#include "pipeline/pooled_connection.hpp"

namespace patchbay::pipeline {

std::unique_ptr<Connection> DynamicConnector::connect(Worker& worker, std::shared_ptr<const Assembly> assembly, const AssembledRoute& route,
                                                      Request&& request, Client& client) {
  const Chain& chain = choose_chain(route);
  if (chain.model) chain.model->apply(request);
  client.routed({route.settings.id, chain.id, chain.provider.instance->key().type});
  auto connection = std::make_unique<PooledConnection>(worker, builder_, std::move(assembly), route, chain, std::move(request), client);
  connection->begin();
  return connection;
}

}  // namespace patchbay::pipeline
