#pragma once

#include <boost/asio/thread_pool.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/warmup_plan.hpp"

namespace patchbay::pipeline {

/// How it went with one instance.
struct Warmed {
  std::string name;
  std::string type;
  Importance importance = Importance::optional;
  std::chrono::microseconds took{0};
  std::string failure;  ///< empty: it is ready

  /// Requests find a way without it, or it is made at first use.
  [[nodiscard]] bool recoverable() const { return importance != Importance::critical; }
};

/// What a warm-up did.
struct WarmupReport {
  std::uint64_t generation = 0;
  bool running = false;
  std::size_t wanted = 0;
  std::chrono::microseconds took{0};
  std::vector<Warmed> done;  ///< in the order that they were made

  [[nodiscard]] std::size_t ready() const;
  [[nodiscard]] std::size_t failed() const { return done.size() - ready(); }
};

/// Makes the instances of an Assembly's warm-up plan ready on a thread of its own, the most important first, and keeps those
/// ready that are to stay. [thread-safe]
class WarmupManager {
 public:
  WarmupManager() : thread_(1) {}
  /// Waits for the instance that is being made.
  ~WarmupManager();
  WarmupManager(const WarmupManager&) = delete;

  /// Calls back, on the warm-up's thread, whenever a plan is through or what failed was tried again. Precedes the first plan. [init]
  void listen(std::function<void()> through) { through_ = std::move(through); }

  /// Begins with a plan; one that is not through is given up.
  void begin(WarmupPlan plan);
  /// Tries again what failed, if anything did and nothing goes on.
  void retry();

  [[nodiscard]] WarmupReport report() const;
  /// Why the host is not ready as far as this goes; empty if it is. What failed and is recoverable does not keep it from being ready.
  [[nodiscard]] std::string not_ready() const;

 private:
  /// An instance that is never idle.
  struct Held {
    std::shared_ptr<Instance> instance;  // outlives its use
    Instance::Use use;
  };

  [[nodiscard]] bool is_current(std::uint64_t turn) const;
  void run(std::uint64_t turn, const std::vector<WarmupItem>& items);
  void finish(std::uint64_t turn, std::chrono::microseconds took);

  mutable std::mutex mutex_;
  std::uint64_t turn_ = 0;  // rises with each plan
  WarmupReport report_;
  std::vector<WarmupItem> failed_;
  std::vector<Held> held_;
  std::function<void()> through_;
  boost::asio::thread_pool thread_;
};

/// `{generation, running, wanted, ready, failed, duration_ms, modules: […]}`
[[nodiscard]] boost::json::object describe(const WarmupReport& report);

}  // namespace patchbay::pipeline
