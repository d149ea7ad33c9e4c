#include "pipeline/pipeline_assembler.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include "config/schema_validator.hpp"
#include "hooks/built_in_hook.hpp"
#include "hooks/hook_bus.hpp"
#include "monitoring/objections.hpp"
#include "patchbay/config.hpp"
#include "pipeline/static_pipelines.hpp"
#include "pipeline/warmup_plan.hpp"
#include "plugins/barrier.hpp"

namespace patchbay::pipeline {

namespace {

constexpr std::string_view entry_protocols[] = {protocols::openai_chat, protocols::openai_completions, protocols::openai_responses,
                                                protocols::anthropic_messages, protocols::gemini};
constexpr Operation operations[] = {Operation::generate, Operation::embed, Operation::count_tokens};

/// Whether no plugin brings a module type, and the configuration awaits one.
bool is_awaited(const std::string& type, const config::PluginSettings& settings, const ModuleRegistry& registry) {
  const std::vector<std::string>& awaited = settings.awaited_modules;
  return registry.find(type) == nullptr && std::find(awaited.begin(), awaited.end(), type) != awaited.end();
}

/// The first module type of a route that is awaited; null if there is none.
const std::string* awaited_by(const config::Route& route, const config::PluginSettings& settings, const ModuleRegistry& registry) {
  for (const config::Target& target : route.targets)
    for (const config::ModuleUse& use : target.modules)
      if (is_awaited(use.type, settings, registry)) return &use.type;
  return nullptr;
}

/// A target of a faulty file may have none; that was said where it was read.
bool has_provider(const config::Target& target) {
  return std::any_of(target.modules.begin(), target.modules.end(),
                     [](const config::ModuleUse& use) { return use.kind == ModuleKind::provider; });
}

const Provider& provider_of(const Module& module) { return static_cast<const Provider&>(module); }

/// Whether a chain carries a request of that client protocol all the way. Everything right of the llmSwitch sees the provider's protocol.
bool carries(const std::vector<std::pair<ModuleKind, const Module*>>& transforms, std::string_view client_protocol,
             std::string_view provider_protocol) {
  bool switched = false;
  for (const auto& [kind, module] : transforms) {
    const auto& transform = static_cast<const Transform&>(*module);
    const bool is_switch = kind == ModuleKind::llm_switch;
    if (!transform.bridges(is_switch ? client_protocol : provider_protocol, provider_protocol)) return false;
    switched = switched || is_switch;
  }
  return switched || client_protocol == provider_protocol;
}

}  // namespace

void PipelineAssembler::fault(const config::Position& at, std::string key, std::string message, std::string suggestion) {
  config::Diagnostic diagnostic;
  diagnostic.at = at;
  diagnostic.key = std::move(key);
  diagnostic.message = std::move(message);
  diagnostic.suggestion = std::move(suggestion);
  faults_.push_back(std::move(diagnostic));
}

/// A library entry that many routes share is reported once.
void PipelineAssembler::report(const std::vector<config::Fault>& faults, const config::Located& where, const std::string& key) {
  for (config::Diagnostic& one : config::diagnose(faults, where, key))
    if (std::none_of(faults_.begin(), faults_.end(), [&](const config::Diagnostic& other) { return to_string(other) == to_string(one); }))
      faults_.push_back(std::move(one));
}

Assembled PipelineAssembler::assemble(config::Settings settings, std::uint64_t generation) {
  auto assembly = std::make_shared<Assembly>();
  assembly->generation = generation;
  for (monitoring::Objection& objection : monitoring::objections(settings))
    fault({settings.files.empty() ? std::string() : settings.files.front()}, std::move(objection.key), std::move(objection.message));
  assembly->router.classify_by(settings.classification);

  std::vector<const config::Route*> ranked;
  for (const config::Route& route : settings.routes) ranked.push_back(&route);
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto* a, const auto* b) { return a->priority > b->priority; });

  std::vector<AssembledRoute*> served;
  for (const config::Route* route : ranked) {
    if (const std::string* const type = awaited_by(*route, settings.plugins, registry_)) {
      assembly->waiting.push_back({route->id, *type});
      continue;
    }
    std::unique_ptr<AssembledRoute> assembled = assemble_route(*route);
    if (!add_to_router(*route, assembled.get(), assembly->router)) continue;
    for (const auto& chain : assembled->chains) {
      const std::shared_ptr<Instance>& instance = chain->provider.instance;
      for (const std::string& id : provider_of(*instance->make()).models())
        if (std::none_of(assembly->models.begin(), assembly->models.end(), [&](const ModelEntry& entry) { return entry.id == id; }))
          assembly->models.push_back({.id = id, .owner = instance->key().type});
    }
    served.push_back(assembled.get());
    assembly->routes.push_back(std::move(assembled));
  }
  for (ModelEntry& entry : assembly->models)
    for (const std::size_t rank : assembly->router.open_to(entry.id)) entry.routes.push_back(served[rank]->settings.id);

  for (const config::HookUse& use : settings.hooks) {
    if (is_awaited(use.module.type, settings.plugins, registry_))
      assembly->waiting.push_back({use.id, use.module.type});
    else if (std::optional<AssembledHook> hook = assemble_hook(use))
      assembly->hooks.push_back(std::move(*hook));
  }

  link_fallbacks(served, settings.routes);
  pool_.health().prune();
  assembly->v1 = assemble_v1(settings, generation);

  if (settings.pool.preload != "all") {
    made_.clear();
    const std::vector<const Instance*> kept = instances_taken_first(assembly->routes, settings.pool.preload);
    const auto drop = [&kept](Instance& instance) {
      if (std::find(kept.begin(), kept.end(), &instance) == kept.end()) instance.recycle();
    };
    for (const auto& route : assembly->routes)
      for (const auto& chain : route->chains) {
        for (const ChainModule& module : chain->transforms) drop(*module.instance);
        drop(*chain->provider.instance);
      }
  }
  assembly->settings = std::move(settings);
  Assembled result{nullptr, std::move(faults_)};
  if (result.diagnostics.empty()) result.assembly = std::move(assembly);
  return result;
}

