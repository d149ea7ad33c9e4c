#include "responses_config.hpp"

#include "config_faults.hpp"

namespace patchbay::openai_responses {

namespace {

bool has_openai_path(std::string_view url) {
  const std::size_t path = url.find('/', url.find("://") + 3);
  return path != std::string_view::npos && url.find("/openai", path) != std::string_view::npos;
}

}  // namespace

std::string_view key_header_of(const Config& config) {
  if (!config.auth_header.empty()) return config.auth_header;
  return config.style == Style::azure ? "api-key" : "Authorization";
}

namespace {

std::string url_of(const Config& config, const std::string& path) {
  if (config.style == Style::openai) return config.base_url + path;
  const bool dated = !config.api_version.empty() && config.api_version.front() >= '0' && config.api_version.front() <= '9';
  return config.base_url + (dated ? "/openai" : "/openai/v1") + path +
         (config.api_version.empty() ? "" : "?api-version=" + config.api_version);
}

}  // namespace

std::string responses_url(const Config& config) { return url_of(config, config.responses_path); }

std::string models_url(const Config& config) { return url_of(config, "/models"); }

Config checked(Config config) {
  const bool azure = config.style == Style::azure;
  provider_kit::ConfigFaults faults;
  faults.check_base_url(config.base_url, "put it into responses_path");
  config.base_url = provider_kit::trimmed_url(std::move(config.base_url));
  if (config.base_url.ends_with("/responses")) faults.add("/base_url", "must end before '/responses', which is responses_path");
  if (azure && has_openai_path(config.base_url))
    faults.add("/base_url", "must be the resource's address alone; the provider adds '/openai' itself");
  faults.check_path("/responses_path", config.responses_path, azure ? "Azure's paths end with api_version" : "");
  faults.check_keys(config.api_keys);
  faults.check_header_value("/organization", config.organization);
  faults.check_header_value("/project", config.project);
  if (!config.auth_header.empty()) faults.check_key_header("/auth_header", config.auth_header);
  faults.check_headers(config.headers, config.api_keys.empty() ? "" : key_header_of(config));
  if (!config.api_version.empty() && !azure) faults.add("/api_version", "is for Azure alone; add style = \"azure\"");
  if (!config.api_version.empty() && azure && !provider_kit::is_path_segment(config.api_version))
    faults.add("/api_version", "must be a version as Azure writes it, for example preview or 2025-04-01-preview");
  faults.raise();
  return config;
}

}  // namespace patchbay::openai_responses
