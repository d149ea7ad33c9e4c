#pragma once

#include <memory>
#include <vector>

#include "pipeline/assembly.hpp"
#include "pipeline/static_instance_pool.hpp"

namespace patchbay::pipeline {

struct Assembled {
  std::shared_ptr<const Assembly> assembly;  ///< null if there was any error
  std::vector<config::Diagnostic> diagnostics;
};

/// Configuration → Assembly, off to the side: resolves module types, validates every module's configuration against its schema, makes
/// every instance and checks it, and checks that protocols meet end to end along every chain. Reports all faults at once; nothing that
/// serves requests is touched. [init]
class PipelineAssembler {
 public:
  PipelineAssembler(const ModuleRegistry& registry, StaticInstancePool& pool) : registry_(registry), pool_(pool) {}

  [[nodiscard]] Assembled assemble(config::Settings settings, std::uint64_t generation);

 private:
  std::unique_ptr<AssembledRoute> assemble_route(const config::Route& route);
  std::unique_ptr<Chain> assemble_chain(const config::Route& route, const config::Target& target);
  void add_health(Chain& chain, const config::Route& route, const Provider& provider);
  void link_fallbacks(const std::vector<AssembledRoute*>& served, const std::vector<config::Route>& all);
  std::optional<ChainModule> assemble_module(const config::ModuleUse& use);
  std::optional<AssembledHook> assemble_hook(const config::HookUse& use);
  /// V1's part, if the settings have one.
  std::shared_ptr<const StaticPipelines> assemble_v1(const config::Settings& settings, std::uint64_t generation);
  bool add_to_router(const config::Route& route, const AssembledRoute* assembled, HybridRouter& router);
  void report(const std::vector<config::Fault>& faults, const config::Located& where, const std::string& key);
  Capability capability_of(const AssembledRoute& route);
  void fault(const config::Position& at, std::string key, std::string message, std::string suggestion = {});

  const ModuleRegistry& registry_;
  StaticInstancePool& pool_;
  std::vector<config::Diagnostic> faults_;
  std::vector<std::shared_ptr<Module>> made_;  // keeps what was made alive until the Assembly is complete
};

}  // namespace patchbay::pipeline