std::shared_ptr<const StaticPipelines> PipelineAssembler::assemble_v1(const config::Settings& settings, std::uint64_t generation) {
  if (!settings.v1.plan) return nullptr;
  config::Settings own;
  own.plugins = settings.plugins;
  own.pool = settings.pool;
  own.pool.preload = "all";  // wired once, at the start
  own.upstream = settings.upstream;
  own.routes = settings.v1.plan->routes;
  Assembled pools = PipelineAssembler(registry_, pool_).assemble(std::move(own), generation);
  std::move(pools.diagnostics.begin(), pools.diagnostics.end(), std::back_inserter(faults_));
  return pools.assembly ? std::make_shared<const StaticPipelines>(*settings.v1.plan, std::move(pools.assembly)) : nullptr;
}

std::optional<AssembledHook> PipelineAssembler::assemble_hook(const config::HookUse& use) {
  AssembledHook hook;
  hook.id = use.id;
  try {
    if (!use.where.empty()) hook.filter = std::make_shared<const hooks::FieldFilter>(use.where);
  } catch (const std::invalid_argument& error) {
    fault(use.module.at, use.module.key + ".where", error.what());
    return std::nullopt;
  }
  if (hooks::is_built_in(use)) {
    hook.hook = hooks::make_built_in(use);
    hook.identity = hooks::identity_of(use);
    hook.points = hooks::points_of(use.events, [](std::string_view) { return true; });
    return hook;
  }
  std::optional<ChainModule> module = assemble_module(use.module);
  if (!module) return std::nullopt;
  hook.instance = std::move(module->instance);
  hook.hook = std::static_pointer_cast<const Hook>(hook.instance->make());
  hook.use = hook.instance->use();
  const auto thrown = plugins::barrier(
      [&] { hook.points = hooks::points_of(use.events, [&](std::string_view event) { return hook.hook->wants(event); }); });
  if (thrown) {
    fault(use.module.at, use.module.key, "hook '" + use.module.type + "' cannot say what it wants: " + *thrown);
    return std::nullopt;
  }
  return hook;
}

bool PipelineAssembler::add_to_router(const config::Route& route, const AssembledRoute* assembled, HybridRouter& router) {
  bool sound = assembled != nullptr;
  const auto compile = [&](const std::string& expression, const std::string& pointer) {
    try {
      (void)compile_expression(expression);
    } catch (const std::invalid_argument& error) {
      fault(route.pattern_source.find(pointer), route.key + ".pattern." + config::key_of(pointer), error.what());
      sound = false;
    }
  };
  if (route.pattern.model) compile(*route.pattern.model, "/model");
  for (const auto& [name, expression] : route.pattern.headers) compile(expression, "/headers/" + config::pointer_token(name));
  if (sound) router.add(route, capability_of(*assembled));
  return sound;
}

