#pragma once

#include <chrono>
#include <vector>

#include "upstream/origin.hpp"
#include "upstream/wire.hpp"

namespace patchbay::upstream {

/// The kept-alive connections to one origin that nobody uses at the moment. Each keeps a read outstanding, so one that the origin
/// closes, or that says something unasked, is dropped when that happens. [connection: one thread]
class IdleWires final : private WireListener {
 public:
  using Clock = std::chrono::steady_clock;

  IdleWires(Origin origin, std::size_t limit) : origin_(std::move(origin)), limit_(limit) {}
  IdleWires(const IdleWires&) = delete;
  ~IdleWires() { clear(); }

  [[nodiscard]] const Origin& origin() const { return origin_; }
  /// The wire used last (its congestion window is the warmest), unless it idles since before `oldest`; null if there is none.
  [[nodiscard]] WirePtr take(Clock::time_point oldest);
  /// Keeps a wire, or closes it if there are enough.
  void give(WirePtr wire, Clock::time_point now);
  /// Closes what idles since before `oldest`.
  void expire(Clock::time_point oldest);
  void clear();
  [[nodiscard]] bool empty() const { return wires_.empty(); }

 private:
  struct Entry {
    WirePtr wire;
    Clock::time_point since;
  };

  void on_readable(Wire& wire) override;
  void on_writable(Wire&) override {}

  Origin origin_;
  std::size_t limit_;
  std::vector<Entry> wires_;  // oldest first
};

}  // namespace patchbay::upstream
