#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "patchbay/config.hpp"

namespace patchbay::openai {

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
  std::string api_version = "2024-10-21";
  std::string chat_path = "/chat/completions";
  std::string embeddings_path = "/embeddings";
  std::string auth_header;
  bool require_done = false;
  bool ask_usage = true;

  static constexpr config::Doc docs[] = {
      {.field = "base_url", .text = "Where the API is, up to but without the paths below."},
      {.field = "api_keys", .text = "Keys, used in turn; none for an API that needs none.", .secret = true},
      {.field = "organization", .text = "Sent as `OpenAI-Organization`."},
      {.field = "project", .text = "Sent as `OpenAI-Project`."},
      {.field = "headers", .text = "More headers for every call."},
      {.field = "model", .text = "Replaces the model that the client named."},
      {.field = "models", .text = "What `GET /v1/models` lists for this provider."},
      {.field = "style", .text = "`azure` takes Azure's deployment paths and its `api-key` header."},
      {.field = "api_version", .text = "The `api-version` of Azure's paths."},
      {.field = "chat_path", .text = "Path of chat completions."},
      {.field = "embeddings_path", .text = "Path of embeddings."},
      {.field = "auth_header", .text = "Header that carries the key as it is; empty: `Authorization: Bearer KEY`, or `api-key` for Azure."},
      {.field = "require_done", .text = "Takes a stream without `[DONE]` for cut off even after a finish reason."},
      {.field = "ask_usage", .text = "Asks every stream for its usage; `false` for an API that refuses `stream_options`."},
  };
};
BOOST_DESCRIBE_STRUCT(Config, (),
                      (base_url, api_keys, organization, project, headers, model, models, style, api_version, chat_path, embeddings_path,
                       auth_header, require_done, ask_usage))

/// What the schema cannot say: URLs, paths, keys and headers that could not go into an HTTP request. [init]
[[nodiscard]] std::vector<config::Fault> faults_of(const Config& config);

/// Whether streams are asked for their usage: Azure's API versions before 2024-09-01-preview do not know `stream_options`, and the APIs of
/// Mistral (which tells it unasked) and Databricks have refused it. [init]
[[nodiscard]] bool asks_usage(const Config& config);

/// The header that carries the key. [init]
[[nodiscard]] std::string_view auth_header_of(const Config& config);

}  // namespace patchbay::openai
