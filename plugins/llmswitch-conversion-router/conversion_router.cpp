#include <boost/describe/class.hpp>

#include "conversion.hpp"
#include "patchbay/plugin.hpp"

namespace patchbay::conversion {

namespace {

constexpr const char* manual =
    R"md(Lets a client of any protocol use a model behind any other: OpenAI Chat Completions, OpenAI Responses, Anthropic
Messages, Gemini; providers speak Ollama's own protocol as well. Requests, whole answers, streams and errors are converted; where both sides speak the same protocol nothing is touched.

    [library.any-client]
    type = "llmswitch-conversion-router"
    config = { }

    [library.any-client-strictly]           # refuse what cannot be said in the provider's protocol
    type = "llmswitch-conversion-router"
    config = { strict = true, strict_except = ["cache_control"] }

What the provider's protocol cannot express is left out and reported: in the response header `x-patchbay-fidelity`, in the trace and as a
counter. With `strict` it is a 400 that names the field.

Tools that are more than functions, by the protocol of the client that declares them; `own`: the provider knows it, nothing is converted:

| client's tool | openai-chat | openai-responses | anthropic-messages | gemini | ollama-chat |
|---|---|---|---|---|---|
| openai-chat `web_search_options` | own | web_search | web_search | googleSearch | reported |
| openai-chat `custom` | own | custom | function | function | function |
| openai-responses `web_search` | web_search_options | own | web_search | googleSearch | reported |
| openai-responses `web_search_preview` | web_search_options | own | web_search | googleSearch | reported |
| openai-responses `code_interpreter` | reported | own | code_execution | codeExecution | reported |
| openai-responses `mcp` | reported | own | mcp_toolset | reported | reported |
| openai-responses `custom` | function | own | function | function | function |
| openai-responses `namespace` | function | own | function | function | function |
| openai-responses `local_shell` | function | own | function | function | function |
| openai-responses `shell` | function | own | function | function | function |
| openai-responses `apply_patch` | function | own | function | function | function |
| openai-responses `file_search` | reported | own | reported | reported | reported |
| openai-responses `image_generation` | reported | own | reported | reported | reported |
| openai-responses `computer_use_preview` | reported | own | reported | reported | reported |
| openai-responses `tool_search` | reported | own | reported | reported | reported |
| anthropic-messages `web_search_20250305` | web_search_options | web_search | own | googleSearch | reported |
| anthropic-messages `web_fetch_20250910` | reported | reported | own | urlContext | reported |
| anthropic-messages `code_execution_20250825` | reported | code_interpreter | own | codeExecution | reported |
| anthropic-messages `mcp_servers` | reported | mcp | own | reported | reported |
| anthropic-messages `bash_20250124` | function | function | own | function | function |
| anthropic-messages `text_editor_20250728` | function | function | own | function | function |
| anthropic-messages `memory_20250818` | function | function | own | function | function |
| anthropic-messages `computer_20250124` | reported | reported | own | reported | reported |
| gemini `googleSearch` | web_search_options | web_search | web_search | own | reported |
| gemini `urlContext` | reported | reported | web_fetch | own | reported |
| gemini `codeExecution` | reported | code_interpreter | code_execution | own | reported |
| gemini `googleMaps` | reported | reported | reported | own | reported |
| gemini `fileSearch` | reported | reported | reported | own | reported |

* A tool that the provider executes becomes the provider's own that does the same, with the options that it has: domains, the user's place,
  the size of the context, the number of uses. Options that it has not are reported as `tools.TYPE.OPTION`, tools as `tools.TYPE`. What it
  found is in the answer, sources as citations; its steps are reported by the type of their block or item.
* `web_search_options` only with `chat_web_search`, else reported. Server tools beside functions reach Gemini only with `gemini_mixed_tools`.
* `mcp` goes to Messages only with `require_approval = "never"`: nobody is asked there.
* A tool that the client executes becomes a function, and the model's call becomes the client's own item again: `local_shell_call`,
  `shell_call`, `apply_patch_call`, a call of Messages, a custom call with its free text (custom tools stay what they are with
  `chat_custom_tools`). Functions of a namespace have its name in front, `NAMESPACE__NAME`, and their calls have it back.
* A `tool_choice` that forces a tool which the provider does not have is reported.

Of `temperature` and `top_p`, which newer models of Messages do not take together, a value of 1 is left out, it says nothing; else `top_p` is,
and reported. Signed thoughts travel through clients of other protocols unharmed and go back to the provider that signed them, and to no
other; unsigned ones too, where the client's protocol has a place to say whose they are.
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
    if (client == nullptr || provider == nullptr)
      throw std::invalid_argument("cannot stand between " + std::string(info.client_protocol) + " and " +
                                  std::string(info.provider_protocol));
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
