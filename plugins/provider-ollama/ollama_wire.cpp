#include "ollama_wire.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "errors.hpp"
#include "ollama_config.hpp"
#include "patchbay/json_walk.hpp"
#include "token_counts.hpp"

namespace patchbay::ollama {

namespace json = boost::json;

namespace {

bool carries_answer(std::string_view message) {
  JsonSkim skim(message);
  while (skim.next())
    if (skim.key() != "role" && !says_nothing(skim.value())) return true;
  return false;
}

/// Ollama has words for people only.
ErrorKind kind_of_message(std::string_view message) {
  const auto says = [&message](std::string_view words) { return message.find(words) != std::string_view::npos; };
  if (says("server busy") || says("maximum pending requests")) return ErrorKind::overloaded;
  if (says("not found")) return ErrorKind::not_found;
  if (says("does not support") || says("not supported")) return ErrorKind::invalid_request;
  return ErrorKind::upstream;
}

}  // namespace

EventRole role_of(std::string_view data) {
  EventRole role = EventRole::preamble;
  JsonSkim skim(data);
  while (skim.next()) {
    if (skim.key() == "error" && !says_nothing(skim.value())) return EventRole::failure;
    if (skim.key() == "done" && skim.value() == "true") role = EventRole::last;
    if (skim.key() == "message" && role == EventRole::preamble && carries_answer(skim.value())) role = EventRole::content;
  }
  return role;
}

std::optional<Usage> usage_of(std::string_view data) {
  if (!provider_kit::mentions(data, "\"prompt_eval_count\"") && !provider_kit::mentions(data, "\"eval_count\"")) return std::nullopt;
  Usage counts;
  counts.input_tokens = provider_kit::count_of(data, "prompt_eval_count");
  counts.output_tokens = provider_kit::count_of(data, "eval_count");
  return provider_kit::unless_empty(counts);
}

Error explain(int status, const Headers& headers, std::string_view body) {
  Error error;
  error.source = "provider-ollama";
  error.retry_after = provider_kit::retry_after(headers);
  json::error_code fault;
  const json::value parsed = json::parse(body, fault);
  if (const json::object* const object = fault ? nullptr : parsed.if_object()) {
    const json::value* const inner = object->if_contains("error");
    if (inner != nullptr) error.original = body;
    if (inner != nullptr) error.original_protocol = protocol;
    error.message = inner != nullptr && inner->is_object() ? provider_kit::text_of(inner->get_object(), "message")
                                                           : provider_kit::text_of(*object, "error");
    if (error.message.empty()) error.message = provider_kit::text_of(*object, "message");
  }
  if (status >= 400)
    provider_kit::set_status(error, status);
  else
    error.kind = kind_of_message(error.message);
  provider_kit::ensure_message(error, status, body);
  return error;
}

}  // namespace patchbay::ollama
