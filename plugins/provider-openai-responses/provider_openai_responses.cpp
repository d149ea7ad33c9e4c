#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "account.hpp"
#include "openai_wire.hpp"
#include "patchbay/model_override.hpp"
#include "patchbay/plugin.hpp"
#include "patchbay/probed.hpp"
#include "responses_config.hpp"
#include "responses_wire.hpp"

namespace patchbay::openai_responses {

namespace {

constexpr const char* manual =
    R"md(Sends requests to any API that speaks OpenAI's Responses: OpenAI itself, Azure OpenAI, and servers that follow them. Bodies travel as they
came, byte for byte; `model` replaces the model in them and nothing else.

    [library.openai-responses]
    type = "provider-openai-responses"
    config = { api_keys = ["${OPENAI_API_KEY}"] }

    [library.lm-studio]                 # no key
    type = "provider-openai-responses"
    config = { base_url = "http://127.0.0.1:1234/v1", model = "openai/gpt-oss-20b" }

    [library.azure-responses]           # the model, or `model`, names the deployment
    type = "provider-openai-responses"
    config = { style = "azure", base_url = "https://me.openai.azure.com", api_keys = ["file:azure.key"] }

Several keys take turns. Of the client's headers only `openai-beta` is passed on. An error reply of the provider reaches a client that
speaks the same protocol as it came, but for keys that it repeats; `Retry-After` is kept. A response that is incomplete is an answer, one
that failed is an error. What the API keeps (`previous_response_id`, `store`) it keeps by account: such routes want one key.
)md";

class ResponsesProvider final : public Provider, public Probed {
 public:
  using Config = openai_responses::Config;

  ResponsesProvider(Config config, const Host&)
      : config_(checked(std::move(config))),
        account_({.api_keys = config_.api_keys,
                  .key_header = key_header_of(config_),
                  .key_prefix = config_.auth_header.empty() && config_.style == Style::openai ? "Bearer " : "",
                  .fixed = openai_wire::owner_headers(config_.organization, config_.project),
                  .headers = config_.headers}),
        url_(responses_url(config_)) {
    if (!config_.model.empty()) quoted_model_ = boost::json::serialize(boost::json::string(config_.model));
  }

  std::string_view protocol() const override { return protocols::openai_responses; }
  std::span<const Credential> credentials() const override { return account_.credentials(); }
  std::span<const std::string> models() const override { return config_.models; }

  Exchange describe(Request& request, const Credential& credential) const override {
    HttpCall call = account_.call(url_, credential);
    openai_wire::pass_headers(request, call);
    call.body = request.body.take_text();
    if (!quoted_model_.empty() && !override_model(call.body, quoted_model_))
      return openai_wire::refusal("the request body is not a JSON object");
    return call;
  }

  std::optional<HttpCall> probe(const Credential& credential) const override { return account_.get(models_url(config_), credential); }

  Error explain(int status, const Headers& headers, std::string_view body) const override {
    Error error = openai_responses::explain(status, headers, body);
    account_.scrub(error);
    return error;
  }

  EventRole role(std::string_view event_name, std::string_view data) const override { return role_of(event_name, data); }
  std::optional<Usage> usage(std::string_view, std::string_view data) const override { return openai_wire::usage_of(data); }

 private:
  Config config_;
  provider_kit::Account account_;
  std::string url_;
  std::string quoted_model_;  // empty: the client's model stays
};

}  // namespace

}  // namespace patchbay::openai_responses

PATCHBAY_PLUGIN("dev.patchbay.provider-openai-responses", "1.0.0", "Patchbay", "MIT",
                patchbay::module<patchbay::openai_responses::ResponsesProvider>(patchbay::ModuleKind::provider, "provider-openai-responses",
                                                                                "Any API that speaks OpenAI's Responses", "experimental",
                                                                                patchbay::openai_responses::manual))
