#include <algorithm>
#include <cmath>

#include "v1/reader.hpp"

namespace patchbay::v1 {

namespace {

/// "webSearch", "web_search" and "websearch" are one.
std::string category_name(std::string_view word) {
  std::string name;
  for (const char c : word)
    if (c != '_' && c != '-') name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const char* const known : config::categories)
    if (name == known) return name;
  if (name == "multimodal") return name;
  return std::string(word);
}

std::string balance_of(std::string word) {
  std::replace(word.begin(), word.end(), '_', '-');
  return word == "priority" || word == "weighted" || word == "sticky" || word == "least-busy" || word == "latency" ? word : "round-robin";
}

/// "glm.glm-4.6", or `{ providerId, modelId, keyId }`.
void read_target(const Reading& reading, const Node& node, Pool& into) {
  std::string text = node.text();
  if (node.is_object()) {
    const std::string provider = node.any({"providerId", "provider"}).text();
    const std::string model = node.any({"modelId", "model"}).text();
    const std::string key = node.any({"keyId", "key"}).text();
    for (const char* const member : {"actualKey", "inputProtocol", "outputProtocol"}) node[member].use();
    text = provider + (model.empty() ? "" : "." + model) + (key.empty() || model.empty() ? "" : "." + key);
    if (const std::string id = node["pipelineId"].text(); provider.empty()) text = id;
  }
  if (text.empty()) return;
  if (std::optional<Target> target = resolve_target(reading, text, node)) into.targets.push_back(std::move(*target));
}

void read_weights(const Reading& reading, const Node& weights, Pool& into) {
  weights.members([&](const std::string& name, const Node& weight) {
    weight.use();
    if (!weight.value().is_number()) return;
    const double share = weight.value().to_number<double>();
    const std::optional<Target> named = resolve_target(reading, name, weight);
    for (Target& target : into.targets)
      if (named && target.provider == named->provider && target.model == named->model)
        target.weight = static_cast<std::uint32_t>(std::clamp(std::round(share < 1 ? share * 100 : share), 0.0, 1000.0));
    into.balance = "weighted";
  });
}

/// `{ id, priority, mode, backup, targets, loadBalancing }`
void read_pool(const Reading& reading, const Node& node, const std::string& id, std::vector<Pool>& into) {
  Pool pool;
  pool.id = node["id"].text();
  if (pool.id.empty()) pool.id = id;
  pool.pointer = node.pointer();
  if (const Node priority = node["priority"]; priority && priority.value().is_number()) {
    priority.use();
    pool.priority = static_cast<std::int64_t>(priority.value().to_number<double>());
  }
  pool.backup = node["backup"].flag(false);
  std::string mode = node["mode"].text();
  if (const std::string strategy = node["loadBalancing"]["strategy"].text(); mode.empty()) mode = strategy;
  pool.balance = balance_of(mode);
  if (const Node force = node["force"]; force && force.flag(false))
    reading.note(Fate::unmappable, force, "a pool is never forced on a request of another category");
  node["targets"].elements([&](const Node& target) { read_target(reading, target, pool); });
  read_weights(reading, node["loadBalancing"]["weights"], pool);
  const Node models = node["models"];
  node["targetProviders"].elements([&](const Node& provider) {
    const std::string name = provider.text();
    models.elements([&](const Node& model) {
      if (std::optional<Target> target = resolve_target(reading, name + "." + model.text(), provider))
        pool.targets.push_back(std::move(*target));
    });
  });
  (void)node["description"].text();
  if (!pool.targets.empty()) into.push_back(std::move(pool));
}

bool is_pool(const Node& node) { return node.is_object() && (node["targets"] || node["targetProviders"]); }

void read_category(const Reading& reading, const std::string& category, const Node& node) {
  std::vector<Pool> pools;
  Pool plain{.id = category, .targets = {}, .pointer = node.pointer()};
  if (is_pool(node)) read_pool(reading, node, category, pools);
  if (node.is_text()) read_target(reading, node, plain);
  std::size_t number = 0;
  node.elements([&](const Node& element) {
    if (is_pool(element))
      read_pool(reading, element, category + "-" + std::to_string(++number), pools);
    else
      read_target(reading, element, plain);
  });
  if (!plain.targets.empty()) pools.push_back(std::move(plain));
  if (pools.empty()) return;
  std::stable_sort(pools.begin(), pools.end(),
                   [](const Pool& a, const Pool& b) { return a.backup != b.backup ? b.backup : a.priority > b.priority; });
  std::vector<Pool>& place = reading.into.pools[category];
  if (place.empty()) place = std::move(pools);
}

/// `routing.models`: what clients call a model → what the default provider calls it.
void read_model_names(const Reading& reading, const Node& models, const std::string& provider) {
  models.members([&](const std::string& name, const Node& model) {
    const std::string id = model.text();
    if (!id.empty()) reading.into.names[name] = {.provider = provider, .model = id, .alias = "", .pointer = model.pointer()};
  });
}

}  // namespace

void read_routing(const Reading& reading, const Node& routing) {
  std::string first;
  routing.members([&](const std::string& name, const Node& node) {
    if (name == "models" && node.is_object()) return;
    if (name == "dynamicRouting" || name == "categories" || name == "routingCategories" || name == "pools")
      return read_routing(reading, node);
    if (!node.is_text() && !node.is_array() && !is_pool(node)) return;
    if (node.is_text() && name != "default" && name != "defaultProvider") return;  // strategy, description…
    read_category(reading, name == "defaultProvider" ? "default" : category_name(name), node);
  });
  const auto standard = reading.into.pools.find("default");
  if (standard == reading.into.pools.end()) return;
  read_model_names(reading, routing["models"], standard->second.front().targets.front().provider);
}

}  // namespace patchbay::v1
