#include "v1/configuration.hpp"

#include <algorithm>
#include <cstdlib>

#include "v1/references.hpp"

namespace patchbay::v1 {

std::string_view name_of(Fate fate) {
  switch (fate) {
    case Fate::mapped: return "mapped";
    case Fate::defaulted: return "defaulted";
    case Fate::changed: return "changed";
    case Fate::unmappable: return "not mappable";
    case Fate::unknown: return "unknown";
  }
  return "unknown";
}

const Model* Provider::find_model(std::string_view wanted) const {
  const auto found = std::find_if(models.begin(), models.end(), [&](const Model& model) { return model.id == wanted; });
  return found != models.end() ? &*found : nullptr;
}

const Key* Provider::find_key(std::string_view alias) const {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.alias == alias; });
  return found != keys.end() ? &*found : nullptr;
}

std::string Provider::obstacle_to(std::string_view alias) const {
  if (!obstacle.empty()) return obstacle;
  std::string reasons;
  for (const Key& key : keys) {
    if (!alias.empty() && key.alias != alias) continue;
    if (key.obstacle.empty()) return {};
    reasons += (reasons.empty() ? "" : "; ") + std::string("key ") + key.alias + ": " + key.obstacle;
  }
  return reasons.empty() ? "it has no key '" + std::string(alias) + "'" : reasons;
}

const Provider* Configuration::find_provider(std::string_view wanted) const {
  const auto found = std::find_if(providers.begin(), providers.end(), [&](const Provider& provider) { return provider.id == wanted; });
  return found != providers.end() ? &*found : nullptr;
}

void check_environment(Configuration& configuration) {
  for (Provider& provider : configuration.providers)
    for (Key& key : provider.keys) {
      const std::string variable = variable_of(key.reference);
      if (variable.empty() || key.reference.find(':') != std::string::npos) continue;  // it has a default
      if (configuration.secrets.find(variable) != configuration.secrets.end() || std::getenv(variable.c_str()) != nullptr) continue;
      if (!key.obstacle.empty()) continue;
      key.obstacle = key.sign_in.empty() ? "the environment variable " + variable + " is not set"
                                         : key.sign_in + "; put a token or an API key into the environment variable " + variable;
    }
}

std::string why_nothing_serves(const Configuration& configuration) {
  for (const auto& [category, pools] : configuration.pools)
    for (const Pool& pool : pools)
      for (const Target& target : pool.targets)
        if (const Provider* const provider = configuration.find_provider(target.provider); provider->obstacle_to(target.alias).empty())
          return {};
  std::string reasons;
  for (const Provider& provider : configuration.providers) {
    const std::string obstacle = provider.obstacle_to("");
    reasons += (reasons.empty() ? "" : "; ") + provider.id + ": " + (obstacle.empty() ? "no pool has it" : obstacle);
  }
  return "no pipeline can serve. " + reasons;
}

}  // namespace patchbay::v1
