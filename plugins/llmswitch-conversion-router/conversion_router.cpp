#include <boost/describe/class.hpp>

#include "conversion.hpp"
#include "patchbay/plugin.hpp"

namespace patchbay::conversion {

namespace {

constexpr const char* manual =
    R"md(Lets a client of any protocol use a model behind any other: OpenAI Chat Completions, OpenAI Responses, Anthropic
Messages, Gemini. Requests, whole answers, streams and errors are converted; where both sides speak the same protocol nothing is touched.

    [library.any-client]
    type = "llmswitch-conversion-router"
    config = { }

    [library.any-client-strictly]           # refuse what cannot be said in the provider's protocol
    type = "llmswitch-conversion-router"
    config = { strict = true, strict_except = ["cache_control"] }

What the provider's protocol cannot express is left out and reported: in the response header `x-patchbay-fidelity`, in the trace and as a
counter. With `strict` it is a 400 that names the field.

Built-in tools: web search, page fetch and code execution become the provider's own where it has one (their options are reported); any
other built-in tool of another vendor is left out and reported. Custom tools (free text, as Codex uses them) become functions with one string where there are none, and
their calls become custom calls again. Signed thoughts travel through clients of other protocols unharmed and go back to the provider
that signed them, and to no other.
)md";

struct Config {
  bool strict = false;
  std::vector<std::string> strict_except;
  std::int64_t default_max_tokens = 8'192;
  std::string chat_max_tokens = "max_tokens";
  bool chat_custom_tools = false;
  bool chat_web_search = false;
  bool messages_sampling = true;
  bool messages_adaptive_thinking = false;
  bool gemini_mixed_tools = true;

  static constexpr config::Doc docs[] = {
      {.field = "strict", .text = "Refuse a request that the provider's protocol cannot express in full."},
      {.field = "strict_except", .text = "Losses that are accepted nevertheless, by the names that the fidelity report gives them."},
      {.field = "default_max_tokens",
       .text = "The limit of an answer for protocols that want one, when the client gave none.",
       .minimum = 1,
       .maximum = 1'000'000},
      {.field = "chat_max_tokens",
       .text = "The field of Chat Completions that carries the limit; OpenAI's own models want `max_completion_tokens`.",
       .choices = "max_tokens|max_completion_tokens"},
      {.field = "chat_custom_tools",
       .text = "The provider of Chat Completions takes tools of type `custom`; otherwise they are sent as functions."},
      {.field = "chat_web_search",
       .text = "The model behind Chat Completions searches the web and takes `web_search_options`; others refuse the field."},
      {.field = "messages_sampling",
       .text = "The model behind Messages takes `temperature`, `top_p` and `top_k`; those from Opus 4.7 on refuse them."},
      {.field = "messages_adaptive_thinking",
       .text = "The model behind Messages decides how long it thinks and takes an effort; those from Opus 4.7 on refuse a budget."},
      {.field = "gemini_mixed_tools",
       .text = "The model behind Gemini takes server tools beside functions, as those from Gemini 3 on do; for others they are left out."},
  };
};
BOOST_DESCRIBE_STRUCT(Config, (),
                      (strict, strict_except, default_max_tokens, chat_max_tokens, chat_custom_tools, chat_web_search, messages_sampling,
                       messages_adaptive_thinking, gemini_mixed_tools))

class ConversionRouter final : public Transform {
 public:
  using Config = conversion::Config;

  ConversionRouter(Config config, const Host&) {
    policy_.strict = config.strict;
    policy_.strict_except = std::move(config.strict_except);
    policy_.settings.default_max_tokens = config.default_max_tokens;
    policy_.settings.chat_max_tokens = std::move(config.chat_max_tokens);
    policy_.settings.chat_custom_tools = config.chat_custom_tools;
    policy_.settings.chat_web_search = config.chat_web_search;
    policy_.settings.messages_sampling = config.messages_sampling;
    policy_.settings.messages_adaptive = config.messages_adaptive_thinking;
    policy_.settings.gemini_mixed_tools = config.gemini_mixed_tools;
  }

  bool bridges(std::string_view client_protocol, std::string_view provider_protocol) const override {
    return client_protocol == provider_protocol || (find_codec(client_protocol) != nullptr && find_codec(provider_protocol) != nullptr);
  }

  bool answers(Operation operation) const override { return operation == Operation::count_tokens; }

  std::unique_ptr<Stage> connect(const ConnectionInfo& info) const override {
    const bool counts = info.operation == Operation::count_tokens;
    if (info.client_protocol == info.provider_protocol && (!counts || info.provider_serves)) return nullptr;
    const Codec* const client = find_codec(info.client_protocol);
    const Codec* const provider = find_codec(info.provider_protocol);
    return std::make_unique<Conversion>(policy_, *client, *provider, info.operation, info.provider_serves);
  }

 private:
  Policy policy_;
};

}  // namespace

}  // namespace patchbay::conversion

PATCHBAY_PLUGIN("dev.patchbay.llmswitch-conversion-router", "1.0.0", "Patchbay", "MIT",
                patchbay::module<patchbay::conversion::ConversionRouter>(patchbay::ModuleKind::llm_switch, "llmswitch-conversion-router",
                                                                         "Any client protocol to any provider protocol", "experimental",
                                                                         patchbay::conversion::manual))
