#include <boost/json/parse.hpp>
#include <map>

#include "streams.hpp"

namespace patchbay::conversion::testing {

namespace {

/// Adds texts to texts and elements to arrays, as chunks of Chat Completions are put together; other values replace.
void accumulate(json::object& into, const json::object& delta) {
  for (const auto& field : delta) {
    json::value& value = into[field.key()];
    if (field.key() == "index" || field.key() == "id" || field.key() == "type" || field.key() == "role" || field.key() == "name") {
      value = field.value();
    } else if (field.value().is_string() && value.is_string()) {
      value.get_string() += field.value().get_string();
    } else if (field.value().is_object() && value.is_object()) {
      accumulate(value.get_object(), field.value().get_object());
    } else if (field.key() == "tool_calls") {
      if (!value.is_array()) value.emplace_array();
      for (const json::value& call : field.value().get_array()) {
        const auto at = static_cast<std::size_t>(call.at("index").as_int64());
        if (at == value.get_array().size()) value.get_array().emplace_back(json::object());
        accumulate(value.get_array().at(at).get_object(), call.get_object());
      }
    } else if (field.value().is_array() && value.is_array()) {
      for (const json::value& one : field.value().get_array()) value.get_array().push_back(one);
    } else {
      value = field.value();
    }
  }
}

json::value of_chat(const std::vector<json::object>& events) {
  json::object answer = events.front();
  answer["object"] = "chat.completion";
  std::map<std::int64_t, json::object> choices;
  for (const json::object& event : events) {
    if (const json::value* const usage = event.if_contains("usage")) answer["usage"] = *usage;
    for (const json::value& one : event.at("choices").as_array()) {
      json::object& choice = choices[one.at("index").as_int64()];
      if (choice.empty()) choice = {{"message", json::object()}, {"logprobs", nullptr}};
      accumulate(choice["message"].get_object(), one.at("delta").as_object());
      if (const json::object* const logprobs = one.at("logprobs").if_object()) {
        if (!choice["logprobs"].is_object()) choice["logprobs"] = json::object();
        accumulate(choice["logprobs"].get_object(), *logprobs);
      }
      choice["finish_reason"] = one.at("finish_reason");
    }
  }
  json::array list;
  for (auto& [index, choice] : choices) {
    choice["index"] = index;
    list.push_back(std::move(choice));
  }
  answer["choices"] = std::move(list);
  return answer;
}

json::value of_messages(const std::vector<json::object>& events) {
  json::object message = events.front().at("message").as_object();
  json::array blocks;
  std::map<std::int64_t, std::string> inputs;
  for (const json::object& event : events) {
    const json::string& type = event.at("type").as_string();
    if (type == "content_block_start") {
      blocks.push_back(event.at("content_block"));
    } else if (type == "content_block_delta") {
      json::object& block = blocks.back().as_object();
      for (const auto& field : event.at("delta").as_object()) {
        if (field.key() == "partial_json") {
          inputs[event.at("index").as_int64()] += field.value().as_string();
        } else if (field.key() == "citation") {
          json::value& citations = block["citations"];
          if (!citations.is_array()) citations.emplace_array();
          citations.get_array().push_back(field.value());
        } else if (field.key() != "type") {
          block[field.key()].as_string() += field.value().as_string();
        }
      }
    } else if (type == "message_delta") {
      for (const auto& field : event.at("delta").as_object()) message[field.key()] = field.value();
      for (const auto& field : event.at("usage").as_object()) message["usage"].as_object()[field.key()] = field.value();
    }
  }
  for (const auto& [index, input] : inputs)
    if (!input.empty()) blocks.at(static_cast<std::size_t>(index)).as_object()["input"] = json::parse(input);
  message["content"] = std::move(blocks);
  return message;
}

/// Pieces of one text, or of one thought, are one part; the last one may carry the signature.
void add_part(const json::value& part, json::array& parts) {
  const json::object& piece = part.as_object();
  json::object* const last = parts.empty() ? nullptr : parts.back().if_object();
  const bool text = piece.contains("text");
  if (text && piece.at("text").as_string().empty() && !piece.contains("thought")) return;
  if (text && last != nullptr && last->contains("text") && last->contains("thought") == piece.contains("thought") &&
      !last->contains("thoughtSignature")) {
    (*last)["text"].as_string() += piece.at("text").as_string();
    if (piece.contains("thoughtSignature")) (*last)["thoughtSignature"] = piece.at("thoughtSignature");
    return;
  }
  parts.push_back(part);
}

json::value of_gemini(const std::vector<json::object>& events) {
  json::object answer = events.back();
  json::array parts;
  for (const json::object& event : events)
    for (const json::value& part : event.at("candidates").at(0).at("content").at("parts").as_array()) add_part(part, parts);
  answer["candidates"].as_array().at(0).as_object()["content"].as_object()["parts"] = std::move(parts);
  return answer;
}

json::value of_ollama(const std::vector<json::object>& events) {
  json::object answer = events.back();
  json::object message;
  json::array logprobs;
  for (const json::object& event : events) {
    for (const auto& field : event.at("message").as_object()) {
      json::value& value = message[field.key()];
      if (field.key() == "tool_calls" && value.is_array())
        for (const json::value& call : field.value().get_array()) value.get_array().push_back(call);
      else if (field.key() != "role" && value.is_string())
        value.get_string() += field.value().as_string();
      else
        value = field.value();
    }
    if (const json::value* const tokens = event.if_contains("logprobs"))
      for (const json::value& token : tokens->as_array()) logprobs.push_back(token);
  }
  answer["message"] = std::move(message);
  if (!logprobs.empty()) answer["logprobs"] = std::move(logprobs);
  return answer;
}

}  // namespace

json::value collected(std::string_view client, const std::vector<WrittenEvent>& events) {
  std::vector<json::object> objects;
  for (const WrittenEvent& event : events) objects.push_back(json::parse(event.data).as_object());
  if (client == "openai-chat") return of_chat(objects);
  if (client == "openai-responses") return objects.back().at("response");
  if (client == "anthropic-messages") return of_messages(objects);
  return client == "gemini" ? of_gemini(objects) : of_ollama(objects);
}

}  // namespace patchbay::conversion::testing
