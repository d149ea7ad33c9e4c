#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "hooks/field_filter.hpp"
#include "patchbay/hook.hpp"
#include "pipeline/chain_probe.hpp"
#include "pipeline/condition.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/health_book.hpp"
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

/// One key of a chain's provider, and what is known of it.
struct ChainKey {
  std::string id;  ///< never the secret; empty for a provider without keys
  std::shared_ptr<KeyHealth> health;
};

/// One way to answer a route's requests.
struct Chain {
  std::string id;
  std::uint32_t weight = 1;
  std::optional<ModelRewrite> model;  ///< nothing: the client's stays
  std::uint32_t max_concurrency = 0;
  config::QueueSettings queue;
  std::vector<ChainModule> transforms;  ///< in the order that requests pass: llmSwitch, workflows, compatibilities
  ChainModule provider;
  std::string provider_protocol;
  std::array<bool, 3> provider_serves{};  ///< by Operation
  bool conditional = false;               ///< some module has a condition
  bool measured = false;                  ///< how soon it answers is of interest
  std::vector<ChainKey> keys;             ///< in the provider's order; none: nothing is known of them
  std::optional<ChainProbe> probe;        ///< how the host asks whether it is well; nothing: it does not
  std::string not_probed;                 ///< why not, if it should
  std::shared_ptr<TargetHealth> health = std::make_shared<TargetHealth>();
  mutable std::atomic<std::uint64_t> next_key{0};  ///< rotates the keys
};

enum class Balance : std::uint8_t { round_robin, weighted, priority, least_busy, latency, sticky };

/// The word of a configuration; round_robin for one that is none.
[[nodiscard]] Balance balance_of(std::string_view word);

struct AssembledRoute {
  config::Route settings;
  std::vector<std::unique_ptr<const Chain>> chains;
  Balance balance = Balance::round_robin;
  std::vector<std::uint32_t> schedule;               ///< indices of chains, in the order that requests take them, over and over
  mutable std::atomic<std::uint64_t> next_chain{0};  ///< where in the schedule the next request is
  Capability capability;
  std::vector<const AssembledRoute*> fallback;  ///< of the same Assembly
  std::shared_ptr<RouteHealth> health = std::make_shared<RouteHealth>();
};

/// A hook and what it is told of.
struct AssembledHook {
  std::string id;
  std::uint64_t points = 0;
  std::shared_ptr<const Hook> hook;
  std::shared_ptr<const hooks::FieldFilter> filter;  ///< null: every event of these points
  std::string identity;                              ///< of one of the host's own
  std::shared_ptr<Instance> instance;                ///< null for one of the host's own
  Instance::Use use;                                 // never idle
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

/// The schedule for `weighted`, which spreads each chain's turns evenly over the cycle (smooth weighted round robin; a weight of zero
/// gets no turn), and for any other balance one turn each.
[[nodiscard]] std::vector<std::uint32_t> make_schedule(Balance balance, const std::vector<std::uint32_t>& weights);

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
