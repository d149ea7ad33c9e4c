#include "message-text/stream_editor.hpp"
#include "message-text/texts.hpp"
#include "patchbay/plugin.hpp"
#include "redaction_config.hpp"
#include "redactor.hpp"

namespace patchbay::redaction {

namespace {

constexpr const char* manual =
    R"md(Keeps secrets and personal data from leaving: in the texts of a request they become placeholders such as `[EMAIL_1]`, and with
`restore = true` the client gets its values back where the answer has the placeholders, in streams, too.

    [library.redaction]
    type = "workflow-redaction"
    config = { restore = true, patterns = { ORDER = "ORD-[0-9]{6}" }, allow = [".*@example\\.com"] }

    [library.no-secrets]
    type = "workflow-redaction"
    config = { mode = "block", entities = ["private-key", "aws-key", "github-key", "openai-key"] }

`mode = "replace"` sends placeholders; the same value has the same placeholder throughout a request, numbered in the order of the texts.
`block` answers 400 and names kinds and numbers, never values. `report` sends the request as it is and writes a warning with kinds and numbers.

Entities: `email`, `phone` (with + or 00 and the country, or North American), `credit-card` (Luhn), `iban` (checksum and the country's length),
`ipv4` and `ipv6` (not loopback), `url-credentials` (`user:password` of a URL), `jwt`, `private-key` (PEM, OpenPGP), `aws-key`, `github-key`,
`openai-key`, `anthropic-key`, `google-key`, and `national-id` (with checksum: Spain's DNI and NIE, Italy's codice fiscale, France's NIR, China's
resident id, Brazil's formatted CPF, Finland's henkilötunnus).

Looked through: instructions, turns, arguments and results of tools with the whole numbers in them, descriptions of tools, inputs of
embeddings. Not: ids, names, schemas, images, files, URLs of images, metadata, and what a provider has signed (Anthropic's thoughts), because a
changed one is refused. A number that is replaced becomes a text, and comes back as a text. Placeholders in signed thoughts are not restored for the same reason. A model that misspells a placeholder keeps it from being restored.
)md";

Error refusal(const std::string& summary) {
  return {.kind = ErrorKind::invalid_request,
          .message = "the request has what must not leave this gateway: " + summary + ". Take it out and send the request again",
          .code = "sensitive_data",
          .source = "workflow-redaction"};
}

class RedactionStage final : public Stage {
 public:
  RedactionStage(const RedactionConfig& config, const EntityFinder& finder, const Host& host, std::string_view request_id)
      : config_(config), finder_(finder), host_(host), request_id_(request_id) {}

  Flow request(Request& request, Downstream& back) override {
    protocol_ = request.protocol;
    vault_.emplace();
    if (config_.restore)
      message_text::visit_request(request.body, protocol_, [&](const message_text::Text& what, std::string_view text) {
        if (!what.sealed) vault_->reserve(text);
        return std::nullopt;
      });
    message_text::visit_request(
        request.body, protocol_,
        [&](const message_text::Text& what, std::string_view text) {
          std::optional<std::string> redacted;
          if (!what.sealed) redacted = vault_->redact(text, finder_);
          return config_.mode == Mode::replace ? std::move(redacted) : std::nullopt;
        },
        message_text::Numbers::shown);
    if (vault_->empty()) return Forward{};
    if (config_.mode == Mode::report) host_.log(Host::Level::warning, "request " + request_id_ + " has " + vault_->summary());
    if (config_.mode != Mode::block) return Forward{};
    back.error(refusal(vault_->summary()));
    return Answered{};
  }

  void response(Response&& response, Downstream& back) override {
    if (restores())
      message_text::visit_answer(response.body, protocol_, [&](const message_text::Text& what, std::string_view text) {
        std::string pending(text);
        std::string restored = vault_->restore(pending, true, what.json_source);
        return restored != text ? std::optional(std::move(restored)) : std::nullopt;
      });
    back.response(std::move(response));
  }

  void event(Event&& event, Downstream& back) override {
    if (!restores()) {
      back.event(std::move(event));
      return;
    }
    if (!editor_)
      editor_.emplace(protocol_, [this](const message_text::Text& what, std::string& pending, bool last) {
        return vault_->restore(pending, last, what.json_source);
      });
    editor_->event(std::move(event), back);
  }

  void end(Downstream& back) override {
    if (editor_) editor_->flush(back);
    back.end();
  }

  void error(Error&& error, Downstream& back) override {
    if (editor_) editor_->flush(back);
    back.error(std::move(error));
  }

 private:
  [[nodiscard]] bool restores() const { return config_.restore && config_.mode == Mode::replace && vault_ && !vault_->empty(); }

  const RedactionConfig& config_;  // of the module, which outlives its stages
  const EntityFinder& finder_;
  const Host& host_;
  std::string request_id_;
  std::string protocol_;
  std::optional<Vault> vault_;
  std::optional<message_text::StreamEditor> editor_;
};

class Redaction final : public Transform {
 public:
  using Config = RedactionConfig;
  Redaction(Config config, const Host& host) : config_(std::move(config)), finder_(config_), host_(host) {}

  std::unique_ptr<Stage> connect(const ConnectionInfo& info) const override {
    return std::make_unique<RedactionStage>(config_, finder_, host_, info.request_id);
  }

  bool bridges(std::string_view client_protocol, std::string_view provider_protocol) const override {
    return client_protocol == provider_protocol && message_text::knows(provider_protocol);
  }

 private:
  const Config config_;
  const EntityFinder finder_;
  const Host& host_;
};

}  // namespace

}  // namespace patchbay::redaction

PATCHBAY_PLUGIN(
    "dev.patchbay.workflow-redaction", "1.0.0", "Patchbay", "MIT",
    patchbay::module<patchbay::redaction::Redaction>(patchbay::ModuleKind::workflow, "workflow-redaction",
                                                     "Replaces secrets and personal data in requests, and puts them back in answers",
                                                     "experimental", patchbay::redaction::manual))
