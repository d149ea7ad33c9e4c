#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "patchbay/config.hpp"

namespace patchbay::openai_responses {

/// How paths and keys are written.
enum class Style { openai, azure };
BOOST_DESCRIBE_ENUM(Style, openai, azure)

struct Config {
  std::string base_url = "https://api.openai.com/v1";
  std::vector<std::string> api_keys;
  std::string organization;
  std::string project;
  std::map<std::string, std::string> headers;
  std::string model;
  std::vector<std::string> models;
  Style style = Style::openai;
  std::string api_version;
  std::string responses_path = "/responses";
  std::string auth_header;

  static constexpr config::Doc docs[] = {
      {.field = "base_url", .text = "Where the API is, up to but without the path below; for Azure the resource's address alone."},
      {.field = "api_keys", .text = "Keys, used in turn; none for an API that needs none.", .secret = true},
      {.field = "organization", .text = "Sent as `OpenAI-Organization`."},
      {.field = "project", .text = "Sent as `OpenAI-Project`."},
      {.field = "headers", .text = "More headers for every call."},
      {.field = "model", .text = "Replaces the model that the client named."},
      {.field = "models", .text = "What `GET /v1/models` lists for this provider."},
      {.field = "style", .text = "`azure` takes Azure's paths and its `api-key` header; the model names the deployment."},
      {.field = "api_version", .text = "The `api-version` of Azure's paths; empty: none, as Azure's v1 API wants it."},
      {.field = "responses_path", .text = "Path of responses."},
      {.field = "auth_header", .text = "Header that carries the key as it is; empty: `Authorization: Bearer KEY`, or `api-key` for Azure."},
  };
};
BOOST_DESCRIBE_STRUCT(Config, (),
                      (base_url, api_keys, organization, project, headers, model, models, style, api_version, responses_path, auth_header))

/// Throws config::Error for what the schema cannot say. The base URL comes back without slashes at its end. [init]
[[nodiscard]] Config checked(Config config);

/// The header that carries the key. [init]
[[nodiscard]] std::string_view key_header_of(const Config& config);

/// Where responses are made. Azure has them below `/openai/v1`, and with a dated `api_version` below `/openai`. [init]
[[nodiscard]] std::string responses_url(const Config& config);

/// Where the API lists its models.
[[nodiscard]] std::string models_url(const Config& config);

}  // namespace patchbay::openai_responses
