#include "guard_stage.hpp"
#include "message-text/texts.hpp"
#include "patchbay/plugin.hpp"

namespace patchbay::guard {

namespace {

constexpr const char* manual =
    R"md(Refuses requests and withholds answers: by deny lists, limits, the JSON Schema that a request asks for, and a judge of your own.

    [library.guard]
    type = "workflow-guard"

    [library.guard.config]
    prompt = { words = ["project nightjar"], patterns = { injection = "(?i)ignore (all|the) (previous|above)" } }
    answer = { patterns = { internal = "\\bintra\\.example\\.org\\b" } }
    limits = { max_messages = 200, max_tokens = 8192, models = ["gpt-4o.*", "claude-.*"], tools = ["search"] }
    check_output = true
    judge = { url = "http://127.0.0.1:9000/judge", headers = { authorization = "Bearer ${JUDGE_KEY}" }, on_failure = "refuse" }

Requests are checked in this order: limits, `prompt`, judge. `words` are found in any case where no letter, digit or `_` touches them; a
pattern is searched anywhere. `sources` narrows that to some of `instructions`, `user`, `assistant`, `thought`, `tool_call`, `tool_result`,
`tool_description`. Errors name the pattern, or say that it was a word, and never repeat the text.

| what | status | code |
|---|---|---|
| limits | 400 | `too_many_messages`, `too_many_tokens`, `max_tokens_missing`, `tool_not_allowed` |
| model | 403 | `model_not_allowed` |
| prompt | 400 | `prompt_denied`, `judge_denied` |
| no verdict, with `on_failure = "refuse"` | 503 | `judge_unavailable` |
| answer | 403 | `answer_denied` |
| structured output | 502 | `schema_mismatch` |

A stream is cut off by an error before the piece that completes what is denied; what came before has gone out. A pattern that
matches across pieces is found up to `window_bytes`.

Structured output (`response_format`, `text.format`, `output_config.format`, `responseSchema`, `responseJsonSchema`, `format`) is checked when the answer is
complete, unless it calls tools or refuses; in a stream the events that tell of its end wait for the check. Of JSON Schema these are known:
type, nullable, enum, const, properties, required, additionalProperties, min/maxProperties, items, prefixItems, min/maxItems, min/maxLength,
pattern (RE2), minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, anyOf, oneOf, allOf, not, $ref within the schema. Anything
else is passed over.

The judge gets `POST` with `{"request_id", "model", "protocol", "texts": [{"source", "text"}]}` and answers 200 with `{"allowed": true}` or
`{"allowed": false, "reason": "for the client"}`. Anything else, and silence, is no verdict.
)md";

class Guard final : public Transform {
 public:
  using Config = GuardConfig;
  Guard(Config config, const Host& host) : config_(std::move(config)), guards_(config_, host, faults_) {
    if (config_.judge && !config_.judge->url.starts_with("http://") && !config_.judge->url.starts_with("https://"))
      faults_.push_back({"/judge/url", "must begin with http:// or https://"});
    if (!faults_.empty()) throw config::Error(std::move(faults_));
  }

  std::unique_ptr<Stage> connect(const ConnectionInfo& info) const override {
    return std::make_unique<GuardStage>(guards_, info.request_id);
  }

  bool bridges(std::string_view client_protocol, std::string_view provider_protocol) const override {
    return client_protocol == provider_protocol && message_text::knows(provider_protocol);
  }

 private:
  std::vector<config::Fault> faults_;
  const Config config_;
  const Guards guards_;
};

}  // namespace

}  // namespace patchbay::guard

PATCHBAY_PLUGIN("dev.patchbay.workflow-guard", "1.0.0", "Patchbay", "MIT",
                patchbay::module<patchbay::guard::Guard>(patchbay::ModuleKind::workflow, "workflow-guard",
                                                         "Refuses requests and withholds answers by rules of yours", "experimental",
                                                         patchbay::guard::manual))
