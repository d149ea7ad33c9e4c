#pragma once

#include <boost/json/fwd.hpp>
#include <chrono>
#include <string_view>

#include "patchbay/module.hpp"

namespace patchbay {

/// Something that happened: to a request ("request.completed") or to the host ("plugin.replaced"). Valid during the call only.
struct HookEvent {
  std::string_view name;
  std::chrono::system_clock::time_point time;
  /// What is known of it, by name: `id`, `route`, `status`, `duration_ms`… configs/README.md lists the events and what each has. Never
  /// keys, never bodies.
  const boost::json::object& data;
};

/// A module that is told what happens and changes nothing. The host calls it on a thread of its own, one event after the other in the order
/// in which they happened; a hook that is slow misses events, which the host counts, and one that throws is counted too. No request ever
/// waits for it.
class Hook : public Module {
 public:
  /// Whether the hook wants events of that name; asked once for each name. [init]
  [[nodiscard]] virtual bool wants(std::string_view) const { return true; }

  /// May block. [hook thread: one call at a time]
  virtual void on(const HookEvent& event) const = 0;
};

}  // namespace patchbay
