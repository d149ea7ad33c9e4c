#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "account.hpp"
#include "anthropic_config.hpp"
#include "anthropic_wire.hpp"
#include "patchbay/model_override.hpp"
#include "patchbay/plugin.hpp"
#include "patchbay/probed.hpp"

namespace patchbay::anthropic {

namespace {

constexpr const char* manual =
    R"md(Sends requests to any API that speaks Anthropic's Messages: Anthropic itself, and the compatible endpoints of other vendors. Bodies travel
as they came, byte for byte; `model` replaces the model in them and nothing else. Tokens are counted by `/v1/messages/count_tokens`.

    [library.claude]
    type = "provider-anthropic"
    config = { api_keys = ["${ANTHROPIC_API_KEY}"], betas = ["context-1m-2025-08-07"] }

    [library.glm]                       # another vendor's endpoint
    type = "provider-anthropic"
    config = { base_url = "https://api.z.ai/api/anthropic", api_keys = ["${ZAI_API_KEY}"], auth = "bearer", model = "glm-4.6" }

Several keys take turns. Of the client's headers only `anthropic-beta` is passed on; what it names is joined with `betas`, each feature
once. `anthropic-version` is that of the configuration: clients of other protocols do not send one. An error reply reaches a client that
speaks the same protocol as it came, but for keys that it repeats; `Retry-After` is kept, and the message for everybody else ends with the
request id.
)md";

/// What the API would have answered, without asking it.
LocalAnswer refusal(std::string_view message) {
  const boost::json::object error{{"type", "invalid_request_error"}, {"message", message}};
  return provider_kit::local_answer(400, boost::json::serialize(boost::json::object{{"type", "error"}, {"error", error}}));
}

/// Adds the features of a comma-separated list (RFC 9110 section 5.6.1) that are not there yet.
void add_features(std::string_view list, std::vector<std::string_view>& features) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view feature = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    while (!feature.empty() && (feature.front() == ' ' || feature.front() == '\t')) feature.remove_prefix(1);
    while (!feature.empty() && (feature.back() == ' ' || feature.back() == '\t')) feature.remove_suffix(1);
    if (!feature.empty() && std::find(features.begin(), features.end(), feature) == features.end()) features.push_back(feature);
  }
}

class AnthropicProvider final : public Provider, public Probed {
 public:
  using Config = anthropic::Config;

  AnthropicProvider(Config config, const Host&)
      : config_(checked(std::move(config))),
        account_({.api_keys = config_.api_keys,
                  .key_header = key_header_of(config_),
                  .key_prefix = config_.auth == Auth::bearer ? "Bearer " : "",
                  .fixed = {{"anthropic-version", config_.version}},
                  .headers = config_.headers}),
        messages_url_(config_.base_url + "/v1/messages") {
    if (!config_.model.empty()) quoted_model_ = boost::json::serialize(boost::json::string(config_.model));
  }

  std::string_view protocol() const override { return protocols::anthropic_messages; }
  bool serves(Operation operation) const override { return operation == Operation::generate || operation == Operation::count_tokens; }
  std::span<const Credential> credentials() const override { return account_.credentials(); }
  std::span<const std::string> models() const override { return config_.models; }

  Exchange describe(Request& request, const Credential& credential) const override {
    HttpCall call = account_.call(messages_url_ + (request.operation == Operation::count_tokens ? "/count_tokens" : ""), credential);
    if (const std::string features = features_for(request.headers); !features.empty()) call.headers.add("anthropic-beta", features);
    call.body = request.body.take_text();
    if (!quoted_model_.empty() && !override_model(call.body, quoted_model_)) return refusal("the request body is not a JSON object");
    return call;
  }

  std::optional<HttpCall> probe(const Credential& credential) const override {
    return account_.get(config_.base_url + "/v1/models?limit=1", credential);
  }

  Error explain(int status, const Headers& headers, std::string_view body) const override {
    Error error = anthropic::explain(status, headers, body);
    account_.scrub(error);
    return error;
  }

  EventRole role(std::string_view event_name, std::string_view data) const override { return role_of(event_name, data); }
  std::optional<Usage> usage(std::string_view, std::string_view data) const override { return usage_of(data); }

 private:
  std::string features_for(const Headers& client) const {
    std::vector<std::string_view> features;
    for (const std::string& beta : config_.betas) add_features(beta, features);
    for (const Header& header : client)
      if (equals_ignoring_case(header.name, "anthropic-beta")) add_features(header.value, features);
    std::string list;
    for (const std::string_view feature : features) list.append(list.empty() ? "" : ",").append(feature);
    return list;
  }

  Config config_;
  provider_kit::Account account_;
  std::string messages_url_;
  std::string quoted_model_;  // empty: the client's model stays
};

}  // namespace

}  // namespace patchbay::anthropic

PATCHBAY_PLUGIN("dev.patchbay.provider-anthropic", "1.0.0", "Patchbay", "MIT",
                patchbay::module<patchbay::anthropic::AnthropicProvider>(patchbay::ModuleKind::provider, "provider-anthropic",
                                                                         "Any API that speaks Anthropic's Messages", "experimental",
                                                                         patchbay::anthropic::manual))