/// Names of routes become the routes. One that is there but is not served yet is left out.
void PipelineAssembler::link_fallbacks(const std::vector<AssembledRoute*>& served, const std::vector<config::Route>& all) {
  const auto name_is = [](const std::string& name) { return [&name](const auto* route) { return route->settings.id == name; }; };
  std::vector<std::string> known;
  for (const config::Route& route : all) known.push_back(route.id);
  for (const config::Route& route : all) {
    const auto from = std::find_if(served.begin(), served.end(), name_is(route.id));
    for (std::size_t i = 0; i < route.fallback.size(); ++i) {
      const std::string& name = route.fallback[i];
      const std::string key = route.key + ".fallback[" + std::to_string(i) + "]";
      if (name == route.id) {
        fault(route.at, key, "route '" + name + "' cannot be its own fallback");
      } else if (std::find(known.begin(), known.end(), name) == known.end()) {
        fault(route.at, key, "there is no route '" + name + "'", config::nearest(name, known));
      } else if (const auto to = std::find_if(served.begin(), served.end(), name_is(name)); from != served.end() && to != served.end()) {
        (*from)->fallback.push_back(*to);
      }
    }
  }
}

std::unique_ptr<AssembledRoute> PipelineAssembler::assemble_route(const config::Route& route) {
  auto assembled = std::make_unique<AssembledRoute>();
  assembled->settings = route;
  std::vector<std::uint32_t> weights;
  bool complete = true;
  for (std::size_t i = 0; i < route.targets.size(); ++i) {
    std::unique_ptr<Chain> chain = assemble_chain(route, route.targets[i]);
    complete = complete && chain;
    if (!chain) continue;
    weights.push_back(chain->weight);
    assembled->chains.push_back(std::move(chain));
  }
  if (route.sticky != "caller" && !is_known_field(route.sticky)) {
    fault(route.at, route.key + ".sticky", "'" + route.sticky + "' is neither `caller` nor a field of a request",
          config::nearest(route.sticky, known_fields()));
    complete = false;
  }
  if (!complete || assembled->chains.empty()) return nullptr;
  assembled->balance = balance_of(route.balance);
  assembled->schedule = make_schedule(assembled->balance, weights);
  assembled->health = pool_.health().route(route.id);

  const std::size_t faults_before = faults_.size();
  Capability capability;
  if (const auto thrown = plugins::barrier([&] { capability = capability_of(*assembled); })) {
    fault(route.at, route.key, "a module cannot say which protocols it carries: " + *thrown);
    return nullptr;
  }
  assembled->capability = capability;
  for (const std::string& wanted : route.pattern.protocols)
    if (std::find(capability.protocols.begin(), capability.protocols.end(), wanted) == capability.protocols.end())
      fault(route.pattern_source.find("/protocols"), route.key + ".pattern.protocols",
            "the modules of this route do not carry a request from " + wanted + " to the provider, which speaks " +
                assembled->chains.front()->provider_protocol + "; use an llmSwitch that converts between the two");
  if (capability.protocols.empty() && faults_.size() == faults_before)
    fault(route.at, route.key, "no client protocol passes these modules: they do not agree on one, or the targets differ");
  return faults_.size() == faults_before ? std::move(assembled) : nullptr;
}

std::unique_ptr<Chain> PipelineAssembler::assemble_chain(const config::Route& route, const config::Target& target) {
  auto chain = std::make_unique<Chain>();
  chain->id = target.id;
  chain->weight = target.weight;
  chain->max_concurrency = target.max_concurrency;
  chain->queue = target.queue;
  chain->measured = route.targets.size() > 1 || route.hedge.after.count() > 0;
  bool complete = true;
  try {
    if (!target.model.empty()) chain->model.emplace(target.model, route.pattern.model);
  } catch (const std::invalid_argument& error) {
    fault(target.at, route.key + ".model", error.what());
    complete = false;
  }
  complete = complete && has_provider(target);
  for (const config::ModuleUse& use : target.modules) {
    std::optional<ChainModule> module = assemble_module(use);
    if (!module) {
      complete = false;
      continue;
    }
    chain->conditional = chain->conditional || module->condition;
    if (use.kind == ModuleKind::provider)
      chain->provider = std::move(*module);
    else
      chain->transforms.push_back(std::move(*module));
  }
  if (!complete) return nullptr;
  const std::shared_ptr<Module> provider = chain->provider.instance->make();
  chain->provider_protocol = provider_of(*provider).protocol();
  for (const Operation operation : operations)
    chain->provider_serves[static_cast<std::size_t>(operation)] = provider_of(*provider).serves(operation);
  chain->probe = plan_probe(target.probe, provider_of(*provider), chain->not_probed);
  add_health(*chain, route, provider_of(*provider));
  return chain;
}

