#include <atomic>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "account.hpp"
#include "config_faults.hpp"
#include "openai_config.hpp"
#include "openai_wire.hpp"
#include "patchbay/model_override.hpp"
#include "patchbay/plugin.hpp"
#include "patchbay/probed.hpp"
#include "patchbay/usage_on_request.hpp"
#include "usage_request.hpp"

namespace patchbay::openai {

namespace {

constexpr const char* manual =
    R"md(Sends requests to any API that speaks OpenAI's chat completions and embeddings: OpenAI itself, Azure OpenAI, vLLM, llama.cpp, LM Studio,
OpenRouter, and most vendors. Bodies travel as they came, byte for byte, but for two things: `model` replaces the model in them, and a
stream is asked for its usage (below).

    [library.openai]
    type = "provider-openai"
    config = { api_keys = ["${OPENAI_API_KEY}"] }

    [library.local]                     # no key
    type = "provider-openai"
    config = { base_url = "http://127.0.0.1:8000/v1", model = "qwen3" }

    [library.azure]                     # the model, or `model`, names the deployment
    type = "provider-openai"
    config = { style = "azure", base_url = "https://me.openai.azure.com", api_keys = ["file:azure.key"], api_version = "2024-10-21" }

Several keys take turns. Of the client's headers only `openai-beta` is passed on. An error reply of the provider reaches a client that
speaks the same protocol as it came, but for keys that it repeats; `Retry-After` is kept. A stream that ends without `[DONE]` is complete
if the model had said why it stopped, unless `require_done` is set.

These APIs say what a stream has cost only where `stream_options.include_usage` is true. A request for a stream that does not say so gets
it, so that budgets, metrics and logs count and do not estimate; the chunk that comes of it, which has no choices, is not passed to a client
that did not ask. (Nor is what else is in that chunk: `timings` of llama.cpp. A client that wants them asks for the usage.) The other chunks
then have `"usage":null` and pass as they are. An API that refuses `stream_options` is not asked again after the first time; Mistral's and
Databricks' are known for it and not asked at all. Where clients are to have every byte, set `ask_usage = false`. Azure is not asked where
it would refuse: beside `data_sources`, and in API versions before 2024-09-01-preview.
)md";

/// Of the key's header the value before the key.
std::string_view key_prefix_of(const Config& config) {
  return config.auth_header.empty() && config.style == Style::openai ? "Bearer " : "";
}

Config checked(Config config) {
  if (std::vector<config::Fault> faults = faults_of(config); !faults.empty()) throw config::Error(std::move(faults));
  config.base_url = provider_kit::trimmed_url(std::move(config.base_url));
  return config;
}

class OpenAiProvider final : public Provider, public Probed, public UsageOnRequest {
 public:
  using Config = openai::Config;

  OpenAiProvider(Config config, const Host& host)
      : host_(host),
        config_(checked(std::move(config))),
        account_({.api_keys = config_.api_keys,
                  .key_header = auth_header_of(config_),
                  .key_prefix = key_prefix_of(config_),
                  .fixed = openai_wire::owner_headers(config_.organization, config_.project),
                  .headers = config_.headers}),
        chat_url_(config_.base_url + config_.chat_path),
        embeddings_url_(config_.base_url + config_.embeddings_path),
        deployments_url_(config_.base_url + "/openai/deployments/"),
        asks_usage_(asks_usage(config_)) {
    if (!config_.model.empty()) quoted_model_ = boost::json::serialize(boost::json::string(config_.model));
  }

  std::string_view protocol() const override { return protocols::openai_chat; }
  bool serves(Operation operation) const override { return operation == Operation::generate || operation == Operation::embed; }
  std::span<const Credential> credentials() const override { return account_.credentials(); }
  std::span<const std::string> models() const override { return config_.models; }

  Exchange describe(Request& request, const Credential& credential) const override {
    const bool embed = request.operation == Operation::embed;
    std::string url = embed ? embeddings_url_ : chat_url_;
    if (config_.style == Style::azure) {
      const std::string& deployment = config_.model.empty() ? request.model() : config_.model;
      if (!provider_kit::is_path_segment(deployment))
        return openai_wire::refusal("model '" + deployment + "' cannot name an Azure deployment", "model");
      url = deployments_url_ + deployment + (embed ? config_.embeddings_path : config_.chat_path) + "?api-version=" + config_.api_version;
    }
    HttpCall call = account_.call(std::move(url), credential);
    openai_wire::pass_headers(request, call);
    call.body = request.body.take_text();
    if (!quoted_model_.empty() && !override_model(call.body, quoted_model_))
      return openai_wire::refusal("the request body is not a JSON object");
    return call;
  }

  bool ask_for_usage(HttpCall& call) const override {
    return asks_usage_.load(std::memory_order_relaxed) && openai_wire::ask_for_usage(call.body, config_.style == Style::azure);
  }
  bool is_usage_only(std::string_view, std::string_view data) const override { return openai_wire::is_usage_chunk(data); }

  void usage_refused(int status, std::string_view body) const override {
    if ((status != 400 && status != 422) || body.find("stream_options") == std::string_view::npos) return;
    if (asks_usage_.exchange(false))
      host_.log(Host::Level::warning, config_.base_url + " refuses stream_options: its streams are not asked for their usage any more");
  }

  std::optional<HttpCall> probe(const Credential& credential) const override {
    return account_.get(config_.style == Style::azure ? config_.base_url + "/openai/models?api-version=" + config_.api_version
                                                      : config_.base_url + "/models",
                        credential);
  }

  Error explain(int status, const Headers& headers, std::string_view body) const override {
    Error error = openai_wire::explain(status, headers, body, "provider-openai");
    account_.scrub(error);
    return error;
  }

  EventRole role(std::string_view, std::string_view data) const override {
    const EventRole role = openai_wire::role_of(data);
    return role == EventRole::finish && config_.require_done ? EventRole::content : role;
  }

  std::optional<Usage> usage(std::string_view, std::string_view data) const override { return openai_wire::usage_of(data); }

 private:
  const Host& host_;
  Config config_;
  provider_kit::Account account_;
  std::string chat_url_;
  std::string embeddings_url_;
  std::string deployments_url_;
  mutable std::atomic<bool> asks_usage_;  // until the API refuses it
  std::string quoted_model_;              // empty: the client's model stays
};

}  // namespace

}  // namespace patchbay::openai

PATCHBAY_PLUGIN("dev.patchbay.provider-openai", "1.0.0", "Patchbay", "MIT",
                patchbay::module<patchbay::openai::OpenAiProvider>(patchbay::ModuleKind::provider, "provider-openai",
                                                                   "Any API that speaks OpenAI's chat completions and embeddings", "stable",
                                                                   patchbay::openai::manual))
