#include "pipeline/dynamic_connector.hpp"

#include "pipeline/routed_connection.hpp"

namespace patchbay::pipeline {

std::unique_ptr<Connection> DynamicConnector::connect(Worker& worker, std::shared_ptr<const Assembly> assembly, const AssembledRoute& route,
                                                      Request&& request, Client& client) {
  if (!client.permits(route.settings.id)) return nullptr;  // here, so that no engine forgets to ask
  auto connection = std::make_unique<RoutedConnection>(worker, builder_, std::move(assembly), route, std::move(request), client);
  connection->begin();
  return connection;
}

}  // namespace patchbay::pipeline
