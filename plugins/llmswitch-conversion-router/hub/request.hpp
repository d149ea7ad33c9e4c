#pragma once

#include "hub/builtin.hpp"
#include "hub/content.hpp"
#include "hub/fidelity.hpp"
#include "patchbay/headers.hpp"

namespace patchbay::conversion {

struct Tool {
  enum class Kind : std::uint8_t {
    function,
    custom,   ///< takes free text
    client,   ///< of the client's protocol alone, but executed by the client: a function that needs no description
    builtin,  ///< executed by the provider
  };
  Kind kind = Kind::function;
  std::string name;
  std::string description;
  json::value parameters;  ///< JSON Schema; null if it was not given
  std::optional<bool> strict;
  json::value cache;
  std::string space;  ///< its namespace (Responses)
  std::string space_description;
  std::string type;  ///< of a client's or a built-in tool, as its protocol calls it
  json::value raw;   ///< a client's or a built-in tool, as it came; the format of a custom one
  Builtin builtin;
  json::object extras;
};

struct ToolChoice {
  enum class Mode : std::uint8_t { unsaid, automatic, none, required, named };
  Mode mode = Mode::unsaid;
  std::string name;                  ///< for `named`
  std::vector<std::string> allowed;  ///< only these, if it is not empty
};

/// How much the model is to think.
struct Thinking {
  std::string effort;                  ///< `none`, `minimal`, `low`, `medium`, `high`, `xhigh`; empty: not said
  std::optional<std::int64_t> budget;  ///< tokens; -1: as many as it likes; 0: none
  std::optional<bool> visible;         ///< whether the client wants to see the thoughts
  std::string summary;                 ///< `auto`, `concise`, `detailed`

  [[nodiscard]] bool said() const { return !effort.empty() || budget; }
  [[nodiscard]] bool off() const { return effort == "none" || (budget && *budget == 0); }
};

struct Format {
  enum class Kind : std::uint8_t { unsaid, text, json, schema };
  Kind kind = Kind::unsaid;
  std::string name;
  std::string description;
  json::value schema;
  std::optional<bool> strict;
};

/// A request to make a model answer. Numbers that are only passed on are JSON values, null where the client said nothing.
struct ModelRequest {
  std::string_view origin;  ///< the protocol that it came in
  std::string model;
  bool stream = false;
  std::vector<Message> messages;
  std::vector<Tool> tools;
  ToolChoice tool_choice;
  std::optional<bool> parallel_tool_calls;

  json::value temperature;
  json::value top_p;
  json::value top_k;
  json::value frequency_penalty;
  json::value presence_penalty;
  json::value seed;
  json::value logit_bias;
  json::value logprobs;  ///< true or false
  json::value top_logprobs;
  std::optional<std::int64_t> max_tokens;
  std::optional<std::int64_t> choices;
  std::vector<std::string> stop;

  Thinking thinking;
  Format format;
  json::value metadata;
  std::string user;
  std::string safety_identifier;
  std::string service_tier;
  std::string verbosity;
  std::string prompt_cache_key;
  std::optional<bool> store;
  std::string previous_response_id;
  bool sealed_thoughts = false;  ///< the client asked for thoughts in a form that it can bring back
  bool count_only = false;       ///< the question is how many tokens it has
  bool include_usage = true;     ///< the client wants usage in its stream
  json::object extras;
  Headers headers;    ///< what the provider is to be told beside the body
  json::object echo;  ///< what the client's protocol repeats in its answers
};

/// The built-in tool that the choice forces; null if it forces none.
[[nodiscard]] const Tool* forced_builtin(const ModelRequest& request);

/// Reports a tool that the provider does not get.
void report_tool(const Tool& tool, std::string_view why, Fidelity& fidelity);

/// Tokens of a budget for an effort, and the other way round. The values are those of Google's OpenAI compatibility (low 1,024, medium
/// 8,192, high 24,576).
[[nodiscard]] std::int64_t budget_of(std::string_view effort);
[[nodiscard]] std::string_view effort_of(std::int64_t budget);

/// A rough count of the tokens of a prompt, never 0: four bytes of text are one.
[[nodiscard]] std::int64_t estimated_tokens(const ModelRequest& request);

}  // namespace patchbay::conversion
