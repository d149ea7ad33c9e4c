#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "openai_wire.hpp"
#include "patchbay/plugin.hpp"

namespace patchbay {

namespace {

constexpr const char* manual = R"md(Sends requests to any API that speaks OpenAI's chat completions and embeddings: OpenAI itself, Azure OpenAI, vLLM, llama.cpp, LM Studio,
OpenRouter, and most vendors. Requests travel as they came, unless `model` overrides the model.

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
speaks the same protocol byte for byte; `Retry-After` is kept. A stream that ends without `[DONE]` is complete if the model had said why
it stopped, unless `require_done` is set.
)md";

}  // namespace

/// How paths and keys are written.
enum class Style { openai, azure };
BOOST_DESCRIBE_ENUM(Style, openai, azure)

struct OpenAiConfig {
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
  };
};
BOOST_DESCRIBE_STRUCT(OpenAiConfig, (), (base_url, api_keys, organization, project, headers, model, models, style, api_version, chat_path,
                                         embeddings_path, auth_header, require_done))

namespace {

bool is_path_segment(std::string_view text) {
  return !text.empty() && text != "." && text != ".." &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-~") == std::string_view::npos;
}

bool is_header_safe(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  return true;
}

/// What the API would have answered, without asking it.
LocalAnswer refusal(const std::string& message) {
  LocalAnswer answer;
  answer.status = 400;
  answer.headers.add("content-type", "application/json");
  const boost::json::object error{{"message", message}, {"type", "invalid_request_error"}, {"param", "model"}, {"code", nullptr}};
  Document body(boost::json::value{{"error", error}});
  answer.pieces.push_back({std::chrono::milliseconds(0), body.take_text()});
  return answer;
}

class OpenAiProvider final : public Provider {
 public:
  using Config = OpenAiConfig;

  OpenAiProvider(Config config, const Host&) : config_(std::move(config)) {
    std::vector<config::Fault> faults;
    while (config_.base_url.ends_with('/')) config_.base_url.pop_back();
    if (!config_.base_url.starts_with("http://") && !config_.base_url.starts_with("https://"))
      faults.push_back({"/base_url", "must begin with http:// or https://"});
    for (const std::string* path : {&config_.chat_path, &config_.embeddings_path})
      if (!path->starts_with('/')) faults.push_back({path == &config_.chat_path ? "/chat_path" : "/embeddings_path", "must begin with '/'"});
    for (std::size_t i = 0; i < config_.api_keys.size(); ++i)
      if (config_.api_keys[i].empty() || !is_header_safe(config_.api_keys[i]))
        faults.push_back({"/api_keys/" + std::to_string(i), "a key must not be empty nor contain control characters"});
    for (const auto& [name, value] : config_.headers)
      if (name.empty() || !is_header_safe(name) || !is_header_safe(value))
        faults.push_back({"/headers", "header '" + name + "' contains what a header cannot"});
    if (config_.style == Style::azure && !config_.model.empty() && !is_path_segment(config_.model))
      faults.push_back({"/model", "must be usable as a part of Azure's paths: letters, digits, '.', '-', '_', '~'"});
    if (!faults.empty()) throw config::Error(std::move(faults));

    const bool bearer = config_.auth_header.empty() && config_.style == Style::openai;
    auth_name_ = !config_.auth_header.empty() ? config_.auth_header : bearer ? "Authorization" : "api-key";
    for (std::size_t i = 0; i < config_.api_keys.size(); ++i) {
      credentials_.push_back({"key" + std::to_string(i + 1), (bearer ? "Bearer " : "") + config_.api_keys[i]});
    }
    base_headers_.add("Content-Type", "application/json");
    if (!config_.organization.empty()) base_headers_.add("OpenAI-Organization", config_.organization);
    if (!config_.project.empty()) base_headers_.add("OpenAI-Project", config_.project);
    for (const auto& [name, value] : config_.headers) base_headers_.set(name, value);
    chat_url_ = config_.base_url + config_.chat_path;
    embeddings_url_ = config_.base_url + config_.embeddings_path;
  }

  std::string_view protocol() const override { return protocols::openai_chat; }
  bool serves(Operation operation) const override { return operation == Operation::generate || operation == Operation::embed; }
  std::span<const Credential> credentials() const override { return credentials_; }
  std::span<const std::string> models() const override { return config_.models; }

  Exchange describe(Request& request, const Credential& credential) const override {
    HttpCall call;
    const bool embed = request.operation == Operation::embed;
    if (config_.style == Style::azure) {
      const std::string& deployment = config_.model.empty() ? request.model() : config_.model;
      if (!is_path_segment(deployment)) return refusal("model '" + deployment + "' cannot name an Azure deployment");
      call.url = config_.base_url + "/openai/deployments/" + deployment + (embed ? config_.embeddings_path : config_.chat_path) +
                 "?api-version=" + config_.api_version;
    } else {
      call.url = embed ? embeddings_url_ : chat_url_;
    }
    if (!config_.model.empty()) {
      boost::json::value& body = request.body.edit();
      if (!body.is_object()) return refusal("the request body is not a JSON object");
      body.get_object()["model"] = config_.model;
    }
    call.headers = base_headers_;
    if (!credential.secret.empty()) call.headers.add(auth_name_, credential.secret);
    if (const auto beta = request.headers.find("openai-beta")) call.headers.add("OpenAI-Beta", *beta);
    call.body = request.body.take_text();
    return call;
  }

  Error explain(int status, const Headers& headers, std::string_view body) const override {
    return openai_wire::explain(status, headers, body, "provider-openai");
  }

  EventRole role(std::string_view, std::string_view data) const override {
    const EventRole role = openai_wire::role_of(data);
    return role == EventRole::finish && config_.require_done ? EventRole::content : role;
  }

 private:
  Config config_;
  std::vector<Credential> credentials_;  // their secrets are whole header values
  std::string auth_name_;
  Headers base_headers_;
  std::string chat_url_;
  std::string embeddings_url_;
};

}  // namespace

}  // namespace patchbay

PATCHBAY_PLUGIN("dev.patchbay.provider-openai", "1.0.0", "Patchbay", "MIT",
                patchbay::module<patchbay::OpenAiProvider>(patchbay::ModuleKind::provider, "provider-openai",
                                                           "Any API that speaks OpenAI's chat completions and embeddings", "stable", patchbay::manual))
