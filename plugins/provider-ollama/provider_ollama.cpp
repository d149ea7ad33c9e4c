#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "account.hpp"
#include "ollama_config.hpp"
#include "ollama_wire.hpp"
#include "patchbay/model_override.hpp"
#include "patchbay/plugin.hpp"
#include "patchbay/probed.hpp"

namespace patchbay::ollama {

namespace {

constexpr const char* manual =
    R"md(Sends requests to Ollama's own API, which can do what its OpenAI-compatible one cannot: set the size of the context window, keep models
loaded, switch thinking on and off. It speaks `ollama-chat`; `llmswitch-conversion-router` puts clients of every protocol before it.

    [library.ollama]
    type = "provider-ollama"
    config = { model = "qwen3:8b", num_ctx = 16384, keep_alive = "10m" }     # at http://127.0.0.1:11434

    [[routes]]
    id = "local"
    modules = [
      { type = "llmSwitch", config = { type = "llmswitch-conversion-router", config = {} } },
      { type = "provider", config = "ollama" },
    ]

`model` replaces the model that the client named. `num_ctx` and `keep_alive` are for requests that do not say them. With `think = "on-off"`
every strength of thinking is on, for models and versions of Ollama without levels. Several keys take turns; an Ollama of one's own needs
none. `Retry-After` is kept.
)md";

/// What Ollama would have answered, without asking it.
LocalAnswer refusal(std::string_view message) {
  return provider_kit::local_answer(400, boost::json::serialize(boost::json::object{{"error", message}}));
}

class OllamaProvider final : public Provider, public Probed {
 public:
  using Config = ProviderConfig;

  OllamaProvider(Config config, const Host&)
      : config_(checked(std::move(config))),
        account_({.api_keys = config_.api_keys,
                  .key_header = "Authorization",
                  .key_prefix = "Bearer ",
                  .fixed = {},
                  .headers = config_.headers}) {
    tunes_ = config_.num_ctx || !config_.keep_alive.is_null() || config_.think == Think::on_off;
    if (!config_.model.empty()) quoted_model_ = boost::json::serialize(boost::json::string(config_.model));
  }

  std::string_view protocol() const override { return ollama::protocol; }
  bool serves(Operation operation) const override { return operation == Operation::generate || operation == Operation::embed; }
  std::span<const Credential> credentials() const override { return account_.credentials(); }
  std::span<const std::string> models() const override { return config_.models; }

  Exchange describe(Request& request, const Credential& credential) const override {
    const bool embed = request.operation == Operation::embed;
    HttpCall call = account_.call(config_.base_url + (embed ? "/api/embed" : "/api/chat"), credential);
    if (!embed && request.stream()) call.framing = Framing::ndjson;
    if (tunes_ && request.body.read().is_object()) tune(request.body.edit().get_object(), embed);
    call.body = request.body.take_text();
    if (!quoted_model_.empty() && !override_model(call.body, quoted_model_)) return refusal("the request body is not a JSON object");
    return call;
  }

  std::optional<HttpCall> probe(const Credential& credential) const override {
    return account_.get(config_.base_url + "/api/version", credential);
  }

  Error explain(int status, const Headers& headers, std::string_view body) const override {
    Error error = ollama::explain(status, headers, body);
    account_.scrub(error);
    return error;
  }

  EventRole role(std::string_view, std::string_view data) const override { return role_of(data); }
  std::optional<Usage> usage(std::string_view, std::string_view data) const override { return usage_of(data); }

 private:
  /// Adds what the operator chose and the request does not say.
  void tune(boost::json::object& body, bool embed) const {
    if (!config_.keep_alive.is_null()) body.emplace("keep_alive", config_.keep_alive);
    if (config_.num_ctx) {
      boost::json::value& options = body["options"];
      if (options.is_null()) options.emplace_object();
      if (options.is_object()) options.get_object().emplace("num_ctx", *config_.num_ctx);
    }
    if (embed || config_.think != Think::on_off) return;
    if (boost::json::value* const think = body.if_contains("think"); think != nullptr && think->is_string()) *think = true;
  }

  Config config_;
  provider_kit::Account account_;
  bool tunes_ = false;        // whether bodies are to be looked into at all
  std::string quoted_model_;  // empty: the client's model stays
};

}  // namespace

}  // namespace patchbay::ollama

PATCHBAY_PLUGIN("dev.patchbay.provider-ollama", "1.0.0", "Patchbay", "MIT",
                patchbay::module<patchbay::ollama::OllamaProvider>(patchbay::ModuleKind::provider, "provider-ollama", "Ollama's own API",
                                                                   "experimental", patchbay::ollama::manual))
