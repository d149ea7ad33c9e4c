#pragma once

#include <memory>

#include "pipeline/assembly.hpp"
#include "pipeline/dynamic_connector.hpp"
#include "pipeline/static_instance_pool.hpp"

namespace patchbay::pipeline {

class WarmupManager;

/// The V2 engine: pins the current Assembly, finds the route, and has a connection patched over pooled instances for each request.
/// [request: concurrent]
class V2Engine final : public Engine {
 public:
  V2Engine(AssemblySlot& slot, StaticInstancePool& pool, const WarmupManager* warmup = nullptr)
      : slot_(slot), pool_(pool), warmup_(warmup) {}

  [[nodiscard]] std::unique_ptr<Connection> start(Worker& worker, Request&& request, Client& client) override;
  [[nodiscard]] std::string category_of(const Request& request) const override;
  [[nodiscard]] std::vector<ModelEntry> models() const override;
  [[nodiscard]] std::string not_ready() const override;
  [[nodiscard]] std::string health_json() const override;

 private:
  AssemblySlot& slot_;
  StaticInstancePool& pool_;
  const WarmupManager* const warmup_;
  DynamicConnector connector_;
};

}  // namespace patchbay::pipeline
