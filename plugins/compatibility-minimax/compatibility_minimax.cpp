#include <boost/describe/class.hpp>
#include <boost/json/array.hpp>
#include <functional>
#include <map>

#include "deltas.hpp"
#include "patchbay/plugin.hpp"
#include "quirk_stage.hpp"
#include "replies.hpp"

namespace patchbay {

namespace {

constexpr const char* manual =
    R"md(Mends the dialect of MiniMax. For openai-chat.

    [library.minimax-dialect]
    type = "compatibility-minimax"

| where | what OpenAI's clients say or expect | what MiniMax takes or says | source |
|---|---|---|---|
| request | `temperature` from 0 to 2 | above 0, up to 1; reported | [1] |
| request | `n` above 1, the penalties, `logit_bias` | one answer, the others have no effect: removed; reported | [2] [3] |
| request | `response_format` with `json_schema` | `json_object`; reported | [3] |
| request | `max_tokens`, role `developer` | `max_completion_tokens`, `system` | [4] [1] |
| request | `reasoning_content` of earlier answers | `<think>…</think>` before their content, where the model wants them back | [2] |
| request | the same with `reasoning_split` | `reasoning_details`, one element of type `reasoning.text` | [2] [6] |
| answer | `reasoning_content` | `<think>…</think>` at the beginning of the content | [2] |
| answer | the same with `reasoning_split` | the texts of `reasoning_details`, which stay as well | [2] [6] |
| stream | what is new of a thought | `reasoning_details` with what is new or with all from the beginning | [2] [6] |
| error | an error status | 200 with `base_resp.status_code` other than 0 | [5] |

Sources: platform.minimax.io [1] Text Chat, [2] OpenAI SDK, [5] Error Codes (1002: rate, 1004: key, 1008: balance, 1026 and 1027: unsafe,
1039: tokens, 2013: a parameter); [3] docs.camel-ai.org, MiniMax; [4] java.agentscope.io, MiniMax; [6] minimax.io, Interleaved Thinking, and
github.com/MiniMax-AI/MiniMax-M2, issue 95.

A server of the open weights writes calls as `<minimax:tool_call>`: that is a matter of `compatibility-tool-harvester`. What is reported
stands in the response header `x-patchbay-fidelity`.
)md";

}  // namespace

struct MiniMaxConfig {
  bool split_think = true;
  bool give_thoughts_back = true;
  bool reasoning_split = false;

  static constexpr config::Doc docs[] = {
      {.field = "split_think", .text = "Moves `<think>…</think>` from the content to `reasoning_content`."},
      {.field = "give_thoughts_back",
       .text = "Puts `reasoning_content` of earlier answers back into their content; otherwise it is removed."},
      {.field = "reasoning_split",
       .text = "Asks for thoughts beside the content, and gives them back there; for the models from M2 on, which think between calls."},
  };
};
BOOST_DESCRIBE_STRUCT(MiniMaxConfig, (), (split_think, give_thoughts_back, reasoning_split))

namespace {

namespace json = boost::json;
using namespace chat_quirks;

constexpr double least_temperature = 0.01;
constexpr FailureWord error_codes[] = {
    {"1001", ErrorKind::timeout},         {"1002", ErrorKind::rate_limited},    {"1004", ErrorKind::authentication},
    {"1008", ErrorKind::rate_limited},    {"1024", ErrorKind::upstream},        {"1026", ErrorKind::invalid_request},
    {"1027", ErrorKind::invalid_request}, {"1033", ErrorKind::upstream},        {"1039", ErrorKind::request_too_large},
    {"1041", ErrorKind::rate_limited},    {"2013", ErrorKind::invalid_request}, {"2049", ErrorKind::authentication},
};

/// The text of all details.
std::string text_of_details(const json::object& message) {
  std::string text;
  const json::value* const details = message.if_contains("reasoning_details");
  if (details == nullptr || !details->is_array()) return text;
  for (const json::value& detail : details->get_array())
    if (const json::string* const one = detail.is_object() ? text_of(detail.get_object(), "text") : nullptr) text += *one;
  return text;
}

json::array details_of(const std::string& thought) {
  return {json::object{
      {"type", "reasoning.text"}, {"id", "reasoning-text-1"}, {"format", "MiniMax-response-v1"}, {"index", 0}, {"text", thought}}};
}

class MiniMaxStage final : public QuirkStage {
 public:
  explicit MiniMaxStage(const MiniMaxConfig& config) : QuirkStage("minimax", config.split_think), config_(config) {}

