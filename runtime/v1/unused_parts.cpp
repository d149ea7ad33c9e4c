#include "v1/unused_parts.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string_view>

namespace patchbay::v1 {

namespace json = boost::json;

namespace {

const char* const unknown_part = "nobody knows what this is for; it has no effect";

struct Explanation {
  std::string_view name;  ///< of a member, wherever it stands on the way to what is unused
  Fate fate;
  std::string_view text;
};

// The first that stands in the pointer decides.
constexpr Explanation explanations[] = {
    {"serverTools", Fate::unmappable, "Patchbay runs no tools by itself; the client or the provider does"},
    {"webSearch", Fate::unmappable, "no search is injected; offer a search tool, or a provider that searches by itself"},
    {"dryRun", Fate::mapped, "`patchbay route explain` and `patchbay prerun` do it without a setting"},
    {"dryrunengine", Fate::mapped, "`patchbay route explain` and `patchbay prerun` do it without a setting"},
    {"stableSorting", Fate::mapped, "the output is always in the same order"},
    {"inputProtocol", Fate::mapped, "every client protocol is served at its own endpoint"},
    {"outputProtocol", Fate::mapped, "every client protocol is served at its own endpoint"},
    {"llmSwitch", Fate::mapped, "llmswitch-conversion-router takes every client protocol"},
    {"workflow", Fate::changed, "streams pass as streams; the client decides which it gets"},
    {"classificationConfig", Fate::changed, "requests are classified by the tests of [classification], not by points"},
    {"enableClassification", Fate::mapped, "requests are always classified"},
    {"classifier", Fate::unmappable, "no test of [classification] is like it"},
    {"contextRouting", Fate::unmappable, "no target is chosen by how full its context would be"},
    {"toolTransformations", Fate::unmappable, "write them as rules of compatibility-field-mapping (patchbay plugin inspect shows how)"},
    {"responseTransformations", Fate::unmappable, "write them as rules of compatibility-field-mapping (patchbay plugin inspect shows how)"},
    {"toolsApi", Fate::mapped, "tools pass as they are"},
    {"responses", Fate::changed, "a request in the provider's own protocol passes as it is, any other is converted"},
    {"strategy", Fate::changed, "see `balance` of a route"},
    {"loadBalancing", Fate::changed, "see `balance` of a route"},
    {"loadBalancer", Fate::changed, "see `balance` of a route"},
    {"health", Fate::changed, "failing targets and keys are put aside by themselves"},
    {"healthCheck", Fate::changed, "failing targets and keys are put aside by themselves"},
    {"healthCheckInterval", Fate::changed, "failing targets and keys are put aside by themselves"},
    {"retryAttempts", Fate::changed, "what failed goes to the next key or target by itself"},
    {"maxRetries", Fate::changed, "what failed goes to the next key or target by itself"},
    {"retryDelay", Fate::changed, "what failed goes to the next key or target by itself"},
    {"defaultTimeout", Fate::changed, "see [upstream.timeouts]"},
    {"timeout", Fate::changed, "see [upstream.timeouts]"},
    {"process", Fate::changed, "a request in the provider's own protocol passes as it is, any other is converted"},
    {"temperature", Fate::unmappable, "sampling is the client's; nothing is added to its requests"},
    {"maxTokens", Fate::mapped, "the client's limit stands"},
    {"maxContext", Fate::mapped, "no request is cut; the provider says what is too long"},
    {"supportsTools", Fate::mapped, "tools pass as they are"},
    {"supportsThinking", Fate::mapped, "thinking passes as it is"},
    {"supportsVision", Fate::mapped, "images pass as they are"},
    {"supportsFunctions", Fate::mapped, "tools pass as they are"},
    {"metadata", Fate::mapped, "every pipeline is ready from the start"},
    {"profiles", Fate::unmappable, "there are no profiles"},
    {"aliases", Fate::mapped, "keys have the names of the vault"},
    {"deepseek", Fate::unmappable, "DeepSeek's web page is no API; use api.deepseek.com with a key"},
    {"logging", Fate::changed, "see [log]"},
    {"logLevel", Fate::changed, "see [log]"},
    {"cors", Fate::changed, "see [server] cors_origins"},
    {"security", Fate::changed, "clients show keys of [server] api_keys"},
    {"rateLimit", Fate::unmappable, "not taken over"},
    {"users", Fate::unmappable, "there are no users; clients show keys of [server] api_keys"},
    {"user", Fate::mapped, "who wrote the file"},
    {"usermanager", Fate::unmappable, "there are no users; clients show keys of [server] api_keys"},
    {"monitoring", Fate::mapped, "/metrics and /health are always there"},
    {"cache", Fate::unmappable, "add a workflow-exact-cache to the routes that want one"},
    {"features", Fate::mapped, "tools and streams are always served"},
    {"settings", Fate::mapped, "see [log] and [upstream.timeouts]"},
    {"passthrough", Fate::mapped, "what needs no conversion passes as it is"},
    {"bodyLimit", Fate::changed, "see [server] max_body_bytes"},
    {"oauthBrowser", Fate::unmappable, "nobody signs in from here"},
    {"virtualrouterMode", Fate::mapped, "both architectures are there; see [mode]"},
    {"modules", Fate::mapped, "a part of the program that has no settings here"},
    {"version", Fate::mapped, "which format it is"},
    {"schemaVersion", Fate::mapped, "which format it is"},
    {"mergedAt", Fate::mapped, "when the file was made"},
    {"_metadata", Fate::mapped, "how the file was made"},
    {"description", Fate::mapped, "words for people"},
    {"environment", Fate::mapped, "there is one kind of environment"},
    {"debug", Fate::changed, "see [log]"},
    {"pipeline_assembler", Fate::mapped, "it says the same once more"},
    {"routeMeta", Fate::mapped, "it says the same once more"},
    {"authMappings", Fate::mapped, "it says the same once more"},
    {"keyVault", Fate::mapped, "it says the same once more"},
    {"keyMappings", Fate::mapped, "it says the same once more"},
    {"compatibilityConfig", Fate::mapped, "it says the same once more"},
    {"moduleType", Fate::mapped, "the name of a part of the program"},
    {"enabled", Fate::mapped, "it is there, so it is on"},
};

bool has_token(std::string_view pointer, std::string_view name) {
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    if (token == name) return true;
    pointer.remove_prefix(token.size());
  }
  return false;
}

const Explanation* explanation_of(std::string_view pointer) {
  for (const Explanation& one : explanations)
    if (has_token(pointer, one.name)) return &one;
  return nullptr;
}

/// Adds what is known of a part, or of what is in it; false, and nothing is added, if nothing is known of either.
bool explain(const json::value& value, const std::string& pointer, std::vector<Note>& notes) {
  if (const Explanation* const known = explanation_of(pointer)) {
    notes.push_back({known->fate, pointer, std::string(known->text)});
    return true;
  }
  std::vector<std::string> unexplained;
  bool any = false;
  const auto descend = [&](const std::string& token, const json::value& part) {
    const std::string inner = pointer + "/" + token;
    if (explain(part, inner, notes))
      any = true;
    else
      unexplained.push_back(inner);
  };
  if (const json::object* const object = value.if_object())
    for (const auto& member : *object) descend(config::pointer_token(member.key()), member.value());
  if (const json::array* const array = value.if_array())
    for (std::size_t i = 0; i < array->size(); ++i) descend(std::to_string(i), (*array)[i]);
  if (any)
    for (const std::string& inner : unexplained) notes.push_back({Fate::unknown, inner, unknown_part});
  return any;
}

}  // namespace

void note_unused(const json::value& document, const Used& used, std::vector<Note>& notes) {
  for (const std::string& pointer : used.rest_of(document)) {
    json::error_code absent;
    const json::value* const part = document.find_pointer(pointer, absent);
    if (part == nullptr || !explain(*part, pointer, notes)) notes.push_back({Fate::unknown, pointer, unknown_part});
  }
}

}  // namespace patchbay::v1
