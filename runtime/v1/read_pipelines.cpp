#include <algorithm>

#include "v1/reader.hpp"
#include "v1/references.hpp"
#include "v1/vendors.hpp"

namespace patchbay::v1 {

namespace {

/// What the name of a pipeline says: "glm.glm-4.6__key1", "modelscope.Qwen/Qwen3.key1", "lmstudio.llama".
struct Name {
  std::string provider;
  std::string model;
  std::string key;
};

Name name_of_pipeline(const std::string& id) {
  Name name;
  const std::size_t dot = id.find('.');
  name.provider = id.substr(0, dot);
  if (dot == std::string::npos) return name;
  name.model = id.substr(dot + 1);
  if (const std::size_t bars = name.model.rfind("__"); bars != std::string::npos) {
    name.key = name.model.substr(bars + 2);
    name.model.resize(bars);
  } else if (const std::size_t last = name.model.rfind(".key"); last != std::string::npos) {
    name.key = name.model.substr(last + 1);
    name.model.resize(last);
  }
  return name;
}

Provider& provider_named(Configuration& configuration, const std::string& id, const Node& at) {
  const auto found =
      std::find_if(configuration.providers.begin(), configuration.providers.end(), [&](const Provider& one) { return one.id == id; });
  if (found != configuration.providers.end()) return *found;
  Provider provider;
  provider.id = id;
  provider.pointer = at.pointer();
  return configuration.providers.emplace_back(std::move(provider));
}

Model& model_named(Provider& provider, const std::string& id, const Node& at) {
  const auto found = std::find_if(provider.models.begin(), provider.models.end(), [&](const Model& one) { return one.id == id; });
  if (found != provider.models.end()) return *found;
  return provider.models.emplace_back(Model{.id = id, .pointer = at.pointer()});
}

/// Type and address, from the first pipeline of a provider that says them.
void read_endpoint(const Reading& reading, const Node& outer, const Node& config, Provider& into) {
  std::string type = config["providerType"].text();
  if (const std::string other = outer["type"].text(); type.empty()) type = other;
  for (const Node& place : {outer, config})
    for (const char* const member : {"type", "retryAttempts", "maxRetries"}) place[member].use();
  const std::optional<ProviderType> known = provider_type(type);
  std::string url = config.any({"baseUrl", "baseURL"}).text();
  if (const std::string other = outer.any({"baseUrl", "baseURL"}).text(); url.empty()) url = other;
  if (!into.base_url.empty()) return;
  if (!known) {
    into.obstacle = type.empty() ? "it has no type" : obstacle_of_type(type);
    return;
  }
  into.wire = known->wire;
  into.bearer = known->wire != Wire::messages;
  if (into.compatibility.empty()) into.compatibility = std::string(known->compatibility);
  if (url.empty()) {
    url = std::string(known->base_url);
    if (url.empty())
      into.obstacle = "it has no baseURL";
    else
      reading.note(Fate::defaulted, outer, "no baseURL: it is at " + url);
  }
  into.base_url = reference_or_literal(trimmed_base_url(url, into.wire));
  const std::size_t scheme = into.base_url.find("://");
  if (!known->api_path.empty() && scheme != std::string::npos && into.base_url.find('/', scheme + 3) == std::string::npos)
    into.base_url += known->api_path;
  into.timeout_ms = config["timeout"].count().value_or(into.timeout_ms);
}

void read_compatibility_of(const Node& part, Model& into) {
  if (!part) return;
  const Node config = part["config"];
  std::string name = compatibility_name(part["type"].text());
  if (const std::string inner = config["moduleType"].text(); name.empty()) name = compatibility_name(inner);
  if (!into.compatibility) into.compatibility = name;
  for (const Node& place : {config, config["moduleConfig"]})
    if (const Node thinking = place["thinking"]) {
      thinking.use();
      if (!into.thinking) into.thinking = !thinking.is_object() || thinking["enabled"].flag(true);
    }
}

}  // namespace

void read_pipelines(const Reading& reading, const Node& pipelines, const Node& meta) {
  pipelines.elements([&](const Node& pipeline) {
    const std::string id = pipeline["id"].text();
    if (id.empty() || !pipeline["enabled"].flag(true)) return;
    const Node known = meta[id];
    Name name = name_of_pipeline(id);
    if (const std::string provider = known["providerId"].text(); !provider.empty()) name.provider = provider;
    if (const std::string model = known["modelId"].text(); !model.empty()) name.model = model;
    if (const std::string key = known["keyId"].text(); !key.empty()) name.key = key;
    const Node modules = pipeline["modules"];
    const Node config = modules["provider"]["config"];
    for (const std::string& model : {pipeline["model"]["actualModelId"].text(), config["model"].text()})
      if (!model.empty()) name.model = model;
    for (const char* const member : {"settings", "authRef"}) pipeline[member].use();

    Provider& provider = provider_named(reading.into, name.provider, pipeline);
    const bool described = !provider.base_url.empty() || !provider.obstacle.empty();
    const Node outer = pipeline["provider"];
    if (!described) {
      read_endpoint(reading, outer.any({"baseUrl", "baseURL", "type"}) ? outer : modules["provider"], config, provider);
      if (outer["auth"] || outer["apiKey"]) read_keys(reading, outer, Node(), provider);
    } else {
      for (const Node& place : {outer, config, modules["provider"]})
        for (const char* const member : {"type", "providerType", "baseUrl", "baseURL", "timeout", "model"}) place[member].use();
    }
    if (const Node key = config["auth"]["apiKey"]; key.is_text() && key.text() != "")
      add_key(provider, read_key(reading, key, name.key.empty() ? "key1" : name.key, provider));
    config["auth"].use();
    if (provider.keys.empty()) provider.keys.push_back({name.key.empty() ? "key1" : name.key, "", "", pipeline.pointer(), ""});
    read_compatibility_of(modules["compatibility"], model_named(provider, name.model, pipeline));
    outer["models"].members([&](const std::string& other, const Node& model) {
      Model& made = model_named(provider, other, model);
      made.max_tokens = model["maxTokens"].count().value_or(0);
      if (const Node streams = model["supportsStreaming"]) made.streams = streams.flag(true);
    });
    outer["compatibility"]["modelMapping"].members([&](const std::string& alias, const Node& model) {
      reading.into.names[alias] = {.provider = name.provider, .model = model.text(), .alias = "", .pointer = model.pointer()};
    });
  });
}

void read_merged_pipelines(const Reading& reading, const Node& pipelines, const Node& files) {
  pipelines.members([&](const std::string& id, const Node& pipeline) {
    const Node key = pipeline["keyConfig"];
    Name name = name_of_pipeline(id);
    if (const std::string alias = key["keyId"].text(); !alias.empty()) {
      name.key = alias;
      if (id.ends_with("." + alias)) name.model = id.substr(name.provider.size() + 1, id.size() - name.provider.size() - alias.size() - 2);
    }
    Provider& provider = provider_named(reading.into, name.provider, pipeline);
    Model& model = model_named(provider, name.model, pipeline);
    model.max_context = pipeline["model"]["maxContext"].count().value_or(0);
    model.max_tokens = pipeline["model"]["maxTokens"].count().value_or(0);
    pipeline["protocols"].use();
    read_endpoint(reading, pipeline["provider"], pipeline["provider"], provider);
    read_compatibility_of(pipeline["compatibility"], model);

    const Node actual = key["actualKey"];
    const Node own = pipeline["provider"]["auth"]["apiKey"];
    (void)own.text();
    pipeline["provider"]["auth"].use();
    const bool in_file = key["keyType"].text() == "authFile";
    const std::string file = files[actual.text()].text();
    if (!in_file || own.is_text()) {
      add_key(provider, read_key(reading, own.is_text() && in_file ? own : actual, name.key, provider));
    } else {
      add_key(provider, read_token_file(reading, actual, name.key, file.empty() ? actual.text() : file, provider));
    }
  });
}

}  // namespace patchbay::v1
