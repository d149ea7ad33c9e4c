#include "hub/json_text.hpp"
#include "openai-chat/chat.hpp"

namespace patchbay::conversion::chat {

Finish finish_of(std::string_view reason) {
  using Reason = Finish::Reason;
  Finish finish;
  finish.native = reason;
  if (reason == "stop")
    finish.reason = Reason::stop;
  else if (reason == "length")
    finish.reason = Reason::length;
  else if (reason == "tool_calls" || reason == "function_call")
    finish.reason = Reason::tool_calls;
  else if (reason == "content_filter" || reason == "sensitive")
    finish.reason = Reason::content_filter;
  else
    finish.reason =
        reason == "error" || reason == "network_error" || reason == "insufficient_system_resource" ? Reason::error : Reason::stop;
  return finish;
}

std::string_view reason_of(const Finish& finish) {
  switch (finish.reason) {
    case Finish::Reason::length:
    case Finish::Reason::context_full: return "length";
    case Finish::Reason::tool_calls: return "tool_calls";
    case Finish::Reason::content_filter:
    case Finish::Reason::refusal: return "content_filter";
    default: return "stop";
  }
}

Usage decode_usage(json::value& value, const Path& path) {
  Fields fields(value, path);
  Usage usage;
  usage.input = fields.integer("prompt_tokens").value_or(-1);
  usage.output = fields.integer("completion_tokens").value_or(-1);
  usage.total = fields.integer("total_tokens").value_or(-1);
  if (json::object* const details = fields.object("prompt_tokens_details")) {
    const Path at(path, "prompt_tokens_details");
    Fields inner(*details, at);
    usage.cached = inner.integer("cached_tokens").value_or(-1);
    usage.written = inner.integer("cache_write_tokens").value_or(-1);
  }
  if (json::object* const details = fields.object("completion_tokens_details")) {
    const Path at(path, "completion_tokens_details");
    usage.reasoning = Fields(*details, at).integer("reasoning_tokens").value_or(-1);
  }
  // Some servers count what was thought beside the answer, not in it; their total tells.
  if (usage.reasoning > 0 && usage.total == usage.input + usage.output + usage.reasoning) usage.output += usage.reasoning;
  return usage;
}

json::object encode_usage(Usage&& usage) {
  const std::int64_t input = std::max<std::int64_t>(usage.input, 0);
  const std::int64_t output = std::max<std::int64_t>(usage.output, 0);
  json::object encoded{
      {"prompt_tokens", input}, {"completion_tokens", output}, {"total_tokens", usage.total >= 0 ? usage.total : input + output}};
  json::object prompt;
  if (usage.cached >= 0) prompt["cached_tokens"] = usage.cached;
  if (usage.written >= 0) prompt["cache_write_tokens"] = usage.written;
  if (!prompt.empty()) encoded["prompt_tokens_details"] = std::move(prompt);
  if (usage.reasoning >= 0) encoded["completion_tokens_details"] = {{"reasoning_tokens", usage.reasoning}};
  return encoded;
}

json::object encode_annotation(const Citation& citation) {
  json::object inner{{"url", citation.url}, {"title", citation.title}};
  inner["start_index"] = std::max<std::int64_t>(citation.start, 0);
  inner["end_index"] = std::max<std::int64_t>(citation.end, 0);
  return {{"type", "url_citation"}, {"url_citation", std::move(inner)}};
}

Answer decode_answer(json::value& body) {
  const Path root;
  Fields fields(body, root);
  Answer answer;
  answer.origin = protocols::openai_chat;
  answer.id = fields.string("id");
  answer.model = fields.string("model");
  answer.created = fields.integer("created").value_or(0);
  answer.service_tier = fields.string("service_tier");
  fields.ignore("object");
  json::array* const choices = fields.array("choices");
  if (choices == nullptr) fields.fail("choices", "is missing");
  std::size_t index = 0;
  for (json::value& value : *choices) {
    const Path at(root, "choices", index++);
    Fields inner(value, at);
    Choice& choice = answer.choices.emplace_back();
    if (json::object* const message = inner.object("message")) {
      const Path message_at(at, "message");
      Fields assistant(*message, message_at);
      decode_assistant(assistant, choice.parts);
    }
    if (const std::string reason = inner.string("finish_reason"); !reason.empty()) choice.finish = finish_of(reason);
    if (json::object* const logprobs = inner.object("logprobs"))
      if (json::value* const content = logprobs->if_contains("content"); content != nullptr && content->is_array())
        choice.logprobs = std::move(*content);
    for (const Part& part : choice.parts)  // some servers say `stop` after a tool call
      if (std::holds_alternative<ToolCall>(part.body) && choice.finish.reason == Finish::Reason::stop)
        choice.finish.reason = Finish::Reason::tool_calls;
  }
  if (json::value* const usage = fields.find("usage")) {
    const Path at(root, "usage");
    answer.usage = decode_usage(*usage, at);
  }
  answer.extras = fields.rest();
  return answer;
}

std::string completion_id(const std::string& id, const AnswerContext& context) {
  if (id.starts_with("chatcmpl")) return id;
  return "chatcmpl-" + (id.empty() ? std::string(context.request_id) : id);
}

json::value encode_answer(Answer&& answer, const AnswerContext& context) {
  json::array choices;
  for (std::size_t index = 0; index < answer.choices.size(); ++index) {
    Choice& choice = answer.choices[index];
    json::object message{{"role", "assistant"}};
    std::string content;
    std::string refusal;
    json::array calls;
    json::array annotations;
    for (Part& part : choice.parts) {
      if (Text* const text = std::get_if<Text>(&part.body)) {
        for (Citation& citation : text->citations) {
          if (citation.url.empty()) continue;
          place(citation, characters_in(text->text), characters_in(content));
          annotations.push_back(encode_annotation(citation));
        }
        content += text->text;
      } else if (ToolCall* const call = std::get_if<ToolCall>(&part.body)) {
        if (call->id.empty()) call->id = made_call_id("call_", context.request_id, calls.size());
        calls.push_back(encode_call(*call, part.signature));
      } else if (const Refusal* const one = std::get_if<Refusal>(&part.body)) {
        refusal += one->text;
      }
    }
    message["content"] = content.empty() && (!calls.empty() || !refusal.empty()) ? json::value() : json::value(content);
    message["refusal"] = refusal.empty() ? json::value() : json::value(refusal);
    encode_reasoning(choice.parts, message);
    if (!annotations.empty()) message["annotations"] = std::move(annotations);
    if (!calls.empty()) message["tool_calls"] = std::move(calls);
    json::value logprobs;
    if (choice.logprobs.is_array()) logprobs = {{"content", std::move(choice.logprobs)}, {"refusal", nullptr}};
    choices.push_back({{"index", index},
                       {"message", std::move(message)},
                       {"logprobs", std::move(logprobs)},
                       {"finish_reason", reason_of(choice.finish)}});
  }
  json::object body{{"id", completion_id(answer.id, context)},
                    {"object", "chat.completion"},
                    {"created", answer.created != 0 ? answer.created : context.now},
                    {"model", answer.model.empty() ? context.request.model : answer.model},
                    {"choices", std::move(choices)}};
  put(body, "service_tier", json::value(answer.service_tier));
  if (answer.usage.known()) body["usage"] = encode_usage(std::move(answer.usage));
  if (answer.origin == protocols::openai_chat) merge(body, std::move(answer.extras));
  return body;
}

}  // namespace patchbay::conversion::chat
