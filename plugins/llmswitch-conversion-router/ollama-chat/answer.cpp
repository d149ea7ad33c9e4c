#include <algorithm>
#include <cstdio>
#include <ctime>

#include "hub/json_text.hpp"
#include "ollama-chat/ollama.hpp"

namespace patchbay::conversion::ollama {

Finish finish_of(std::string_view reason, bool called) {
  Finish finish;
  finish.native = reason;
  // `load` and `unload` are said where nothing was to be generated; older versions say nothing.
  finish.reason = called ? Finish::Reason::tool_calls : reason == "length" ? Finish::Reason::length : Finish::Reason::stop;
  return finish;
}

std::string_view reason_of(const Finish& finish) {
  return finish.reason == Finish::Reason::length || finish.reason == Finish::Reason::context_full ? "length" : "stop";
}

Usage decode_usage(Fields& answer) {
  Usage usage;
  usage.input = answer.integer("prompt_eval_count").value_or(-1);
  usage.output = answer.integer("eval_count").value_or(-1);
  // A prompt that was in the cache is left out of the counts.
  if (usage.output >= 0 && usage.input < 0) usage.input = 0;
  return usage;
}

void put_usage(const Usage& usage, json::object& answer) {
  if (!usage.known()) return;
  answer["prompt_eval_count"] = std::max<std::int64_t>(usage.input, 0);
  answer["eval_count"] = std::max<std::int64_t>(usage.output, 0);
}

std::int64_t seconds_of(const std::string& date) {
  std::tm parts{};
  const char* rest = strptime(date.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return 0;
  if (*rest == '.')
    for (++rest; *rest >= '0' && *rest <= '9';) ++rest;
  const std::int64_t local = timegm(&parts);
  int hours = 0;
  int minutes = 0;
  if ((*rest == '+' || *rest == '-') && std::sscanf(rest + 1, "%2d:%2d", &hours, &minutes) == 2)
    return local + (*rest == '+' ? -1 : 1) * (hours * 3600 + minutes * 60);
  return *rest == 'Z' ? local : 0;
}

std::string date_of(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

json::value decode_logprobs(json::array&& tokens) {
  for (json::value& one : tokens) {
    if (!one.is_object()) continue;
    json::object& token = one.get_object();
    token.emplace("bytes", nullptr);
    token.emplace("top_logprobs", json::array());
    if (json::array* const others = token["top_logprobs"].if_array())
      for (json::value& other : *others)
        if (other.is_object()) other.get_object().emplace("bytes", nullptr);
  }
  return std::move(tokens);
}

Answer decode_answer(json::value& body) {
  const Path root;
  Fields fields(body, root);
  Answer answer;
  answer.origin = protocol;
  answer.model = fields.string("model");
  answer.created = seconds_of(fields.string("created_at"));
  json::object* const message = fields.object("message");
  if (message == nullptr) fields.fail("message", "is missing");
  const Path at(root, "message");
  Fields inner(*message, at);
  Choice& choice = answer.choices.emplace_back();
  choice.parts = decode_assistant(inner);
  const bool called =
      std::any_of(choice.parts.begin(), choice.parts.end(), [](const Part& part) { return std::holds_alternative<ToolCall>(part.body); });
  choice.finish = finish_of(fields.string("done_reason"), called);
  if (json::array* const tokens = fields.array("logprobs")) choice.logprobs = decode_logprobs(std::move(*tokens));
  answer.usage = decode_usage(fields);
  fields.ignore("done");
  answer.extras = fields.rest();
  return answer;
}

json::value encode_answer(Answer&& answer, const AnswerContext& context) {
  Choice choice = answer.choices.empty() ? Choice() : std::move(answer.choices.front());
  Fidelity unused;  // what an answer loses cannot be told any more
  Message said;
  said.role = Role::assistant;
  for (Part& part : choice.parts) {
    if (std::holds_alternative<Reasoning>(part.body)) part.signature = {};  // the client sees whatever was thought
    if (!std::holds_alternative<Opaque>(part.body)) said.parts.push_back(std::move(part));
  }
  std::vector<Message> messages;
  messages.push_back(std::move(said));
  json::array encoded = encode_messages(messages, true, unused);
  json::object body{{"model", answer.model.empty() ? context.request.model : answer.model},
                    {"created_at", date_of(answer.created != 0 ? answer.created : context.now)},
                    {"message", std::move(encoded.front())},
                    {"done", true},
                    {"done_reason", reason_of(choice.finish)}};
  if (choice.logprobs.is_array()) body["logprobs"] = std::move(choice.logprobs);
  put_usage(answer.usage, body);
  if (answer.origin == protocol) merge(body, std::move(answer.extras));
  return body;
}

}  // namespace patchbay::conversion::ollama
