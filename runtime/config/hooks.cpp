#include "config/hooks.hpp"

#include <algorithm>

#include "config/hook_text.hpp"
#include "config/module_use.hpp"
#include "config/read_sound.hpp"
#include "hooks/hook_points.hpp"

namespace patchbay::config {

namespace {

/// A pattern that names no event is a spelling mistake.
void check_events(const text::Hook& hook, const Located& located, const std::string& key, std::vector<Diagnostic>& diagnostics) {
  std::vector<std::string> names;
  for (const hooks::PointText& point : hooks::points) names.emplace_back(point.name);
  for (std::size_t i = 0; i < hook.events.size(); ++i) {
    const std::string& pattern = hook.events[i];
    if (std::any_of(names.begin(), names.end(), [&](const std::string& name) { return hooks::matches(pattern, name); })) continue;
    const std::string place = std::to_string(i);
    diagnostics.push_back({located.find("/events/" + place), key + ".events[" + place + "]", "no event is called '" + pattern + "'",
                           nearest(pattern, names)});
  }
}

int things_in(const text::Hook& hook) {
  return (hook.config.is_null() ? 0 : 1) + (hook.webhook ? 1 : 0) + (hook.command ? 1 : 0) + (hook.log ? 1 : 0);
}

bool is_one_thing(const text::Hook& hook, const Located& located, const std::string& key, std::vector<Diagnostic>& diagnostics) {
  const int things = things_in(hook);
  const bool runs_nothing = hook.command && hook.command->argv.empty();
  if (things != 1)
    diagnostics.push_back({located.at, key, "a hook is one of `config` (a module), `webhook`, `command` and `log`; give exactly one", {}});
  if (runs_nothing) diagnostics.push_back({located.find("/command/argv"), key + ".command.argv", "there is no program in it", {}});
  return things == 1 && !runs_nothing;
}

}  // namespace

void read_hooks(const Located& document, Settings& settings, std::vector<Diagnostic>& diagnostics) {
  const Located list = document.part("/hooks");
  if (!list.value.is_array()) {
    if (!list.value.is_null()) diagnostics.push_back({list.at, "hooks", "expected an array of tables: [[hooks]]", {}});
    return;
  }
  for (std::size_t i = 0; i < list.value.get_array().size(); ++i) {
    const Located located = list.part("/" + std::to_string(i));
    HookUse use;
    use.module.key = "hooks[" + std::to_string(i) + "]";
    use.module.kind = ModuleKind::hook;
    const std::size_t before = diagnostics.size();
    const std::optional<text::Hook> text = read_sound<text::Hook>(located, use.module.key, diagnostics);
    if (!text) continue;
    const bool whole = diagnostics.size() == before;
    use.id = text->id;
    use.events = text->events;
    use.where = text->where;
    use.webhook = text->webhook;
    use.command = text->command;
    use.log = text->log;
    use.module.at = located.at;
    check_events(*text, located, use.module.key, diagnostics);
    if (std::any_of(settings.hooks.begin(), settings.hooks.end(), [&](const HookUse& other) { return other.id == use.id; }))
      diagnostics.push_back({located.find("/id"), use.module.key + ".id", "hook '" + use.id + "' is there already", {}});
    if (!whole && things_in(*text) == 0) continue;  // which it was is what is faulty
    if (!is_one_thing(*text, located, use.module.key, diagnostics)) continue;
    if (text->config.is_null() || resolve_module(text->config, located.part("/config"), settings, use.module, diagnostics))
      settings.hooks.push_back(std::move(use));
  }
}

}  // namespace patchbay::config
