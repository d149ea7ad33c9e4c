#pragma once

#include <boost/json/array.hpp>
#include <memory>
#include <string>

#include "config/hook_settings.hpp"
#include "hooks/built_in_hook.hpp"
#include "upstream/blocking_client.hpp"

namespace patchbay::hooks {

/// Posts events as JSON arrays. What comes while a call is under way goes with the next one. A call that fails throws; its events are gone.
class Webhook final : public BuiltInHook {
 public:
  Webhook(std::string id, config::WebhookSettings settings);
  void on(const HookEvent& event) const override;
  std::optional<std::chrono::milliseconds> settle() const override;
  [[nodiscard]] Progress progress() const override { return {.delivered = taken_, .under_way = gathered_.size()}; }

 private:
  void post() const;

  const std::string id_;
  const config::WebhookSettings settings_;
  // Touched by the hook's thread alone.
  mutable std::unique_ptr<upstream::BlockingClient> client_;
  mutable boost::json::array gathered_;
  mutable std::uint64_t taken_ = 0;  // by the receiver
};

}  // namespace patchbay::hooks
