#pragma once

#include <memory>

#include "pipeline/assembly.hpp"
#include "pipeline/dynamic_connector.hpp"

namespace patchbay::pipeline {

/// The V1 engine: pins the current Assembly and takes one of its static pipelines. [request: concurrent]
class V1Engine final : public Engine {
 public:
  explicit V1Engine(const AssemblySlot& slot) : slot_(slot) {}

  [[nodiscard]] std::unique_ptr<Connection> start(Worker& worker, Request&& request, Client& client) override;
  [[nodiscard]] std::vector<ModelEntry> models() const override;
  [[nodiscard]] std::string not_ready() const override;
  [[nodiscard]] std::string health_json() const override;

 private:
  const AssemblySlot& slot_;
  DynamicConnector connector_;
};

}  // namespace patchbay::pipeline