 protected:
  void mend_request(RequestMender& request) override {
    request.developer_is_system();
    request.rename("max_tokens", "max_completion_tokens");
    request.schema_is_object();
    request.clamp("temperature", least_temperature, 1);
    request.clamp("n", 1, 1);
    for (const std::string_view key : {"presence_penalty", "frequency_penalty", "logit_bias"}) request.remove(key);
    if (config_.reasoning_split && request.find("reasoning_split") == nullptr) request.edit()["reasoning_split"] = true;
    mend_history(request);
  }

  std::optional<Error> failure(const Document& reply) override {
    const json::object* const object = reply.read().if_object();
    const json::object* const result = object != nullptr ? object_of(*object, "base_resp") : nullptr;
    const std::string code = result != nullptr ? word_of(*result, "status_code") : std::string();
    if (code.empty() || code == "0") return told_error(reply, "compatibility-minimax");
    std::string message = word_of(*result, "status_msg");
    if (message.empty()) message = "the provider answered with code " + code;
    return Error{.kind = kind_of(code, error_codes, ErrorKind::upstream),
                 .message = std::move(message),
                 .code = code,
                 .source = "compatibility-minimax"};
  }
  void mend_error(Error& error) override { refine(error, error_codes); }

  void mend_answer(Document& answer) override {
    for_each_message(answer, "message", [](const json::object& message, std::int64_t) { return text_of_details(message); });
  }

  void mend_chunk(Document& chunk) override {
    for_each_message(chunk, "delta", [this](const json::object& delta, std::int64_t index) {
      std::string text = text_of_details(delta);
      std::string& thought = thoughts_[index];
      if (!thought.empty() && text.starts_with(thought)) text.erase(0, thought.size());
      thought += text;
      return text;
    });
  }

 private:
  /// Adds `reasoning_content` where it is not said: what `text` makes of the message.
  static void for_each_message(Document& reply, std::string_view key,
                               const std::function<std::string(const json::object&, std::int64_t)>& text) {
    if (reply.text().find("reasoning_details") == std::string_view::npos) return;  // most chunks: they keep their bytes
    const json::object* const object = reply.read().if_object();
    const json::value* const choices = object != nullptr ? object->if_contains("choices") : nullptr;
    if (choices == nullptr || !choices->is_array()) return;
    for (std::size_t i = 0; i < choices->get_array().size(); ++i) {
      const json::value& choice = reply.read().at("choices").get_array()[i];
      const json::object* const message = choice.is_object() ? object_of(choice.get_object(), key) : nullptr;
      if (message == nullptr || text_of(*message, "reasoning_content") != nullptr) continue;
      const std::string said = text(*message, index_of(choice.get_object()));
      if (!said.empty()) reply.edit().at("choices").get_array()[i].get_object()[key].get_object()["reasoning_content"] = said;
    }
  }

  /// Thoughts that are there as details already stay, their copy goes.
  void mend_split_history(RequestMender& request) const {
    request.each_message([](const json::object& message) { return text_of(message, "reasoning_content") != nullptr; },
                         [](json::object& message) {
                           const std::string thought(*text_of(message, "reasoning_content"));
                           message.erase("reasoning_content");
                           if (!thought.empty()) message.emplace("reasoning_details", details_of(thought));
                         });
  }

  void mend_history(RequestMender& request) const {
    const json::value* const split = request.find("reasoning_split");
    if (split != nullptr && *split == json::value(true) && config_.give_thoughts_back) return mend_split_history(request);
    bool dropped = false;
    request.each_message([](const json::object& message) { return text_of(message, "reasoning_content") != nullptr; },
                         [&](json::object& message) {
                           const std::string thought(*text_of(message, "reasoning_content"));
                           const json::string* const content = text_of(message, "content");
                           const bool plain = content != nullptr || !message.contains("content") || message.at("content").is_null();
                           const std::string said = content != nullptr ? std::string(*content) : std::string();
                           message.erase("reasoning_content");
                           if (config_.give_thoughts_back && plain && !thought.empty())
                             message["content"] = "<think>\n" + thought + "\n</think>\n\n" + said;
                           else
                             dropped = true;
                         });
    if (dropped) request.report("removed reasoning_content of earlier answers");
  }

  const MiniMaxConfig& config_;                   // of the module, which outlives its stages
  std::map<std::int64_t, std::string> thoughts_;  // of each choice, so far
};

}  // namespace

}  // namespace patchbay

PATCHBAY_PLUGIN("dev.patchbay.compatibility-minimax", "1.0.0", "Patchbay", "MIT",
                patchbay::module<patchbay::chat_quirks::QuirkModule<patchbay::MiniMaxStage, patchbay::MiniMaxConfig>>(
                    patchbay::ModuleKind::compatibility, "compatibility-minimax", "Mends the dialect of MiniMax", "experimental",
                    patchbay::manual))
