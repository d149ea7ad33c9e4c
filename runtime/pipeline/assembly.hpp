#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "patchbay/hook.hpp"
#include "pipeline/condition.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/hybrid_router.hpp"
#include "pipeline/instance.hpp"
#include "pipeline/model_rewrite.hpp"

/// One immutable state of the whole patchbay: routes, and the instances they name.
namespace patchbay::pipeline {

class StaticPipelines;

/// One module of a chain.
struct ChainModule {
  std::shared_ptr<Instance> instance;
  std::optional<CompiledCondition> condition;
  bool optional = false;
};

/// One way to answer a route's requests.
struct Chain {
  std::string id;
  std::uint32_t weight = 1;
  std::optional<ModelRewrite> model;    ///< nothing: the client's stays
  std::vector<ChainModule> transforms;  ///< in the order that requests pass: llmSwitch, workflows, compatibilities
  ChainModule provider;
  std::string provider_protocol;
  std::array<bool, 3> provider_serves{};                  ///< by Operation
  bool conditional = false;                               ///< some module has a condition
  mutable std::atomic<std::uint64_t> next_credential{0};  ///< rotates the provider's keys
};

struct AssembledRoute {
  config::Route settings;
  std::vector<std::unique_ptr<const Chain>> chains;
  std::vector<std::uint32_t> schedule;               ///< indices of chains, in the order that requests take them, over and over
  mutable std::atomic<std::uint64_t> next_chain{0};  ///< where in the schedule the next request is
};

/// A hook and what it is told of.
struct AssembledHook {
  std::string id;
  std::uint64_t points = 0;
  std::shared_ptr<const Hook> hook;
  std::shared_ptr<Instance> instance;
  Instance::Use use;  // never idle
};

/// A route, or a hook, that is not served until a plugin brings a module type.
struct WaitingRoute {
  std::string id;
  std::string module_type;
};

/// Pinned by each request at admission; freed when its last request ends. [request: concurrent]
struct Assembly {
  std::uint64_t generation = 0;
  config::Settings settings;
  std::vector<std::unique_ptr<const AssembledRoute>> routes;  ///< by rank: priority, then order in the file
  HybridRouter router;
  std::vector<ModelEntry> models;
  std::vector<AssembledHook> hooks;
  std::vector<WaitingRoute> waiting;
  std::shared_ptr<const StaticPipelines> v1;  ///< null without a V1 configuration
};

/// The chain that the next request of a route takes.
[[nodiscard]] const Chain& choose_chain(const AssembledRoute& route);

/// The schedule for a route's `balance`: `round-robin` and `priority` (the first alone) ignore the weights, `weighted` spreads each
/// chain's turns evenly over the cycle (smooth weighted round robin). Weights of zero get no turn.
[[nodiscard]] std::vector<std::uint32_t> make_schedule(std::string_view balance, const std::vector<std::uint32_t>& weights);

/// Where the current Assembly is published. [thread-safe]
class AssemblySlot {
 public:
  [[nodiscard]] std::shared_ptr<const Assembly> current() const {
    const std::lock_guard lock(mutex_);
    return assembly_;
  }
  /// Returns the one before, so that the caller decides where it is destroyed.
  std::shared_ptr<const Assembly> publish(std::shared_ptr<const Assembly> next) {
    const std::lock_guard lock(mutex_);
    return std::exchange(assembly_, std::move(next));
  }

 private:
  mutable std::mutex mutex_;  // not std::atomic<std::shared_ptr>: libstdc++ 12's has a data race inside
  std::shared_ptr<const Assembly> assembly_;
};

}  // namespace patchbay::pipeline
