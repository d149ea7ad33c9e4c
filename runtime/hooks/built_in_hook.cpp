#include "hooks/built_in_hook.hpp"

#include "hooks/command_hook.hpp"
#include "hooks/log_hook.hpp"
#include "hooks/webhook.hpp"

namespace patchbay::hooks {

bool is_built_in(const config::HookUse& use) { return use.webhook || use.command || use.log; }

std::shared_ptr<const Hook> make_built_in(const config::HookUse& use) {
  if (use.webhook) return std::make_shared<Webhook>(use.id, *use.webhook);
  if (use.command) return std::make_shared<CommandHook>(use.id, *use.command);
  return std::make_shared<LogHook>(use.id, use.log.value_or(config::LogHookSettings{}));
}

std::string identity_of(const config::HookUse& use) {
  constexpr char separator = '\n';  // in no header, and harmless in an argument
  std::string text;
  const auto add = [&text](const auto& part) { text.append(part).append(1, separator); };
  const auto add_number = [&add](auto number) { add(std::to_string(number)); };
  if (use.webhook) {
    add("webhook");
    add(use.webhook->url);
    for (const auto& [name, value] : use.webhook->headers) add(name + ": " + value);
    add_number(use.webhook->batch);
    add_number(use.webhook->timeout.count());
  } else if (use.command) {
    add("command");
    for (const std::string& argument : use.command->argv) add(std::to_string(argument.size()) + ":" + argument);
    add_number(use.command->timeout.count());
    add_number(use.command->max_parallel);
  } else if (use.log) {
    add("log");
    add(use.log->level);
  }
  for (const auto& [field, pattern] : use.where) add(field + " ~ " + pattern);
  return text;
}

}  // namespace patchbay::hooks
