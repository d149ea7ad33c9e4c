#include "config/routes.hpp"

#include <algorithm>

#include "config/module_use.hpp"
#include "config/read_sound.hpp"
#include "config/route_text.hpp"

namespace patchbay::config {

namespace json = boost::json;

namespace {

std::string pointer_to(std::string_view list, std::size_t index) { return "/" + std::string(list) + "/" + std::to_string(index); }

std::string at_place(const Position& at) { return at.file + ":" + std::to_string(at.line); }

std::optional<ModuleKind> kind_of(std::string_view word) {
  for (const ModuleKind kind : {ModuleKind::llm_switch, ModuleKind::workflow, ModuleKind::compatibility, ModuleKind::provider})
    if (name_of(kind) == word) return kind;
  return std::nullopt;
}

/// One route of a file on its way to a Route.
class RouteReader {
 public:
  RouteReader(const Located& route, std::string key, Settings& settings, std::vector<Diagnostic>& diagnostics)
      : located_(route), key_(std::move(key)), settings_(settings), diagnostics_(diagnostics) {}

  void read_into_settings() {
    const std::size_t before = diagnostics_.size();
    const std::optional<text::Route> text = read_sound<text::Route>(located_, key_, diagnostics_);
    if (!text) return;
    whole_ = diagnostics_.size() == before;
    Route route;
    route.id = text->id;
    route.key = key_;
    route.priority = text->priority;
    route.enabled = text->enabled;
    route.pattern = text->pattern;
    route.pattern_source = located_.part("/pattern");
    route.balance = text->balance;
    route.at = located_.find("/id");
    route.timeouts = laid_over(settings_.upstream.timeouts, "/timeouts");
    route.failover = laid_over(settings_.failover, "/failover");
    const ProbeSettings probe = laid_over(settings_.probe, "/probe");
    route.sticky = text->sticky;
    route.fallback = text->fallback;
    if (text->hedge) route.hedge = *text->hedge;
    if (route.id.empty() && whole_) fault("/id", "a route needs an id");
    for (const Route& other : settings_.routes)
      if (other.id == route.id) fault("/id", "route '" + route.id + "' is there already, at " + at_place(other.at));
    check_operations(route.pattern);
    if (text->modules.has_value() == text->targets.has_value()) {
      if (whole_) {
        fault("", "a route needs either `modules` (one chain) or `targets` (several)");
        return;
      }
    } else if (text->modules) {
      Target target;
      target.id = "0";
      target.model = text->model;
      target.modules = chain(*text->modules, "/modules");
      target.probe = probe;
      target.at = located_.find("/modules");
      route.targets.push_back(std::move(target));
    } else {
      for (std::size_t i = 0; i < text->targets->size(); ++i) {
        const text::Target& target = (*text->targets)[i];
        const std::string pointer = pointer_to("targets", i);
        route.targets.push_back({.id = target.id.empty() ? std::to_string(i) : target.id,
                                 .weight = target.weight,
                                 .model = target.model.empty() ? text->model : target.model,
                                 .modules = chain(target.modules, pointer + "/modules"),
                                 .max_concurrency = target.max_concurrency,
                                 .queue = target.queue,
                                 .probe = laid_over(probe, pointer + "/probe"),
                                 .at = located_.find(pointer)});
      }
      if (route.targets.empty()) fault("/targets", "there is no target");
    }
    for (const Target& target : route.targets) check_probe(target);
    settings_.routes.push_back(std::move(route));
  }

 private:
  void fault(std::string_view pointer, std::string message, std::string suggestion = {}) {
    const std::string below = key_of(pointer);
    diagnostics_.push_back({located_.find(pointer), key_ + (below.empty() ? "" : "." + below), std::move(message), std::move(suggestion)});
  }

  /// What all routes have, with what this one says of it in place.
  template <class T>
  T laid_over(const T& common, const std::string& pointer) {
    const Located own = located_.part(pointer);
    if (own.value.is_null()) return common;
    try {
      return parse<T>(own.value, common);
    } catch (const Error& error) {
      for (Diagnostic& one : diagnose(error.faults(), own, key_ + "." + key_of(pointer))) diagnostics_.push_back(std::move(one));
      return {};
    }
  }

  void check_probe(const Target& target) {
    if (target.probe.active() && target.probe.kind == "get" && !target.probe.path.starts_with('/'))
      fault("/probe", "the probe of target '" + target.id + "' needs a `path` that begins with '/', for example \"/v1/models\"");
  }

