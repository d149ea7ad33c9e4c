#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "config/settings.hpp"
#include "fake_modules.hpp"

namespace patchbay::pipeline::testing {

/// A provider of openai-chat whose every behaviour a test may change.
struct FakeProvider : Provider {
  std::string_view protocol() const override { return spoken; }
  bool serves(Operation operation) const override { return operation != Operation::count_tokens; }
  std::span<const Credential> credentials() const override { return keys; }
  std::span<const std::string> models() const override { return offered; }
  Exchange describe(Request& request, const Credential& credential) const override {
    if (local) return *local;
    HttpCall call;
    call.url = "http://" + host + "/v1/chat/completions";
    call.headers.add("authorization", "Bearer " + credential.secret);
    call.body = request.body.take_text();
    return call;
  }
  Error explain(int status, const Headers& headers, std::string_view body) const override {
    Error error;
    switch (status) {
      case 400: error.kind = ErrorKind::invalid_request; break;
      case 401: error.kind = ErrorKind::authentication; break;
      case 403: error.kind = ErrorKind::permission; break;
      case 429: error.kind = ErrorKind::rate_limited; break;
      default: error.kind = ErrorKind::upstream;
    }
    if (const auto seconds = headers.find("retry-after")) error.retry_after = std::chrono::seconds(std::stoi(std::string(*seconds)));
    error.message = "provider says: " + std::string(body);
    return error;
  }
  EventRole role(std::string_view, std::string_view data) const override {
    if (data == "[DONE]") return EventRole::terminator;
    if (data.find("\"error\"") != std::string_view::npos) return EventRole::failure;
    if (data.find("\"finish\"") != std::string_view::npos) return EventRole::finish;
    if (data.find("\"role\"") != std::string_view::npos) return EventRole::preamble;
    return EventRole::content;
  }

  std::optional<Usage> usage(std::string_view, std::string_view data) const override {
    if (data.find("\"throw\"") != std::string_view::npos) throw std::runtime_error("cannot count");
    if (data.find("\"usage\"") == std::string_view::npos) return std::nullopt;
    return Usage{.input_tokens = 7, .output_tokens = data.size()};
  }

  std::string host = "provider.test";
  std::string spoken = "openai-chat";
  std::vector<Credential> keys;
  std::vector<std::string> offered;
  std::optional<LocalAnswer> local;
};

/// A module that a route of a test uses.
inline config::ModuleUse use(ModuleKind kind, std::string type, boost::json::value config = boost::json::object{}) {
  config::ModuleUse use;
  use.kind = kind;
  use.type = std::move(type);
  use.config.value = std::move(config);
  use.at = {"test.toml", 7, 3};
  use.key = "routes[0].modules[0]";
  use.config.at = use.at;
  return use;
}

inline config::Route route(std::string id, std::vector<config::ModuleUse> modules) {
  config::Route route;
  route.id = std::move(id);
  route.at = {"test.toml", 5, 1};
  route.key = "routes[0]";
  route.targets.push_back({.id = "only", .weight = 1, .modules = std::move(modules), .at = route.at});
  return route;
}

}  // namespace patchbay::pipeline::testing
