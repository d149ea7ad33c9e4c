#include <algorithm>

#include "v1/reader.hpp"
#include "v1/references.hpp"
#include "v1/vendors.hpp"

namespace patchbay::v1 {

namespace {

/// The first of the words for what a provider is that means something: what it speaks comes before what it is called.
std::optional<ProviderType> type_of(const Node& node, Provider& into) {
  const std::string type = node["type"].text();
  const std::string other = node["providerType"].text();
  for (const char* const member : {"baseURL", "baseUrl"}) node[member].use();  // some files have both
  for (const char* const member : {"protocol", "outboundProfile"})
    if (const std::string word = node[member].text(); !word.empty())
      if (const std::optional<ProviderType> found = provider_type(word)) return found;
  std::optional<ProviderType> found = provider_type(type);
  if (!found && type.empty()) found = provider_type(other);
  if (!found) into.obstacle = type.empty() && other.empty() ? "it has no type" : obstacle_of_type(type.empty() ? other : type);
  return found;
}

bool has_path(std::string_view url) {
  const std::size_t scheme = url.find("://");
  return scheme != std::string_view::npos && url.find('/', scheme + 3) != std::string_view::npos;
}

void read_base_url(const Reading& reading, const Node& node, const ProviderType& type, Provider& into) {
  const Node url = node.any({"baseURL", "baseUrl", "baseurl", "base_url", "endpoint", "targetUrl"});
  const std::string text = url.text();
  if (text.empty()) {
    into.base_url = std::string(type.base_url);
    if (into.base_url.empty())
      into.obstacle = "it has no baseURL";
    else
      reading.note(Fate::defaulted, node, "no baseURL: it is at " + into.base_url);
    return;
  }
  const std::optional<std::string> reference = environment_reference(text);
  into.base_url = reference ? *reference : literal(trimmed_base_url(text, into.wire));
  if (reference) return;
  if (!text.starts_with("http://") && !text.starts_with("https://"))
    into.obstacle = "its baseURL '" + text + "' is no http:// or https:// URL";
  if (!type.api_path.empty() && !has_path(into.base_url)) {
    into.base_url += type.api_path;
    reading.note(Fate::mapped, url, "V1 added the API's path by itself: " + into.base_url);
  }
}

std::optional<bool> thinking_of(const Node& config) {
  for (const Node& place : {config, config["moduleConfig"]}) {
    const Node thinking = place["thinking"];
    if (!thinking) continue;
    thinking.use();
    return !thinking.is_object() || thinking["enabled"].flag(true);
  }
  return std::nullopt;
}

void read_compatibility(const Reading& reading, const Node& compatibility, Model& into) {
  if (!compatibility) return;
  if (compatibility.is_text()) {
    into.compatibility = compatibility_name(compatibility.text());
    return;
  }
  if (!compatibility["enabled"].flag(true)) {
    into.compatibility = "";
    return;
  }
  const Node config = compatibility["config"];
  std::string word = compatibility["type"].text();
  if (const std::string inner = config["moduleType"].text(); compatibility_name(word).empty() && !inner.empty()) word = inner;
  if (!word.empty()) into.compatibility = compatibility_name(word);
  if (const std::optional<bool> thinking = thinking_of(config)) into.thinking = thinking;
  for (const Node& place : {config, config["moduleConfig"]})
    for (const char* const member : {"policy", "sanitization"})
      if (const Node part = place[member]) {
        part.use();
        reading.note(Fate::changed, part, "what the vendor refuses is always mended; it cannot be switched");
      }
  for (const char* const member : {"toolsEnabled", "streamingEnabled", "providerType"}) config[member].use();
  for (const char* const member : {"customRules", "files"})
    if (const Node rules = config[member]; rules && !rules.is_empty()) {
      rules.use();
      reading.note(Fate::unmappable, rules, "write them as rules of compatibility-field-mapping (patchbay plugin inspect shows how)");
    }
}

void read_model(const Reading& reading, const Node& node, const std::string& id, Provider& into) {
  Model model;
  model.id = id;
  model.pointer = node.pointer();
  if (!node["enabled"].flag(true)) return;
  model.max_context = node.any({"maxContext", "maxContextTokens"}).count().value_or(0);
  node["maxContextTokens"].use();
  model.max_tokens = node["maxTokens"].count().value_or(0);
  if (const Node streams = node["supportsStreaming"]) model.streams = streams.flag(true);
  read_compatibility(reading, node["compatibility"], model);
  if (const Node profile = node["compatibilityProfile"]; profile.is_text()) model.compatibility = compatibility_name(profile.text());
  if (into.find_model(id) == nullptr) into.models.push_back(std::move(model));
}

void read_models(const Reading& reading, const Node& models, Provider& into) {
  if (models.is_text()) {
    const std::string id = models.text();
    read_model(reading, models, id, into);
  }
  models.members([&](const std::string& id, const Node& model) { read_model(reading, model, id, into); });
  models.elements([&](const Node& model) {
    const std::string id = model.is_text() ? model.text() : model.any({"id", "name"}).text();
    if (!id.empty()) read_model(reading, model, id, into);
  });
}

void read_provider(const Reading& reading, const Node& node, const std::string& id, const Node& vault) {
  Provider provider;
  provider.id = id;
  provider.pointer = node.pointer();
  for (const char* const member : {"id", "providerKey", "providerFamily", "displayName", "description"}) (void)node[member].text();
  if (!node["enabled"].flag(true)) {
    node.use();
    return reading.note(Fate::mapped, node, "it is disabled, and left out");
  }
  const std::optional<ProviderType> type = type_of(node, provider);
  if (type) {
    provider.wire = type->wire;
    provider.bearer = type->wire != Wire::messages;
    provider.compatibility = std::string(type->compatibility);
    read_base_url(reading, node, *type, provider);
  }
  read_keys(reading, node, vault, provider);
  read_models(reading, node["models"], provider);
  if (const std::string model = node["defaultModel"].text(); !model.empty() && provider.find_model(model) == nullptr)
    provider.models.insert(provider.models.begin(), Model{.id = model, .pointer = node["defaultModel"].pointer()});
  if (const Node profile = node.any({"compatibilityProfile", "compatibility"}); profile.is_text())
    provider.compatibility = compatibility_name(profile.text());
  else if (node["compatibility"].is_object()) {
    Model shared;
    read_compatibility(reading, node["compatibility"], shared);
    if (shared.compatibility) provider.compatibility = *shared.compatibility;
    for (Model& model : provider.models)
      if (!model.thinking) model.thinking = shared.thinking;
  }
  node["headers"].members([&](const std::string& name, const Node& value) { provider.headers[name] = reference_or_literal(value.text()); });
  provider.timeout_ms = node["timeout"].count().value_or(0);
  for (const Node& place : {node["responses"], node["config"]["responses"]})
    if (const std::string word = place["streaming"].text(); !word.empty()) provider.streaming = word;
  if (const std::optional<std::uint64_t> context = node["maxContextTokens"].count())
    for (Model& model : provider.models)
      if (model.max_context == 0) model.max_context = *context;
  reading.into.providers.push_back(std::move(provider));
}

}  // namespace

void read_providers(const Reading& reading, const Node& providers, const Node& vault) {
  providers.members([&](const std::string& id, const Node& provider) {
    if (provider.is_object() && reading.into.find_provider(id) == nullptr) read_provider(reading, provider, id, vault[id]);
  });
}

namespace {

/// The provider and the model that the name of a pipeline starts with.
std::pair<Provider*, Model*> owner_of(Configuration& configuration, const std::string& name) {
  for (Provider& provider : configuration.providers)
    for (Model& model : provider.models) {
      const std::string whole = provider.id + "." + model.id;
      if (name == whole || name.starts_with(whole + ".") || name.starts_with(whole + "__")) return {&provider, &model};
    }
  return {nullptr, nullptr};
}

void read_override(const Reading& reading, const Node& part, Provider& provider, Model& model) {
  read_compatibility(reading, part["compatibility"], model);
  const Node other = part["provider"];
  if (const std::string url = other.any({"baseUrl", "baseURL"}).text(); !url.empty()) {
    const std::optional<ProviderType> type = provider_type(other["type"].text());
    model.base_url = reference_or_literal(trimmed_base_url(url, provider.wire));
    if (type && !type->api_path.empty() && !has_path(model.base_url)) model.base_url += type->api_path;
  }
  (void)other["type"].text();
  if (const Node key = other["auth"]["apiKey"]; key.is_text()) {
    const Key own = read_key(reading, key, "key1", provider);
    other["auth"].use();
    if (!own.reference.empty() &&
        std::none_of(provider.keys.begin(), provider.keys.end(), [&](const Key& one) { return one.reference == own.reference; }))
      reading.note(Fate::unmappable, key, "a key for one model of a provider; the provider's keys are used");
  }
}

}  // namespace

void read_overrides(const Reading& reading, const Node& overrides) {
  overrides.members([&](const std::string& name, const Node& part) {
    if (name == "endpoint-based") {
      part.members([&](const std::string& inner, const Node& endpoint) {
        const auto [provider, model] = owner_of(reading.into, inner);
        if (model != nullptr) return read_override(reading, endpoint, *provider, *model);
        endpoint.use();
        reading.note(Fate::changed, endpoint,
                     "every endpoint converts by itself what the provider does not speak; thoughts are kept where the protocol has them");
      });
      return;
    }
    const auto [provider, model] = owner_of(reading.into, name);
    if (model != nullptr) return read_override(reading, part, *provider, *model);
    part.use();
    reading.note(Fate::unmappable, part, "'" + name + "' names no pipeline");
  });
}

}  // namespace patchbay::v1
