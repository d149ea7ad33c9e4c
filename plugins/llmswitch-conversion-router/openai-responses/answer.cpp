#include <algorithm>

#include "hub/json_text.hpp"
#include "hub/signature.hpp"
#include "openai-responses/client_tools.hpp"
#include "openai-responses/responses.hpp"

namespace patchbay::conversion::responses {

Finish finish_of(std::string_view status, json::value* incomplete_details) {
  Finish finish;
  finish.native = status;
  finish.reason = Finish::Reason::stop;
  if (status != "incomplete") return finish;
  finish.reason = Finish::Reason::length;
  if (incomplete_details != nullptr && incomplete_details->is_object())
    if (const json::value* const reason = incomplete_details->get_object().if_contains("reason");
        reason != nullptr && reason->is_string()) {
      finish.native = reason->get_string();
      if (finish.native == "content_filter") finish.reason = Finish::Reason::content_filter;
    }
  return finish;
}

Usage decode_usage(json::value& value, const Path& path) {
  Fields fields(value, path);
  Usage usage;
  usage.input = fields.integer("input_tokens").value_or(-1);
  usage.output = fields.integer("output_tokens").value_or(-1);
  if (json::object* const details = fields.object("input_tokens_details"))
    usage.cached = Fields(*details, path).integer("cached_tokens").value_or(-1);
  if (json::object* const details = fields.object("output_tokens_details"))
    usage.reasoning = Fields(*details, path).integer("reasoning_tokens").value_or(-1);
  return usage;
}

json::object encode_usage(const Usage& usage) {
  const std::int64_t input = std::max<std::int64_t>(usage.input, 0);
  const std::int64_t output = std::max<std::int64_t>(usage.output, 0);
  return {{"input_tokens", input},
          {"input_tokens_details", {{"cached_tokens", std::max<std::int64_t>(usage.cached, 0)}}},
          {"output_tokens", output},
          {"output_tokens_details", {{"reasoning_tokens", std::max<std::int64_t>(usage.reasoning, 0)}}},
          {"total_tokens", usage.total >= 0 ? usage.total : input + output}};
}

json::object encode_annotation(const Citation& citation) {
  return {{"type", "url_citation"},
          {"url", citation.url},
          {"title", citation.title},
          {"start_index", std::max<std::int64_t>(citation.start, 0)},
          {"end_index", std::max<std::int64_t>(citation.end, 0)}};
}

json::object text_part(std::string text, json::array&& annotations) {
  return {{"type", "output_text"}, {"text", std::move(text)}, {"annotations", std::move(annotations)}, {"logprobs", json::array()}};
}

json::object message_item(std::string id, json::array&& content) {
  return {{"id", std::move(id)}, {"type", "message"}, {"status", "completed"}, {"role", "assistant"}, {"content", std::move(content)}};
}

json::object call_item(std::string id, const ToolCall& call) {
  json::object item;
  put(item, "id", json::value(id));
  item["type"] = call.custom ? "custom_tool_call" : "function_call";
  item["status"] = "completed";
  item["call_id"] = call.id;
  item["name"] = call.name;
  put(item, "namespace", json::value(call.space));
  if (call.custom)
    item["input"] = call.arguments;
  else
    item["arguments"] = call.arguments.empty() ? "{}" : call.arguments;
  return item;
}

json::object reasoning_item(std::string id, const std::vector<std::string>& sections, const Signature& signature, bool of_next) {
  json::object item;
  put(item, "id", json::value(id));
  item["type"] = "reasoning";
  json::array summary;
  for (const std::string& section : sections) summary.push_back({{"type", "summary_text"}, {"text", section}});
  item["summary"] = std::move(summary);
  if (signature.origin == protocols::openai_responses)
    put(item, "encrypted_content", json::value(signature.data));
  else if (!signature.origin.empty())
    item["encrypted_content"] = seal(signature, of_next);
  return item;
}

json::object answer_shell(std::string id, std::string model, std::int64_t created, const AnswerContext& context) {
  if (!id.starts_with("resp_")) id = "resp_pb_" + (id.empty() ? std::string(context.request_id) : id);
  json::object shell{{"id", std::move(id)},
                     {"object", "response"},
                     {"created_at", created != 0 ? created : context.now},
                     {"status", "in_progress"},
                     {"background", false},
                     {"error", nullptr},
                     {"incomplete_details", nullptr},
                     {"instructions", nullptr},
                     {"max_output_tokens", nullptr},
                     {"model", model.empty() ? context.request.model : std::move(model)},
                     {"output", json::array()},
                     {"parallel_tool_calls", true},
                     {"previous_response_id", nullptr},
                     {"reasoning", {{"effort", nullptr}, {"summary", nullptr}}},
                     {"store", true},
                     {"temperature", 1.0},
                     {"text", {{"format", {{"type", "text"}}}}},
                     {"tool_choice", "auto"},
                     {"tools", json::array()},
                     {"top_p", 1.0},
                     {"truncation", "disabled"},
                     {"usage", nullptr},
                     {"user", nullptr},
                     {"metadata", json::object()}};
  for (const auto& field : context.request.echo) shell[field.key()] = field.value();
  return shell;
}

void put_status(json::object& answer, const Finish& finish) {
  const bool length = finish.reason == Finish::Reason::length || finish.reason == Finish::Reason::context_full;
  const bool filtered = finish.reason == Finish::Reason::content_filter || finish.reason == Finish::Reason::refusal;
  answer["status"] = length || filtered ? "incomplete" : "completed";
  if (length || filtered) answer["incomplete_details"] = {{"reason", length ? "max_output_tokens" : "content_filter"}};
}

Answer decode_answer(json::value& body) {
  const Path root;
  Fields fields(body, root);
  Answer answer;
  answer.origin = protocols::openai_responses;
  answer.id = fields.string("id");
  answer.model = fields.string("model");
  answer.created = fields.integer("created_at").value_or(0);
  answer.service_tier = fields.string("service_tier");
  const std::string status = fields.string("status");
  json::object* const failure = fields.object("error");
  if (status == "failed" || failure != nullptr) {
    answer.failure = "the provider's answer is that it failed";
    if (failure != nullptr) {
      Fields inner(*failure, root);
      if (std::string message = inner.string("message"); !message.empty()) answer.failure = std::move(message);
      if (const json::value* const code = inner.find("code"); code != nullptr && code->is_string())
        answer.failure_code = code->get_string();
    }
    return answer;
  }
  Choice& choice = answer.choices.emplace_back();
  json::array* const output = fields.array("output");
  if (output == nullptr) fields.fail("output", "is missing");
  const Path at(root, "output");
  for (Message& message : decode_items(*output, at))
    for (Part& part : message.parts) choice.parts.push_back(std::move(part));
  choice.finish = finish_of(status, fields.find("incomplete_details"));
  for (const Part& part : choice.parts)
    if (std::holds_alternative<ToolCall>(part.body) && choice.finish.reason == Finish::Reason::stop)
      choice.finish.reason = Finish::Reason::tool_calls;
  if (json::value* const usage = fields.find("usage")) {
    const Path usage_at(root, "usage");
    answer.usage = decode_usage(*usage, usage_at);
  }
  answer.extras = fields.rest();
  return answer;
}

json::value encode_answer(Answer&& answer, const AnswerContext& context) {
  json::array output;
  Finish finish;
  std::string base = answer.id.empty() ? std::string(context.request_id) : answer.id;
  const auto id = [&](std::string_view prefix) { return std::string(prefix) + base + "_" + std::to_string(output.size()); };
  if (!answer.choices.empty()) {
    Choice& choice = answer.choices.front();
    finish = choice.finish;
    json::array content;
    const auto flush = [&] {
      if (!content.empty()) output.push_back(message_item(id("msg_"), std::exchange(content, {})));
    };
    for (Part& part : choice.parts) {
      if (Text* const text = std::get_if<Text>(&part.body)) {
        json::array annotations;
        for (Citation& citation : text->citations) {
          if (citation.url.empty()) continue;
          place(citation, characters_in(text->text), 0);
          annotations.push_back(encode_annotation(citation));
        }
        json::object one = text_part(std::move(text->text), std::move(annotations));
        if (choice.logprobs.is_array()) one["logprobs"] = std::exchange(choice.logprobs, {});
        content.push_back(std::move(one));
      } else if (const Refusal* const refusal = std::get_if<Refusal>(&part.body)) {
        content.push_back({{"type", "refusal"}, {"refusal", refusal->text}});
      } else if (ToolCall* const call = std::get_if<ToolCall>(&part.body)) {
        flush();
        if (call->id.empty()) call->id = id("call_");
        if (!part.signature.empty()) output.push_back(reasoning_item(id("rs_"), {}, part.signature, true));
        output.push_back(call->type.empty() ? call_item(id("fc_"), *call) : client_call_item(id("ct_"), *call));
      } else if (const Reasoning* const reasoning = std::get_if<Reasoning>(&part.body)) {
        flush();
        if (part.signature.origin.empty()) part.signature.origin = answer.origin;
        output.push_back(reasoning_item(part.signature.id.empty() ? id("rs_") : part.signature.id, reasoning->sections, part.signature));
      } else if (Opaque* const opaque = std::get_if<Opaque>(&part.body);
                 opaque != nullptr && answer.origin == protocols::openai_responses) {
        flush();
        output.push_back(std::move(opaque->raw));
      }
    }
    flush();
  }
  json::object body = answer_shell(std::move(answer.id), std::move(answer.model), answer.created, context);
  body["output"] = std::move(output);
  put_status(body, finish);
  if (answer.usage.input < 0) answer.usage.input = context.estimated_input;
  body["usage"] = encode_usage(answer.usage);
  put(body, "service_tier", json::value(answer.service_tier));
  if (answer.origin == protocols::openai_responses) {
    for (auto& field : answer.extras) body[field.key()] = std::move(field.value());
  }
  return body;
}

}  // namespace patchbay::conversion::responses
