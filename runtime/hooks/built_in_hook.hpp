#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "config/settings.hpp"
#include "patchbay/hook.hpp"

namespace patchbay::hooks {

/// A hook that the host has itself. It may gather events, and is told when there are no more for now.
class BuiltInHook : public Hook {
 public:
  /// Of the events that it was given, all in all: so many are where they should be, and of so many that is not known yet. The others are
  /// lost.
  struct Progress {
    std::uint64_t delivered = 0;
    std::uint64_t under_way = 0;
  };
  /// [hook thread: one call at a time]
  [[nodiscard]] virtual Progress progress() const = 0;

  /// The queue is empty. May block. Returns when it wants to be called again if no event comes before; nothing: not at all.
  /// [hook thread: one call at a time]
  virtual std::optional<std::chrono::milliseconds> settle() const { return std::nullopt; }
};

/// Whether the configuration of a hook says that it is one of the host's own.
[[nodiscard]] bool is_built_in(const config::HookUse& use);

/// Makes it. Nothing is connected or started before the first event. [init]
[[nodiscard]] std::shared_ptr<const Hook> make_built_in(const config::HookUse& use);

/// What says whether two built-in hooks are the same, so that one may take over the events of the other.
[[nodiscard]] std::string identity_of(const config::HookUse& use);

}  // namespace patchbay::hooks
