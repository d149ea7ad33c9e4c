#pragma once

#include <memory>

#include "pipeline/assembly.hpp"
#include "pipeline/instance_builder.hpp"

namespace patchbay::pipeline {

/// Patches a request through its route's targets, one after the other until one answers. Which route that is, an engine has decided.
/// [request: concurrent]
class DynamicConnector {
 public:
  /// `route` belongs to `assembly`, which the connection keeps. The client may be called, and even finished, before this returns:
  /// also if it may not take that route, and then nothing is returned.
  [[nodiscard]] std::unique_ptr<Connection> connect(Worker& worker, std::shared_ptr<const Assembly> assembly, const AssembledRoute& route,
                                                    Request&& request, Client& client);

 private:
  InstanceBuilder builder_;
};

}  // namespace patchbay::pipeline
