#include "openai_config.hpp"

#include "config_faults.hpp"

namespace patchbay::openai {

std::string_view auth_header_of(const Config& config) {
  if (!config.auth_header.empty()) return config.auth_header;
  return config.style == Style::azure ? "api-key" : "Authorization";
}

bool asks_usage(const Config& config) {
  const auto is_of = [&config](std::string_view domain) { return config.base_url.find(domain) != std::string::npos; };
  if (!config.ask_usage || is_of(".mistral.ai/") || is_of(".databricks.com/") || is_of(".azuredatabricks.net/")) return false;
  return config.style != Style::azure || std::string_view(config.api_version) >= "2024-09";
}

std::vector<config::Fault> faults_of(const Config& config) {
  const std::string_view path_query = config.style == Style::azure ? "Azure's paths end with api_version" : "";
  provider_kit::ConfigFaults faults;
  faults.check_base_url(config.base_url, "put it into chat_path and embeddings_path");
  faults.check_path("/chat_path", config.chat_path, path_query);
  faults.check_path("/embeddings_path", config.embeddings_path, path_query);
  faults.check_keys(config.api_keys);
  faults.check_header_value("/organization", config.organization);
  faults.check_header_value("/project", config.project);
  if (!config.auth_header.empty()) faults.check_key_header("/auth_header", config.auth_header);
  faults.check_headers(config.headers, config.api_keys.empty() ? "" : auth_header_of(config));
  if (config.style == Style::azure) {
    if (!config.model.empty() && !provider_kit::is_path_segment(config.model))
      faults.add("/model", "must be usable as a part of Azure's paths: letters, digits, '.', '-', '_', '~'");
    if (!provider_kit::is_path_segment(config.api_version))
      faults.add("/api_version", "must be a version as Azure writes it, for example 2024-10-21");
  }
  return faults.take();
}

}  // namespace patchbay::openai
