#include "hooks/log_hook.hpp"

#include <spdlog/spdlog.h>

#include "patchbay/plain_json.hpp"

namespace patchbay::hooks {

LogHook::LogHook(std::string id, config::LogHookSettings settings) : id_(std::move(id)), level_(spdlog::level::from_str(settings.level)) {}

void LogHook::on(const HookEvent& event) const {
  spdlog::log(static_cast<spdlog::level::level_enum>(level_), "{}: {} {}", id_, event.name, plain_json(event.data));
  ++written_;
}

}  // namespace patchbay::hooks
