#pragma once

#include <atomic>
#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "hooks/field_filter.hpp"
#include "hooks/hook_points.hpp"
#include "patchbay/hook.hpp"

namespace patchbay::hooks {

/// Who is told of what.
struct Subscription {
  std::string id;                             ///< unique; one that stays over a change of the subscriptions keeps its queue
  std::uint64_t points = 0;                   ///< a bit for each Point
  std::shared_ptr<const Hook> hook;           ///< kept while events for it are on their way
  std::shared_ptr<const FieldFilter> filter;  ///< null: every event of these points
  std::string identity;  ///< two subscriptions with the same one are the same, though their hooks differ; empty: hook and filter say it
};

/// What became of the events of one subscription; what is under way is in none of these.
struct LaneCounters {
  std::string id;
  std::uint64_t delivered = 0;
  std::uint64_t dropped = 0;  ///< the hook was too slow
  std::uint64_t failed = 0;   ///< the hook threw, or one of the host's own could not deliver it
};

/// Carries what happens to those who want to know: each subscription has a bounded queue and a thread of its own, so a slow one holds up
/// nobody. Costs a relaxed load where nobody wants to know. [thread-safe]
class HookBus {
 public:
  HookBus();
  /// Delivers what is queued, waiting for at most a second for each hook.
  ~HookBus();
  HookBus(const HookBus&) = delete;

  /// Replaces the subscriptions.
  void subscribe(std::vector<Subscription> subscriptions);

  [[nodiscard]] bool wanted(Point point) const {
    return (wanted_.load(std::memory_order_relaxed) >> static_cast<unsigned>(point) & 1) != 0;
  }
  /// Whether anybody wants any of the request's points: is a record of it worth keeping?
  [[nodiscard]] bool wanted_of_requests() const { return (wanted_.load(std::memory_order_relaxed) & request_points) != 0; }

  /// Tells of something; `data` is called only if somebody wants to know.
  template <class Data>
  void emit(Point point, Data&& data) {
    if (wanted(point)) deliver(point, std::forward<Data>(data)());
  }

  [[nodiscard]] std::vector<LaneCounters> counters() const;

 private:
  class Lane;

  static constexpr std::uint64_t request_points = (1u << (static_cast<unsigned>(Point::request_disconnected) + 1)) - 1;

  void deliver(Point point, boost::json::object&& data);

  std::atomic<std::uint64_t> wanted_{0};
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Lane>> lanes_;
};

/// The points that a hook wants and that one of the patterns names.
[[nodiscard]] std::uint64_t points_of(const std::vector<std::string>& patterns, const std::function<bool(std::string_view)>& wants);

}  // namespace patchbay::hooks
