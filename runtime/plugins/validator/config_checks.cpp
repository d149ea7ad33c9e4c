#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "config/schema_validator.hpp"
#include "plugins/validator/check.hpp"
#include "plugins/validator/config_generator.hpp"

namespace patchbay::plugins::validator {

namespace json = boost::json;

namespace {

constexpr int random_configs = 200;

/// What a factory made of a configuration.
struct Attempt {
  bool accepted = false;
  std::vector<config::Fault> faults;  ///< why it was refused
  std::string thrown;                 ///< it threw something else than config::Error
};

Attempt attempt(Context& context, std::size_t index, const json::value& config) {
  const std::string text = json::serialize(config);
  context.step("make a " + context.plugin().info().modules[index].type + " from " + (text.size() > 300 ? text.substr(0, 300) + "…" : text));
  Attempt result;
  // Modules behind the C door are promised that the host refuses what breaks their schema.
  if (is_c_stamp(context.plugin().info().stamp)) {
    result.faults = config::validate(config, context.plugin().info().modules[index].schema);
    if (!result.faults.empty()) return result;
  }
  try {
    (void)context.make(context.plugin(), index, config);
    result.accepted = true;
  } catch (const config::Error& refused) {
    result.faults = refused.faults();
  } catch (const std::exception& thrown) {
    result.thrown = thrown.what();
  }
  return result;
}

bool points_to(const Attempt& attempt, const std::string& pointer) {
  return std::any_of(attempt.faults.begin(), attempt.faults.end(), [&](const config::Fault& fault) { return fault.pointer == pointer; });
}

std::string told(const std::vector<config::Fault>& faults) {
  if (faults.empty()) return "no reason";
  return (faults[0].pointer.empty() ? "" : faults[0].pointer + ": ") + faults[0].message;
}

template <class Check>
Result for_every_module(Context& context, Check&& check) {
  Findings findings;
  for (std::size_t i = 0; i < context.plugin().info().modules.size(); ++i) check(context.plugin().info().modules[i], i, findings);
  return findings.result();
}

/// A number at a bound is a promise; a choice may still depend on what stands elsewhere, but one value at least must be possible.
void check_allowed(Context& context, const ModuleInfo& module, std::size_t index, Findings& findings) {
  std::map<std::string, bool> possible;
  std::map<std::string, std::string> why_not;
  for (const Variation& variation : allowed_variations(module.schema, context.sample_config(module))) {
    const Attempt made = attempt(context, index, variation.config);
    const std::string what = module.type + " with " + variation.value + " as " + variation.pointer;
    if (!made.thrown.empty()) findings.fail(what + " throws instead of refusing: " + made.thrown);
    const bool refused_there = !made.accepted && points_to(made, variation.pointer);
    possible[variation.pointer] = possible[variation.pointer] || !refused_there;
    if (!refused_there) continue;
    why_not[variation.pointer] = what + " is refused although the schema allows it (" + told(made.faults) + ")";
    if (variation.bound) findings.fail(why_not[variation.pointer]);
  }
  for (const auto& [pointer, any] : possible)
    if (!any) findings.fail(why_not[pointer]);
}

void check_random(Context& context, const ModuleInfo& module, std::size_t index, Findings& findings) {
  Random random = context.random();
  int accepted = 0;
  for (int i = 0; i < random_configs; ++i) {
    const json::value config = random_config(module.schema, random);
    if (!config::validate(config, module.schema).empty()) continue;
    const Attempt made = attempt(context, index, config);
    accepted += made.accepted ? 1 : 0;
    if (!made.thrown.empty()) findings.fail(module.type + " throws instead of refusing " + json::serialize(config) + ": " + made.thrown);
    for (const config::Fault& fault : made.faults)
      if (fault.message.starts_with("unknown key"))
        findings.fail(module.type + " does not know " + fault.pointer + ", which its schema offers");
  }
  findings.good(module.type + " accepts its defaults and " + std::to_string(accepted) + " of " + std::to_string(random_configs) +
                " random configurations, and refuses the others with a reason (seed " + std::to_string(context.subject().seed) + ")");
}

}  // namespace

Result check_schema(Context& context) {
  return for_every_module(context, [&](const ModuleInfo& module, std::size_t, Findings& findings) {
    std::vector<std::string> wrong;
    const std::function<void(const json::value&, const std::string&)> look = [&](const json::value& schema, const std::string& place) {
      const json::object* const rules = schema.if_object();
      if (rules == nullptr) {
        wrong.push_back(place + " is not a JSON object");
        return;
      }
      for (const char* const name : {"default", "examples"}) {
        const json::value* const given = rules->if_contains(name);
        if (given == nullptr) continue;
        const bool several = std::string_view(name) == "examples";
        if (several && !given->is_array()) {
          wrong.push_back(place + " has examples that are no array");
          continue;
        }
        for (const json::value& one : several ? given->get_array() : json::array{*given})
          if (const auto faults = config::validate(one, schema); !faults.empty())
            wrong.push_back(std::string(several ? "an example" : "the default") + " of " + place +
                            " breaks its own schema: " + told(faults));
      }
      const json::value* const least = rules->if_contains("minimum");
      const json::value* const most = rules->if_contains("maximum");
      if (least != nullptr && most != nullptr && least->is_number() && most->is_number() &&
          least->to_number<double>() > most->to_number<double>())
        wrong.push_back(place + " has a minimum above its maximum");
      const json::value* const properties = rules->if_contains("properties");
      if (const json::value* const required = rules->if_contains("required"); required != nullptr && required->is_array())
        for (const json::value& name : required->get_array())
          if (!name.is_string() || properties == nullptr || !properties->is_object() ||
              !properties->get_object().contains(name.get_string()))
            wrong.push_back(place + " requires " + json::serialize(name) + ", which it does not have");
      if (properties != nullptr && properties->is_object())
        for (const auto& property : properties->get_object()) look(property.value(), "option " + std::string(property.key()));
      if (const json::value* const items = rules->if_contains("items")) look(*items, "an element of " + place);
    };
    look(module.schema, "the configuration");
    if (const json::value* const type = module.schema.get_object().if_contains("type"); type == nullptr || *type != "object")
      wrong.emplace_back("the schema is not one of a table: its type is not \"object\"");
    for (const std::string& one : wrong) findings.fail(module.type + ": " + one);
    if (wrong.empty()) findings.good("the schema of " + module.type + " keeps its own rules");
  });
}

Result check_accepted_configs(Context& context) {
  return for_every_module(context, [&](const ModuleInfo& module, std::size_t index, Findings& findings) {
    const json::value sample = context.sample_config(module);
    if (const auto faults = config::validate(sample, module.schema); !faults.empty())
      return findings.fail("the configuration that " + module.type + " is tested with breaks its schema: " + told(faults));
    const Attempt made = attempt(context, index, sample);
    if (!made.thrown.empty())
      return findings.fail(module.type + " throws instead of refusing " + json::serialize(sample) + ": " + made.thrown);
    if (!made.accepted)
      return findings.warn(module.type + " refuses what its schema requires and no more (" + told(made.faults) +
                           "); require that field, give it an example, or test with --config");
    check_allowed(context, module, index, findings);
    check_random(context, module, index, findings);
  });
}

Result check_refused_configs(Context& context) {
  return for_every_module(context, [&](const ModuleInfo& module, std::size_t index, Findings& findings) {
    const std::vector<Variation> variations = forbidden_variations(module.schema, context.sample_config(module));
    for (const Variation& variation : variations) {
      const Attempt made = attempt(context, index, variation.config);
      const std::string what =
          module.type + " with " + variation.value + " as " + (variation.pointer.empty() ? "configuration" : variation.pointer);
      if (made.accepted)
        findings.fail(what + " is accepted although the schema forbids it");
      else if (!made.thrown.empty())
        findings.fail(what + " throws instead of refusing with config::Error: " + made.thrown);
      else if (!points_to(made, variation.pointer))
        findings.fail(what + " is refused, but no fault points there: " + told(made.faults));
    }
    findings.good(module.type + " refuses " + std::to_string(variations.size()) + " configurations that its schema forbids");
  });
}

Result check_unknown_keys(Context& context) {
  return for_every_module(context, [&](const ModuleInfo& module, std::size_t index, Findings& findings) {
    const json::value* const others = module.schema.get_object().if_contains("additionalProperties");
    if (others == nullptr || *others != false)
      findings.warn("the schema of " + module.type + " does not forbid unknown keys, so a misspelt option goes unseen");
    const std::vector<Variation> variations = unknown_keys(module.schema, context.sample_config(module));
    for (const Variation& variation : variations) {
      const Attempt made = attempt(context, index, variation.config);
      if (made.accepted)
        findings.fail(module.type + " accepts the unknown key " + variation.pointer + ", so a misspelt option goes unseen");
      else if (!points_to(made, variation.pointer))
        findings.fail(module.type + " refuses the unknown key " + variation.pointer +
                      " without pointing to it: " + (made.thrown.empty() ? told(made.faults) : made.thrown));
    }
    findings.good(module.type + " refuses unknown keys at " + std::to_string(variations.size()) + " places");
  });
}

}  // namespace patchbay::plugins::validator
