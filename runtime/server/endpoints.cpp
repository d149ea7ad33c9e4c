#include "server/endpoints.hpp"

namespace patchbay::server {

namespace {

constexpr Endpoint endpoints[] = {
    {"POST", "/v1/chat/completions", Answerer::engine, protocols::openai_chat, Operation::generate},
    {"POST", "/v1/embeddings", Answerer::engine, protocols::openai_chat, Operation::embed},
    {"GET", "/v1/models", Answerer::model_list, protocols::openai_chat},
    {"GET", "/v1/models/", Answerer::model, protocols::openai_chat},
    {"GET", "/health", Answerer::health, protocols::openai_chat, Operation::generate, true},
    {"GET", "/ready", Answerer::ready, protocols::openai_chat, Operation::generate, true},
};

bool is_at(const Endpoint& endpoint, std::string_view path) {
  return endpoint.path.ends_with('/') ? path.size() > endpoint.path.size() && path.starts_with(endpoint.path) : path == endpoint.path;
}

}  // namespace

Lookup find_endpoint(std::string_view method, std::string_view path) {
  Lookup lookup;
  for (const Endpoint& endpoint : endpoints) {
    if (!is_at(endpoint, path)) continue;
    if (method == endpoint.method || (method == "HEAD" && endpoint.method == "GET")) {
      lookup.endpoint = &endpoint;
      return lookup;
    }
    lookup.allowed += (lookup.allowed.empty() ? "" : ", ") + std::string(endpoint.method);
    if (endpoint.method == "GET") lookup.allowed += ", HEAD";
  }
  return lookup;
}

std::string endpoint_list() {
  std::string list;
  for (const Endpoint& endpoint : endpoints) {
    list += (list.empty() ? "" : ", ") + std::string(endpoint.method) + " " + std::string(endpoint.path);
    if (endpoint.path.ends_with('/')) list += "{id}";
  }
  return list;
}

}  // namespace patchbay::server