/// Health belongs to a key of an account, wherever it is used, and to a target of a route as long as its provider stays the same.
void PipelineAssembler::add_health(Chain& chain, const config::Route& route, const Provider& provider) {
  const InstanceKey& instance = chain.provider.instance->key();
  const std::string account = instance.type + "/" + instance.hash.substr(0, 12);
  for (const Credential& credential : provider.credentials())
    chain.keys.push_back({credential.id, pool_.health().key(account + "/" + credential.id)});
  if (chain.keys.empty()) chain.keys.push_back({{}, pool_.health().key(account)});
  chain.health = pool_.health().target(route.id + "/" + chain.id + " at " + account);
}

std::optional<ChainModule> PipelineAssembler::assemble_module(const config::ModuleUse& use) {
  const bool unread = use.config.value.is_null();  // faulty, as was said where it was read
  if (unread && use.type.empty()) return std::nullopt;
  const ModuleFactory* factory = registry_.find(use.type);
  const std::string kind(name_of(use.kind));
  if (factory == nullptr) {
    const std::vector<std::string> types = registry_.types(use.kind);
    std::string known;
    for (const std::string& type : types) known += (known.empty() ? "" : ", ") + type;
    fault(use.at, use.key, "no plugin brings a " + kind + " module '" + use.type + "'; loaded are: " + (known.empty() ? "none" : known),
          config::nearest(use.type, types));
    return std::nullopt;
  }
  if (factory->kind != use.kind) {
    fault(use.at, use.key, "module '" + use.type + "' is of kind " + std::string(name_of(factory->kind)) + ", not " + kind);
    return std::nullopt;
  }
  if (unread) return std::nullopt;

  const std::string config_key = use.library.empty() ? use.key + ".config" : "library." + use.library + ".config";
  const std::vector<config::Fault> invalid = config::validate(use.config.value, factory->schema);
  if (!invalid.empty()) {
    report(invalid, use.config, config_key);
    return std::nullopt;
  }

  ChainModule module;
  module.optional = use.optional;
  if (use.condition) {
    try {
      module.condition.emplace(*use.condition);
    } catch (const std::invalid_argument& error) {
      fault(use.condition->at, use.key + ".condition", error.what(), config::nearest(use.condition->field, known_fields()));
      return std::nullopt;
    }
  }
  module.instance = pool_.place(*factory, use.config.value, use.isolated, use.owner);
  try {
    made_.push_back(module.instance->make());
  } catch (const patchbay::config::Error& error) {
    report(error.faults(), use.config, config_key);
    return std::nullopt;
  } catch (const std::exception& error) {
    fault(use.at, use.key, "module '" + use.type + "' could not be made: " + error.what());
    return std::nullopt;
  }
  return module;
}

Capability PipelineAssembler::capability_of(const AssembledRoute& route) {
  std::vector<std::string> candidates(std::begin(entry_protocols), std::end(entry_protocols));
  for (const std::string& extra : route.settings.pattern.protocols)
    if (std::find(candidates.begin(), candidates.end(), extra) == candidates.end()) candidates.push_back(extra);

  Capability capability{candidates, {std::begin(operations), std::end(operations)}};
  for (const auto& chain : route.chains) {
    std::vector<std::pair<ModuleKind, const Module*>> transforms;
    for (const ChainModule& module : chain->transforms) transforms.emplace_back(module.instance->kind(), module.instance->make().get());
    std::erase_if(capability.protocols,
                  [&](const std::string& protocol) { return !carries(transforms, protocol, chain->provider_protocol); });
    std::erase_if(capability.operations, [&](Operation operation) {
      if (chain->provider_serves[static_cast<std::size_t>(operation)]) return false;
      return std::none_of(transforms.begin(), transforms.end(), [operation](const auto& transform) {
        return static_cast<const Transform&>(*transform.second).answers(operation);
      });
    });
  }
  return capability;
}

}  // namespace patchbay::pipeline
