#include "config/reference.hpp"

#include <boost/json/parse.hpp>

#include "config/hook_text.hpp"
#include "config/route_text.hpp"
#include "hooks/hook_points.hpp"
#include "patchbay/plain_json.hpp"

namespace patchbay::config {

namespace json = boost::json;

namespace {

std::string type_of(const json::object& rules) {
  if (const json::value* choices = rules.if_contains("enum"); choices != nullptr && choices->is_array()) {
    std::string words;
    for (const json::value& one : choices->get_array()) words += (words.empty() ? "`" : ", `") + plain_text(one) + "`";
    return words;
  }
  if (rules.contains("format")) return "duration";
  const json::value* const type = rules.if_contains("type");
  if (type == nullptr) return "any";
  if (*type == "array") {
    const json::value* const items = rules.if_contains("items");
    return "array of " + (items != nullptr && items->is_object() ? type_of(items->get_object()) : std::string("any"));
  }
  if (*type == "object") return "table";
  return plain_text(*type);
}

std::string default_of(const json::object& rules, bool required) {
  if (required) return "required";
  const json::value* const value = rules.if_contains("default");
  if (value == nullptr || rules.contains("writeOnly")) return "";
  if (rules.contains("format") && value->is_int64()) {
    const std::int64_t count = value->get_int64();
    return "`" + (count != 0 && count % 1000 == 0 ? std::to_string(count / 1000) + "s" : std::to_string(count) + "ms") + "`";
  }
  return "`" + plain_json(*value) + "`";
}

std::string escaped(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

template <class T>
std::string section(std::string_view title, std::string_view intro) {
  return "### " + std::string(title) + "\n\n" + std::string(intro) + (intro.empty() ? "" : "\n\n") +
         markdown_table(json::parse(schema<T>())) + "\n";
}

template <class T>
json::value schema_value() {
  return json::parse(schema<T>());
}

/// What a table with `type` and `config` must keep to, whatever its type is.
json::array rules_by_type(const json::object& modules) {
  json::array rules;
  for (const auto& module : modules) {
    const json::object is_of_type{{"properties", json::object{{"type", json::object{{"const", module.key()}}}}},
                                  {"required", json::array{"type"}}};
    const json::object reference{{"$ref", "#/$defs/" + std::string(module.key())}};
    rules.push_back(json::object{{"if", is_of_type}, {"then", json::object{{"properties", json::object{{"config", reference}}}}}});
  }
  return rules;
}

/// The `config` at that place is the name of a library entry or what could stand in one.
void set_module_reference(json::value& schema, std::string_view pointer) {
  json::object& config = schema.at_pointer(pointer).as_object();
  config["type"] = json::array{"string", "object"};
  config["if"] = json::object{{"type", "object"}};
  config["then"] = json::object{{"$ref", "#/properties/library/additionalProperties"}};
}

json::object list_of(json::value items) { return {{"type", "array"}, {"items", std::move(items)}}; }

std::string events_table() {
  std::string table = "### Events\n\n| event | when | data |\n|---|---|---|\n";
  for (const hooks::PointText& point : hooks::points)
    table += "| `" + std::string(point.name) + "` | " + std::string(point.meaning) + " | " + std::string(point.data) + " |\n";
  return table;
}

}  // namespace

std::string markdown_table(const json::value& schema) {
  std::string table = "| key | type | default | meaning |\n|---|---|---|---|\n";
  const json::object* const rules = schema.if_object();
  const json::value* const properties = rules != nullptr ? rules->if_contains("properties") : nullptr;
  if (properties == nullptr || !properties->is_object()) return table;
  const json::value* const required = rules->if_contains("required");
  for (const auto& property : properties->get_object()) {
    const json::object& own = property.value().get_object();
    bool is_required = false;
    if (required != nullptr && required->is_array())
      for (const json::value& name : required->get_array()) is_required = is_required || name == property.key();
    const json::value* const meaning = own.if_contains("description");
    table += "| `" + std::string(property.key()) + "` | " + escaped(type_of(own)) + " | " + escaped(default_of(own, is_required)) + " | " +
             (meaning != nullptr ? escaped(plain_text(*meaning)) : "") + " |\n";
  }
  return table;
}

std::string reference_markdown() {
  return section<ServerSettings>("`[server]`", "") + section<ListenerTls>("`[server.tls]`, `[admin.tls]`", "") +
         section<LogSettings>("`[log]`", "") + section<PluginSettings>("`[plugins]`", "") + section<AdminSettings>("`[admin]`", "") +
         section<PoolSettings>("`[pool]`", "") + section<UpstreamSettings>("`[upstream]`", "") +
         section<Timeouts>("`[upstream.timeouts]`", "") + section<ModeSettings>("`[mode]`", "Who answers: V1, V2, or both side by side.") +
         section<GuardSettings>("`[mode.guard]`", "") + section<ShadowSettings>("`[mode.shadow]`", "") +
         section<ClassificationSettings>("`[classification]`",
                                         "What makes a request one of the `category` of a pattern. The first of these that holds decides: "
                                         "images are `vision`, then `longcontext`, `thinking`, `coding`, `websearch`, any tool is "
                                         "`tools`, then `background`; everything else is `default`.") +
         section<V1Settings>("`[v1]`", "") +
         section<FailoverSettings>("`[failover]`", "For every route; a route's own `failover` is laid over it.") +
         section<ProbeSettings>("`[probe]`", "For every target; a route's own `probe` is laid over it, a target's over that.") +
         section<MetricsSettings>("`[metrics]`", "") + section<AccessLogSettings>("`[access_log]`", "") +
         section<OtlpSettings>("`[telemetry.otlp]`", "") + section<DebugSettings>("`[debug]`", "") +
         section<text::LibraryEntry>("`[library.NAME]`", "A predefined module configuration, referred to by its name.") +
         section<text::Route>("`[[routes]]`", "") + section<Pattern>("`pattern` of a route", "Every field that is set must hold.") +
         section<HedgeSettings>("`hedge` of a route", "") + section<text::Target>("`targets` of a route", "") +
         section<QueueSettings>("`queue` of a target", "") + section<text::Module>("`modules` of a route or target", "") +
         section<text::Condition>("`condition` of a module", "") +
         section<text::Hook>("`[[hooks]]`", "Who is told of what happens; a hook changes nothing and no request waits for it.") +
         section<WebhookSettings>("`webhook` of a hook", "") + section<CommandSettings>("`command` of a hook", "") +
         section<LogHookSettings>("`log` of a hook", "") + events_table() + "\n" + section<AccessSettings>("`[access]`", "") +
         section<KeySettings>("`[[keys]]`", "Who may use the gateway beside `server.api_keys`, which have no limits.") +
         section<Budget>("`budgets` of a key", "") +
         section<PriceSettings>("`[[prices]]`", "What models cost, in whatever currency budgets are in.") +
         section<StateSettings>("`[state]`", "What was spent, and the keys that were made while the gateway ran.");
}

json::value configuration_schema(json::object modules) {
  json::value library_entry = schema_value<text::LibraryEntry>();
  library_entry.as_object()["allOf"] = rules_by_type(modules);
  json::object properties{
      {"include", list_of(json::object{{"type", "string"}})},
      {"server", schema_value<ServerSettings>()},
      {"log", schema_value<LogSettings>()},
      {"plugins", schema_value<PluginSettings>()},
      {"admin", schema_value<AdminSettings>()},
      {"pool", schema_value<PoolSettings>()},
      {"upstream", schema_value<UpstreamSettings>()},
      {"mode", schema_value<ModeSettings>()},
      {"metrics", schema_value<MetricsSettings>()},
      {"access_log", schema_value<AccessLogSettings>()},
      {"telemetry", schema_value<TelemetrySettings>()},
      {"debug", schema_value<DebugSettings>()},
      {"classification", schema_value<ClassificationSettings>()},
      {"v1", schema_value<V1Settings>()},
      {"failover", schema_value<FailoverSettings>()},
      {"probe", schema_value<ProbeSettings>()},
      {"library", json::object{{"type", "object"}, {"additionalProperties", std::move(library_entry)}}},
      {"routes", list_of(schema_value<text::Route>())},
      {"hooks", list_of(schema_value<text::Hook>())},
      {"access", schema_value<AccessSettings>()},
      {"keys", list_of(schema_value<KeySettings>())},
      {"prices", list_of(schema_value<PriceSettings>())},
      {"state", schema_value<StateSettings>()},
  };
  json::value schema = json::object{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                                    {"title", "Patchbay configuration"},
                                    {"type", "object"},
                                    {"properties", std::move(properties)},
                                    {"additionalProperties", false},
                                    {"$defs", std::move(modules)}};
  set_module_reference(schema, "/properties/routes/items/properties/modules/items/properties/config");
  set_module_reference(schema, "/properties/routes/items/properties/targets/items/properties/modules/items/properties/config");
  set_module_reference(schema, "/properties/hooks/items/properties/config");
  return schema;
}

}  // namespace patchbay::config
