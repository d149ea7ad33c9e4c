#include "limits.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "message-text/texts.hpp"

namespace patchbay::guard {

namespace json = boost::json;

namespace {

const json::value* member(const json::value* value, std::string_view key) {
  return value != nullptr && value->is_object() ? value->get_object().if_contains(key) : nullptr;
}

const json::array& elements(const json::value* value) {
  static const json::array none;
  return value != nullptr && value->is_array() ? value->get_array() : none;
}

std::string_view turns_field(std::string_view protocol) {
  if (protocol == protocols::openai_responses) return "input";
  return protocol == protocols::gemini ? "contents" : "messages";
}

/// The number of tokens that a request asks for, and the field that says it.
std::pair<const json::value*, std::string_view> asked_tokens(const json::value& body, std::string_view protocol) {
  if (protocol == protocols::openai_responses) return {member(&body, "max_output_tokens"), "max_output_tokens"};
  if (protocol == protocols::gemini) {
    const json::value* settings = member(&body, "generationConfig");
    if (settings == nullptr) settings = member(&body, "generation_config");
    const json::value* const camel = member(settings, "maxOutputTokens");
    return {camel != nullptr ? camel : member(settings, "max_output_tokens"), "generationConfig.maxOutputTokens"};
  }
  if (protocol == message_text::ollama_chat_protocol) return {member(member(&body, "options"), "num_predict"), "options.num_predict"};
  if (const json::value* const newer = member(&body, "max_completion_tokens"); newer != nullptr && protocol == protocols::openai_chat)
    return {newer, "max_completion_tokens"};
  return {member(&body, "max_tokens"), "max_tokens"};
}

void add_name(const json::value* name, std::vector<std::string>& names) {
  if (name != nullptr && name->is_string()) names.emplace_back(name->get_string());
}

/// The name of each tool that is offered; of a provider's own ones the type.
std::vector<std::string> offered_tools(const json::value& body) {
  std::vector<std::string> names;
  for (const json::value& tool : elements(member(&body, "tools"))) {
    const json::value* declared = member(&tool, "functionDeclarations");
    if (declared == nullptr) declared = member(&tool, "function_declarations");
    for (const json::value& function : elements(declared)) add_name(member(&function, "name"), names);
    const std::size_t before = names.size();
    add_name(member(member(&tool, "function"), "name"), names);
    add_name(member(member(&tool, "custom"), "name"), names);
    add_name(member(&tool, "name"), names);
    if (names.size() == before) add_name(member(&tool, "type"), names);
    if (names.size() == before && declared == nullptr && tool.is_object())
      for (const auto& own : tool.get_object()) names.emplace_back(own.key());  // Gemini's own
  }
  for (const json::value& function : elements(member(&body, "functions"))) add_name(member(&function, "name"), names);
  return names;
}

Error refusal(ErrorKind kind, std::string code, std::string param, std::string message) {
  return {.kind = kind, .message = std::move(message), .code = std::move(code), .param = std::move(param), .source = "workflow-guard"};
}

}  // namespace

Limits::Limits(LimitsConfig config, std::vector<config::Fault>& faults) : config_(std::move(config)) {
  for (std::size_t i = 0; i < config_.models.size(); ++i) {
    models_.push_back(std::make_unique<re2::RE2>(config_.models[i], re2::RE2::Quiet));
    if (!models_.back()->ok())
      faults.push_back({"/limits/models/" + std::to_string(i), "is not a regular expression that RE2 takes: " + models_.back()->error()});
  }
}

bool Limits::allows_model(const std::string& model) const {
  return models_.empty() ||
         std::any_of(models_.begin(), models_.end(), [&](const auto& expression) { return re2::RE2::FullMatch(model, *expression); });
}

std::optional<Error> Limits::broken_by(const Request& request) const {
  if (!allows_model(request.model()))
    return refusal(ErrorKind::permission, "model_not_allowed", "model", "the model '" + request.model() + "' is not allowed here");
  if (!config_.max_messages && !config_.max_tokens && !config_.require_max_tokens && !config_.tools) return std::nullopt;

  const json::value& body = request.body.read();
  const std::string_view turns = turns_field(request.protocol);
  if (const std::size_t count = elements(member(&body, turns)).size(); config_.max_messages && count > *config_.max_messages)
    return refusal(
        ErrorKind::invalid_request, "too_many_messages", std::string(turns),
        "the request has " + std::to_string(count) + " turns; at most " + std::to_string(*config_.max_messages) + " are allowed");

  if (request.operation == Operation::generate) {
    const auto [asked, field] = asked_tokens(body, request.protocol);
    const bool names_one = asked != nullptr && asked->is_number();
    if (!names_one && config_.require_max_tokens)
      return refusal(ErrorKind::invalid_request, "max_tokens_missing", std::string(field), "the request must say " + std::string(field));
    if (names_one && config_.max_tokens && asked->to_number<double>() > static_cast<double>(*config_.max_tokens))
      return refusal(ErrorKind::invalid_request, "too_many_tokens", std::string(field),
                     std::string(field) + " may be at most " + std::to_string(*config_.max_tokens));
  }
  if (config_.tools)
    for (const std::string& tool : offered_tools(body))
      if (std::find(config_.tools->begin(), config_.tools->end(), tool) == config_.tools->end())
        return refusal(ErrorKind::invalid_request, "tool_not_allowed", "tools", "the tool '" + tool + "' is not allowed here");
  return std::nullopt;
}

}  // namespace patchbay::guard
