#include "server/endpoints.hpp"

#include <charconv>
#include <optional>

namespace patchbay::server {

namespace {

using namespace protocols;

constexpr Endpoint endpoints[] = {
    {"POST", "/v1/chat/completions", Answerer::engine, openai_chat},
    {"POST", "/v1/completions", Answerer::engine, openai_completions},
    {"POST", "/v1/embeddings", Answerer::engine, openai_chat, Operation::embed},
    {"POST", "/v1/responses", Answerer::engine, openai_responses},
    {"GET", "/v1/responses/*/input_items", Answerer::stored_input, openai_responses},
    {"GET", "/v1/responses/*", Answerer::stored_response, openai_responses},
    {"DELETE", "/v1/responses/*", Answerer::delete_response, openai_responses},
    {"POST", "/v1/messages", Answerer::engine, anthropic_messages},
    {"POST", "/v1/messages/count_tokens", Answerer::engine, anthropic_messages, Operation::count_tokens, Streaming::no},
    {"POST", "/v1beta/models/*:generateContent", Answerer::engine, gemini, Operation::generate, Streaming::no},
    {"POST", "/v1beta/models/*:streamGenerateContent", Answerer::engine, gemini, Operation::generate, Streaming::yes},
    {"POST", "/v1beta/models/*:countTokens", Answerer::engine, gemini, Operation::count_tokens, Streaming::no},
    {"POST", "/v1/models/*:generateContent", Answerer::engine, gemini, Operation::generate, Streaming::no},
    {"POST", "/v1/models/*:streamGenerateContent", Answerer::engine, gemini, Operation::generate, Streaming::yes},
    {"POST", "/v1/models/*:countTokens", Answerer::engine, gemini, Operation::count_tokens, Streaming::no},
    {"GET", "/v1/models", Answerer::model_list, openai_chat},
    {"GET", "/v1/models/*", Answerer::model, openai_chat},
    {"GET", "/v1beta/models", Answerer::model_list, gemini},
    {"GET", "/v1beta/models/*", Answerer::model, gemini},
    {"GET", "/health", Answerer::health, openai_chat, Operation::generate, Streaming::no, true},
    {"GET", "/ready", Answerer::ready, openai_chat, Operation::generate, Streaming::no, true},
    {"GET", "/metrics", Answerer::metrics, openai_chat, Operation::generate, Streaming::no, true},
};

/// A '%' without two digits after it stays.
std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] == '%' && i + 2 < text.size() && std::from_chars(&text[i + 1], &text[i + 1] + 2, byte, 16).ptr == &text[i + 1] + 2) {
      decoded += static_cast<char>(byte);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

}  // namespace

std::optional<std::string> match_path(std::string_view pattern, std::string_view path) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return path == pattern ? std::optional<std::string>(std::in_place) : std::nullopt;
  const std::string_view after = pattern.substr(star + 1);
  if (path.size() < pattern.size() || !path.starts_with(pattern.substr(0, star)) || !path.ends_with(after)) return std::nullopt;
  return percent_decoded(path.substr(star, path.size() - star - after.size()));
}

Lookup find_endpoint(std::string_view method, std::string_view path) {
  Lookup lookup;
  for (const Endpoint& endpoint : endpoints) {
    std::optional<std::string> name = match_path(endpoint.path, path);
    if (!name) continue;
    if (method == endpoint.method || (method == "HEAD" && endpoint.method == "GET")) {
      lookup.endpoint = &endpoint;
      lookup.name = std::move(*name);
      return lookup;
    }
    if (lookup.allowed.find(endpoint.method) != std::string::npos) continue;
    lookup.allowed += (lookup.allowed.empty() ? "" : ", ") + std::string(endpoint.method);
    if (endpoint.method == "GET") lookup.allowed += ", HEAD";
  }
  return lookup;
}

std::string_view protocol_of_path(std::string_view path) {
  if (path.starts_with("/v1beta/")) return gemini;
  return path.starts_with("/v1/messages") ? anthropic_messages : openai_chat;
}

std::string endpoint_list(bool with_metrics) {
  std::string list;
  for (const Endpoint& endpoint : endpoints) {
    if (endpoint.answerer == Answerer::metrics && !with_metrics) continue;
    std::string path(endpoint.path);
    if (const std::size_t star = path.find('*'); star != std::string::npos) path.replace(star, 1, "{name}");
    list += (list.empty() ? "" : ", ") + std::string(endpoint.method) + " " + path;
  }
  return list;
}

std::string query_field(std::string_view target, std::string_view name) {
  std::size_t at = target.find('?');
  while (at != std::string_view::npos) {
    const std::string_view field = target.substr(at + 1, target.find('&', at + 1) - at - 1);
    if (field.size() > name.size() && field.starts_with(name) && field[name.size()] == '=')
      return percent_decoded(field.substr(name.size() + 1));
    at = target.find('&', at + 1);
  }
  return {};
}

}  // namespace patchbay::server
