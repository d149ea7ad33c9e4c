#pragma once

#include <atomic>
#include <deque>
#include <list>
#include <memory>
#include <mutex>

#include "config/mode_settings.hpp"
#include "modes/shadow_exchange.hpp"
#include "modes/shadow_report.hpp"
#include "pipeline/engine.hpp"

namespace patchbay::modes {

/// Has V1 answer, and shows V2 a copy. A client's thread only keeps a copy of what passes; once the client has its answer, the copy goes to
/// a thread of the shadow's own, where V2 answers it and the two are compared. Copies are limited in number and bytes, and dropped first of
/// all.
class Shadow {
 public:
  /// `own` is the thread of the shadow; its upstream is used with `upstream = "real"` only. All must outlive the shadow.
  Shadow(pipeline::Engine& v1, pipeline::Engine& v2, pipeline::Worker& own, const config::ShadowSettings& settings);
  ~Shadow();
  Shadow(const Shadow&) = delete;

  /// Settings for the requests from here on. [thread-safe]
  void configure(const config::ShadowSettings& settings);

  /// Has V1 answer. [request: concurrent]
  [[nodiscard]] std::unique_ptr<pipeline::Connection> start(pipeline::Worker& worker, Request&& request, pipeline::Client& client);

  /// Drops the copies that are left. The shadow's thread must have stopped. [shutdown]
  void stop();

  [[nodiscard]] const ShadowReport& report() const { return report_; }

 private:
  class ShadowedConnection;
  class Run;

  [[nodiscard]] std::shared_ptr<const config::ShadowSettings> settings() const;
  /// Whether the next request is one of those that are shown to V2.
  [[nodiscard]] bool is_chosen(const config::ShadowSettings& settings);
  /// Hands an exchange over to the shadow's thread. [thread-safe]
  void hand_over(std::unique_ptr<ShadowExchange> exchange);
  // The rest on the shadow's thread.
  void run_next();
  void ended(Run& run);
  void compare(const Run& run);

  pipeline::Engine& v1_;
  pipeline::Engine& v2_;
  pipeline::Worker& own_;
  mutable std::mutex mutex_;
  std::shared_ptr<const config::ShadowSettings> settings_;
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint32_t> waiting_count_{0};
  ShadowRoom room_;
  ShadowReport report_;
  std::deque<std::unique_ptr<ShadowExchange>> waiting_;
  std::list<Run> running_;
};

}  // namespace patchbay::modes
