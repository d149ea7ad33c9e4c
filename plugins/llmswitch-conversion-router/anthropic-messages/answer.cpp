#include <algorithm>

#include "anthropic-messages/anthropic.hpp"
#include "hub/json_text.hpp"
#include "hub/signature.hpp"

namespace patchbay::conversion::anthropic {

Finish finish_of(std::string_view reason, std::string&& sequence) {
  using Reason = Finish::Reason;
  Finish finish;
  finish.native = reason;
  finish.sequence = std::move(sequence);
  if (reason == "max_tokens")
    finish.reason = Reason::length;
  else if (reason == "stop_sequence")
    finish.reason = Reason::stop_sequence;
  else if (reason == "tool_use")
    finish.reason = Reason::tool_calls;
  else if (reason == "refusal")
    finish.reason = Reason::refusal;
  else if (reason == "pause_turn")
    finish.reason = Reason::pause;
  else if (reason == "model_context_window_exceeded")
    finish.reason = Reason::context_full;
  else
    finish.reason = Reason::stop;
  return finish;
}

std::string_view reason_of(const Finish& finish) {
  switch (finish.reason) {
    case Finish::Reason::length: return "max_tokens";
    case Finish::Reason::stop_sequence: return "stop_sequence";
    case Finish::Reason::tool_calls: return "tool_use";
    case Finish::Reason::content_filter:
    case Finish::Reason::refusal: return "refusal";
    case Finish::Reason::pause: return "pause_turn";
    case Finish::Reason::context_full: return "model_context_window_exceeded";
    default: return "end_turn";
  }
}

Usage decode_usage(json::value& value, const Path& path) {
  Fields fields(value, path);
  Usage usage;
  usage.input = fields.integer("input_tokens").value_or(-1);
  usage.output = fields.integer("output_tokens").value_or(-1);
  usage.cached = fields.integer("cache_read_input_tokens").value_or(-1);
  usage.written = fields.integer("cache_creation_input_tokens").value_or(-1);
  if (usage.input >= 0) usage.input += std::max<std::int64_t>(usage.cached, 0) + std::max<std::int64_t>(usage.written, 0);
  usage.extras = fields.rest();
  return usage;
}

json::object encode_usage(Usage&& usage) {
  const std::int64_t cached = std::max<std::int64_t>(usage.cached, 0);
  const std::int64_t written = std::max<std::int64_t>(usage.written, 0);
  return {{"input_tokens", std::max<std::int64_t>(usage.input - cached - written, 0)},
          {"cache_creation_input_tokens", written},
          {"cache_read_input_tokens", cached},
          {"output_tokens", std::max<std::int64_t>(usage.output, 0)}};
}

std::string message_id(const std::string& id, std::string_view request_id) {
  if (id.starts_with("msg_")) return id;
  return "msg_" + (id.empty() ? std::string(request_id) : id);
}

Answer decode_answer(json::value& body) {
  const Path root;
  Fields fields(body, root);
  Answer answer;
  answer.origin = protocols::anthropic_messages;
  answer.id = fields.string("id");
  answer.model = fields.string("model");
  fields.ignore("type");
  fields.ignore("role");
  Choice& choice = answer.choices.emplace_back();
  json::value* const content = fields.find("content");
  if (content == nullptr) fields.fail("content", "is missing");
  const Path at(root, "content");
  choice.parts = decode_content(*content, at);
  const std::string reason = fields.string("stop_reason");
  choice.finish = finish_of(reason, fields.string("stop_sequence"));
  if (json::value* const usage = fields.find("usage")) {
    const Path usage_at(root, "usage");
    answer.usage = decode_usage(*usage, usage_at);
  }
  answer.extras = fields.rest();
  return answer;
}

json::value encode_answer(Answer&& answer, const AnswerContext& context) {
  const bool same = answer.origin == protocols::anthropic_messages;
  Fidelity unused;  // what an answer loses cannot be told any more
  json::array content;
  Finish finish;
  if (!answer.choices.empty()) {
    Choice& choice = answer.choices.front();
    finish = choice.finish;
    std::size_t calls = 0;
    for (Part& part : choice.parts) {
      if (ToolCall* const call = std::get_if<ToolCall>(&part.body)) {
        ++calls;
        if (call->id.empty()) call->id = made_call_id("toolu_", context.request_id, calls);
        if (!part.signature.empty() && !same)
          content.push_back({{"type", "thinking"}, {"thinking", ""}, {"signature", seal(part.signature, true)}});
      }
      if (const Reasoning* const reasoning = std::get_if<Reasoning>(&part.body); reasoning != nullptr && !same) {
        if (part.signature.origin.empty()) part.signature.origin = answer.origin;
        if (reasoning->redacted)
          content.push_back({{"type", "redacted_thinking"}, {"data", seal(part.signature)}});
        else
          content.push_back({{"type", "thinking"}, {"thinking", text_of(*reasoning)}, {"signature", seal(part.signature)}});
        continue;
      }
      std::vector<Citation> citations;
      if (Text* const text = std::get_if<Text>(&part.body)) citations = std::move(text->citations);
      json::object block = encode_block(part, same, unused);
      if (block.empty()) continue;
      if (!citations.empty()) {
        json::array encoded;
        for (Citation& citation : citations)
          if (json::object one = encode_citation(std::move(citation)); !one.empty()) encoded.push_back(std::move(one));
        if (!encoded.empty()) block["citations"] = std::move(encoded);
      }
      content.push_back(std::move(block));
    }
    if (calls > 0 && (finish.reason == Finish::Reason::stop || finish.reason == Finish::Reason::unsaid))
      finish.reason = Finish::Reason::tool_calls;
  }
  if (answer.usage.input < 0) answer.usage.input = context.estimated_input;
  json::object body{{"id", message_id(answer.id, context.request_id)},
                    {"type", "message"},
                    {"role", "assistant"},
                    {"model", answer.model.empty() ? context.request.model : answer.model},
                    {"content", std::move(content)},
                    {"stop_reason", reason_of(finish)},
                    {"stop_sequence", finish.sequence.empty() ? json::value() : json::value(finish.sequence)}};
  json::object extras = same ? std::move(answer.usage.extras) : json::object();
  json::object usage = encode_usage(std::move(answer.usage));
  merge(usage, std::move(extras));
  body["usage"] = std::move(usage);
  if (same) merge(body, std::move(answer.extras));
  return body;
}

}  // namespace patchbay::conversion::anthropic