  void check_operations(const Pattern& pattern) {
    const std::vector<std::string> known{"generate", "embed", "count_tokens"};
    for (std::size_t i = 0; i < pattern.operations.size(); ++i)
      if (std::find(known.begin(), known.end(), pattern.operations[i]) == known.end())
        fault("/pattern/operations/" + std::to_string(i), "'" + pattern.operations[i] + "' is not one of generate, embed, count_tokens",
              nearest(pattern.operations[i], known));
  }

  /// The modules in the order that requests pass them, whatever the order in the file.
  std::vector<ModuleUse> chain(const std::vector<text::Module>& modules, const std::string& pointer) {
    std::vector<ModuleUse> uses;
    for (std::size_t i = 0; i < modules.size(); ++i) uses.push_back(module(modules[i], pointer + "/" + std::to_string(i)));
    const auto count = [&](ModuleKind kind) {
      return std::count_if(modules.begin(), modules.end(), [&](const text::Module& one) { return kind_of(one.type) == kind; });
    };
    if (count(ModuleKind::provider) != 1)
      fault(pointer, "a chain needs exactly one provider; this one has " + std::to_string(count(ModuleKind::provider)));
    if (count(ModuleKind::llm_switch) > 1)
      fault(pointer, "a chain takes at most one llmSwitch; this one has " + std::to_string(count(ModuleKind::llm_switch)));
    std::stable_sort(uses.begin(), uses.end(), [](const ModuleUse& a, const ModuleUse& b) { return a.kind < b.kind; });
    return uses;
  }

  /// One that cannot be resolved has no configuration, not even an empty one.
  ModuleUse module(const text::Module& text, const std::string& pointer) {
    ModuleUse use;
    use.kind = kind_of(text.type).value_or(ModuleKind::provider);
    use.key = key_ + "." + key_of(pointer);
    use.at = located_.find(pointer + "/config");
    use.optional = text.optional;
    if (text.condition)
      use.condition = Condition{text.condition->field, text.condition->operator_, text.condition->value, text.condition->case_sensitive,
                                located_.find(pointer + "/condition")};
    if (use.optional && !use.condition && whole_) fault(pointer + "/optional", "`optional` says nothing without a `condition`");
    if (use.optional && use.kind == ModuleKind::provider) fault(pointer + "/optional", "the provider of a chain cannot be optional");

    if (!resolve_module(text.config, located_.part(pointer + "/config"), settings_, use, diagnostics_)) use.config.value = nullptr;
    return use;
  }

  const Located& located_;
  const std::string key_;
  Settings& settings_;
  std::vector<Diagnostic>& diagnostics_;
  bool whole_ = true;  // nothing of the text had to be left out
};

}  // namespace

void read_library(const Located& document, Settings& settings, std::vector<Diagnostic>& diagnostics) {
  const Located library = document.part("/library");
  if (!library.value.is_object()) {
    if (!library.value.is_null()) diagnostics.push_back({library.at, "library", "expected tables: [library.NAME]", {}});
    return;
  }
  for (const auto& member : library.value.get_object()) {
    const std::string name(member.key());
    const Located located = library.part("/" + pointer_token(name));
    const std::optional<text::LibraryEntry> text = read_sound<text::LibraryEntry>(located, "library." + name, diagnostics);
    if (!text) continue;
    LibraryEntry entry{name, text->type, located.part("/config"), text->isolation == "process", located.at};
    if (entry.config.value.is_null()) entry.config.value = json::object();
    const auto [other, added] = settings.library.try_emplace(name, entry);
    if (!added)
      diagnostics.push_back(
          {located.at, "library." + name, "[library." + name + "] is there already, at " + at_place(other->second.at), {}});
  }
}

void read_routes(const Located& document, std::size_t& index, Settings& settings, std::vector<Diagnostic>& diagnostics) {
  const Located routes = document.part("/routes");
  if (!routes.value.is_array()) {
    if (!routes.value.is_null()) diagnostics.push_back({routes.at, "routes", "expected an array of tables: [[routes]]", {}});
    return;
  }
  for (std::size_t i = 0; i < routes.value.get_array().size(); ++i, ++index) {
    const Located route = routes.part("/" + std::to_string(i));
    RouteReader(route, "routes[" + std::to_string(index) + "]", settings, diagnostics).read_into_settings();
  }
}

}  // namespace patchbay::config
