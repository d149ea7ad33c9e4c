#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/key_health.hpp"
#include "pipeline/retry_budget.hpp"
#include "pipeline/target_health.hpp"

namespace patchbay::pipeline {

/// What is known of keys, targets and routes, by name. It outlives the Assemblies, so that a reload neither forgets that a key is spent nor
/// lets a request wait in vain. [thread-safe]
class HealthBook {
 public:
  HealthBook() : listener_(std::make_shared<HealthListener>()) {}

  /// The same one each time, as long as somebody holds it.
  [[nodiscard]] std::shared_ptr<KeyHealth> key(const std::string& name) { return entry(keys_, name); }
  [[nodiscard]] std::shared_ptr<TargetHealth> target(const std::string& name) { return entry(targets_, name); }
  [[nodiscard]] std::shared_ptr<RouteHealth> route(const std::string& name);

  /// Lets go of the names that nobody uses any more.
  void prune();

  /// Who is told of changes, on the thread of the request that brought them. [init]
  void listen(HealthListener listener) { *listener_ = std::move(listener); }

 private:
  template <class Health>
  using Shelf = std::map<std::string, std::weak_ptr<Health>>;

  template <class Health>
  std::shared_ptr<Health> entry(Shelf<Health>& shelf, const std::string& name);

  const std::shared_ptr<HealthListener> listener_;
  std::mutex mutex_;
  Shelf<KeyHealth> keys_;
  Shelf<TargetHealth> targets_;
  Shelf<RouteHealth> routes_;
};

}  // namespace patchbay::pipeline
