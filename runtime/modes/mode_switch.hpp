#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "modes/guard.hpp"
#include "modes/mode.hpp"
#include "pipeline/engine.hpp"

namespace patchbay::modes {

class Shadow;

/// Requests of a gradual switch, by who answered. [thread-safe]
struct SideCounters {
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> failures{0};
};

/// The engine over the two engines: each request asks it once who answers. A decision is one machine word, so it is in force for the very
/// next request, and requests in flight end where they began. [request: concurrent]
class ModeSwitch final : public pipeline::Engine {
 public:
  /// Both engines must outlive the switch. `salt` decides which callers are the first to see V2.
  ModeSwitch(pipeline::Engine& v1, pipeline::Engine& v2, const config::GuardSettings& limits, std::string salt);

  [[nodiscard]] Decision decision() const { return decision_.load(std::memory_order_acquire); }

  /// Puts a mode in force. [control thread]
  void decide(Mode mode, std::uint16_t share);
  /// The same unless somebody has decided otherwise since `expected`; false then. [thread-safe]
  bool decide(const Decision& expected, Mode mode, std::uint16_t share);

  /// Who would answer a caller now.
  [[nodiscard]] Side side_of(std::string_view caller) const;

  /// Called when the guard has sent everybody back to V1, with why, on the thread of the request that was one too many. [init]
  void on_breach(std::function<void(std::string why)> told) { told_ = std::move(told); }

  /// Who shows V2 copies in mode shadow; it must outlive the requests. [init]
  void shadow_with(Shadow& shadow) { shadow_ = &shadow; }
  [[nodiscard]] Shadow* shadow() const { return shadow_; }

  [[nodiscard]] Guard& guard() { return guard_; }
  [[nodiscard]] const SideCounters& counters(Side side) const { return counters_[static_cast<std::size_t>(side)]; }

  [[nodiscard]] std::unique_ptr<pipeline::Connection> start(pipeline::Worker& worker, Request&& request, pipeline::Client& client) override;
  [[nodiscard]] std::string category_of(const Request& request) const override { return v2_.category_of(request); }
  [[nodiscard]] std::vector<pipeline::ModelEntry> models() const override;
  [[nodiscard]] std::string not_ready() const override;
  [[nodiscard]] std::string health_json() const override;

 private:
  class WatchedConnection;

  [[nodiscard]] Side side_of(std::string_view caller, const Decision& decision) const;
  [[nodiscard]] pipeline::Engine& engine(Side side) const { return side == Side::v1 ? v1_ : v2_; }
  /// Takes in how a request of a gradual switch went.
  void went(Side side, bool failed, std::chrono::microseconds first_byte);

  pipeline::Engine& v1_;
  pipeline::Engine& v2_;
  const std::string salt_;
  std::atomic<Decision> decision_{Decision{}};
  Guard guard_;
  std::array<SideCounters, 2> counters_;
  std::function<void(std::string)> told_;
  Shadow* shadow_ = nullptr;
};

}  // namespace patchbay::modes
