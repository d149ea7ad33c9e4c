#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "account.hpp"
#include "errors.hpp"
#include "gemini_config.hpp"
#include "gemini_wire.hpp"
#include "patchbay/json_walk.hpp"
#include "patchbay/plugin.hpp"
#include "patchbay/probed.hpp"

namespace patchbay::gemini {

namespace json = boost::json;

namespace {

constexpr const char* manual =
    R"md(Sends requests to Google's Gemini API, or to the same models on Vertex AI. Bodies travel as they came, byte for byte: the model and whether
to stream stand in the URL. A model is named `NAME`, `models/NAME` or `tunedModels/NAME`; a name that could not stand in a URL is refused.

    [library.gemini]
    type = "provider-gemini"
    config = { api_keys = ["${GEMINI_API_KEY}"] }

    [library.vertex]                    # keys are access tokens, which end after an hour: let something renew the file
    type = "provider-gemini"
    config = { style = "vertex", project = "my-project", location = "europe-west1", api_keys = ["file:token"] }

Several keys take turns. Of the client's headers none is passed on. Content is generated, tokens are counted, and, but for Vertex AI, texts
are embedded; a body with `requests` is a batch, and `model` replaces the models that it names. An error reply reaches a client that speaks
the same protocol as it came, but for keys that it repeats; `Retry-After`, or the delay that the error gives, is kept.
)md";

/// What the API would have answered, without asking it.
LocalAnswer refusal(const std::string& message) {
  const json::object error{{"code", 400}, {"message", message}, {"status", "INVALID_ARGUMENT"}};
  return provider_kit::local_answer(400, json::serialize(json::object{{"error", error}}));
}

/// Every part of a batch names the model again, and the API wants all of them to be that of the URL.
void name_model_in_batch(Document& body, const std::string& resource) {
  json::object* const fields = body.edit().if_object();
  json::value* const requests = fields != nullptr ? fields->if_contains("requests") : nullptr;
  if (requests == nullptr || !requests->is_array()) return;
  for (json::value& one : requests->get_array())
    if (one.is_object()) one.get_object()["model"] = resource;
}

class GeminiProvider final : public Provider, public Probed {
 public:
  using Config = gemini::Config;

  GeminiProvider(Config config, const Host&)
      : config_(checked(std::move(config))),
        account_({.api_keys = config_.api_keys,
                  .key_header = key_header_of(config_),
                  .key_prefix = config_.style == Style::vertex ? "Bearer " : "",
                  .fixed = {},
                  .headers = config_.headers}),
        url_before_model_(url_before_model(config_)) {}

  std::string_view protocol() const override { return protocols::gemini; }
  bool serves(Operation operation) const override { return operation != Operation::embed || config_.style == Style::gemini; }
  std::span<const Credential> credentials() const override { return account_.credentials(); }
  std::span<const std::string> models() const override { return config_.models; }

  Exchange describe(Request& request, const Credential& credential) const override {
    const std::string& model = config_.model.empty() ? request.model() : config_.model;
    if (model.empty()) return refusal("the request names no model");
    const std::string resource = resource_of(model, config_.style);
    if (resource.empty())
      return refusal("model '" + provider_kit::readable(model) + "' cannot stand in a URL: use letters, digits, '.', '-', '_' and '~'");
    HttpCall call = account_.call(url_before_model_ + resource + method_of(request), credential);
    if (request.operation == Operation::embed && is_batch(request) && !config_.model.empty()) name_model_in_batch(request.body, resource);
    call.body = request.body.take_text();
    if (!config_.model.empty()) request.set_model(config_.model);  // the body does not name it
    return call;
  }

  /// Vertex AI has no list of models below a project's location.
  std::optional<HttpCall> probe(const Credential& credential) const override {
    if (config_.style == Style::vertex) return std::nullopt;
    return account_.get(url_before_model_ + "models?pageSize=1", credential);
  }

  Error explain(int status, const Headers& headers, std::string_view body) const override {
    Error error = gemini::explain(status, headers, body);
    account_.scrub(error);
    return error;
  }

  EventRole role(std::string_view, std::string_view data) const override { return role_of(data); }
  std::optional<Usage> usage(std::string_view, std::string_view data) const override { return usage_of(data); }

 private:
  static bool is_batch(const Request& request) { return !member_of(request.body.text(), "requests").empty(); }

  static std::string method_of(const Request& request) {
    switch (request.operation) {
      case Operation::count_tokens: return ":countTokens";
      case Operation::embed: return is_batch(request) ? ":batchEmbedContents" : ":embedContent";
      case Operation::generate: break;
    }
    return request.stream() ? ":streamGenerateContent?alt=sse" : ":generateContent";
  }

  Config config_;
  provider_kit::Account account_;
  std::string url_before_model_;
};

}  // namespace

}  // namespace patchbay::gemini

PATCHBAY_PLUGIN("dev.patchbay.provider-gemini", "1.0.0", "Patchbay", "MIT",
                patchbay::module<patchbay::gemini::GeminiProvider>(patchbay::ModuleKind::provider, "provider-gemini",
                                                                   "Google's Gemini API, and the same models on Vertex AI", "experimental",
                                                                   patchbay::gemini::manual))
