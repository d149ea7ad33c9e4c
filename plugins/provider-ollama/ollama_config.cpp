#include "ollama_config.hpp"

#include "config_faults.hpp"

namespace patchbay::ollama {

ProviderConfig checked(ProviderConfig config) {
  provider_kit::ConfigFaults faults;
  faults.check_base_url(config.base_url);
  config.base_url = provider_kit::trimmed_url(std::move(config.base_url));
  if (config.base_url.ends_with("/v1"))
    faults.add("/base_url", "must end before '/v1': that is Ollama's OpenAI-compatible API, which is a matter of provider-openai");
  if (config.base_url.ends_with("/api")) faults.add("/base_url", "must end before '/api', which the provider adds itself");
  faults.check_keys(config.api_keys);
  faults.check_headers(config.headers, config.api_keys.empty() ? "" : "Authorization");
  if (!config.keep_alive.is_null() && !config.keep_alive.is_string() && !config.keep_alive.is_number())
    faults.add("/keep_alive", "must be a duration as Ollama writes it, such as \"10m\", or a number of seconds");
  faults.raise();
  return config;
}

}  // namespace patchbay::ollama
