#pragma once

#include <string>

#include "config/hook_settings.hpp"
#include "hooks/built_in_hook.hpp"

namespace patchbay::hooks {

/// Writes each event as a line of the host's log.
class LogHook final : public BuiltInHook {
 public:
  LogHook(std::string id, config::LogHookSettings settings);
  void on(const HookEvent& event) const override;
  [[nodiscard]] Progress progress() const override { return {.delivered = written_}; }

 private:
  const std::string id_;
  const int level_;
  mutable std::uint64_t written_ = 0;  // touched by the hook's thread alone
};

}  // namespace patchbay::hooks
