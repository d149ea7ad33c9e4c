#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "patchbay/config.hpp"

namespace patchbay::ollama {

/// The protocol of Ollama's own API.
inline constexpr std::string_view protocol = "ollama-chat";

/// How the strength of thinking is put to Ollama.
enum class Think { levels, on_off };
BOOST_DESCRIBE_ENUM(Think, levels, on_off)

struct ProviderConfig {
  std::string base_url = "http://127.0.0.1:11434";
  std::vector<std::string> api_keys;
  std::map<std::string, std::string> headers;
  std::string model;
  std::vector<std::string> models;
  std::optional<unsigned> num_ctx;
  boost::json::value keep_alive;
  Think think = Think::levels;

  static constexpr config::Doc docs[] = {
      {.field = "base_url", .text = "Where Ollama is, up to but without `/api`."},
      {.field = "api_keys",
       .text = "Keys, used in turn, sent as `Authorization: Bearer KEY`; none for an Ollama of one's own.",
       .secret = true},
      {.field = "headers", .text = "More headers for every call."},
      {.field = "model", .text = "Replaces the model that the client named."},
      {.field = "models", .text = "What `GET /v1/models` lists for this provider."},
      {.field = "num_ctx",
       .text = "Size of the context window in tokens, for requests that do not say it; Ollama's own default is small.",
       .minimum = 1},
      {.field = "keep_alive", .text = "How long the model stays loaded after a request, as Ollama writes it: \"10m\", -1 for ever."},
      {.field = "think", .text = "`levels` passes a strength of thinking as it is; `on-off` for models that can only think or not."},
  };
};
BOOST_DESCRIBE_STRUCT(ProviderConfig, (), (base_url, api_keys, headers, model, models, num_ctx, keep_alive, think))

/// Throws config::Error for what the schema cannot say. The base URL comes back without slashes at its end. [init]
[[nodiscard]] ProviderConfig checked(ProviderConfig config);

}  // namespace patchbay::ollama
