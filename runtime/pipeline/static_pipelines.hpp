#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/static_plan.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/request_classifier.hpp"

namespace patchbay::pipeline {

/// V1's part of an Assembly: pools of pipelines whose modules are their own, wired once. Immutable. [request: concurrent]
class StaticPipelines {
 public:
  /// `pools` was assembled from the plan's routes.
  StaticPipelines(const config::StaticPlan& plan, std::shared_ptr<const Assembly> pools);

  /// The pool for a request: the one that its model names, else that of its category, else `default`; of these the first that can carry
  /// it. Null if none can.
  [[nodiscard]] const AssembledRoute* choose(const RequestFacts& facts) const;

  /// Those that a provider offers, each with the pools that a request which names it may come to.
  [[nodiscard]] const std::vector<ModelEntry>& models() const { return offered_; }

  [[nodiscard]] const Assembly& pools() const { return *pools_; }
  [[nodiscard]] const config::StaticPlan& plan() const { return plan_; }

 private:
  using Table = std::map<std::string, std::size_t, std::less<>>;  // name → rank

  [[nodiscard]] std::vector<std::string> open_to(const std::string& model) const;
  [[nodiscard]] const AssembledRoute* carrier(const Table& table, std::string_view name, const RequestFacts& facts) const;

  config::StaticPlan plan_;
  std::shared_ptr<const Assembly> pools_;
  RequestClassifier classifier_;
  Table categories_;
  Table models_;
  std::vector<ModelEntry> offered_;
};

}  // namespace patchbay::pipeline
