#include "aggregate.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace patchbay::streaming_control {

namespace json = boost::json;

namespace {

std::int64_t index_of(const json::object& object, std::int64_t otherwise) {
  const json::value* const index = object.if_contains("index");
  return index != nullptr && index->is_int64() ? index->get_int64() : otherwise;
}

/// Names and roles come once, or again and again the same; everything else that is text comes in pieces.
bool comes_in_pieces(std::string_view key) { return key != "role" && key != "id" && key != "type" && key != "name"; }

void add_member(json::object& into, std::string_view key, const json::value& piece) {
  if (piece.is_null()) {
    into.emplace(key, nullptr);
    return;
  }
  json::value& whole = into[key];
  if (piece.is_string() && whole.is_string() && comes_in_pieces(key))
    whole.get_string().append(piece.get_string());
  else if (piece.is_array() && whole.is_array())
    whole.get_array().insert(whole.get_array().end(), piece.get_array().begin(), piece.get_array().end());
  else if (piece.is_object() && whole.is_object())
    for (const auto& member : piece.get_object()) add_member(whole.get_object(), member.key(), member.value());
  else
    whole = piece;
}

}  // namespace

void Aggregate::add(const json::object& chunk) {
  for (const auto& member : chunk) {
    if (member.key() == "choices") {
      if (const json::array* choices = member.value().if_array())
        for (const json::value& choice : *choices)
          if (choice.is_object()) add_choice(choice.get_object());
    } else if (!member.value().is_null()) {
      answer_[member.key()] = member.value();
    }
  }
}

void Aggregate::add_choice(const json::object& choice) {
  Choice& whole = choices_[index_of(choice, 0)];
  for (const auto& member : choice) {
    if (member.key() == "index") continue;
    if (member.key() == "delta") {
      if (member.value().is_object()) add_delta(whole, member.value().get_object());
    } else if (!member.value().is_null()) {
      add_member(whole.rest, member.key(), member.value());
    }
  }
}

void Aggregate::add_delta(Choice& choice, const json::object& delta) {
  for (const auto& member : delta) {
    if (member.key() == "tool_calls") {
      if (const json::array* calls = member.value().if_array()) add_tool_calls(choice, *calls);
    } else {
      add_member(choice.message, member.key(), member.value());
    }
  }
}

void Aggregate::add_tool_calls(Choice& choice, const json::array& calls) {
  for (const json::value& piece : calls) {
    const json::object* const object = piece.if_object();
    if (object == nullptr) continue;
    json::object& call = choice.tool_calls[index_of(*object, static_cast<std::int64_t>(choice.tool_calls.size()))];
    for (const auto& member : *object)
      if (member.key() != "index" && !member.value().is_null()) add_member(call, member.key(), member.value());
  }
}

json::object Aggregate::take() {
  json::array choices;
  for (auto& [index, whole] : choices_) {
    json::object message = std::move(whole.message);
    message.emplace("role", "assistant");
    if (!whole.tool_calls.empty()) {
      json::array calls;
      for (auto& [position, call] : whole.tool_calls) {
        call.emplace("type", "function");
        calls.push_back(std::move(call));
      }
      message["tool_calls"] = std::move(calls);
      // A model that only calls tools says nothing: null in a whole answer, an empty text in a stream.
      if (const json::value* content = message.if_contains("content"); content == nullptr || *content == "") message["content"] = nullptr;
    }
    message.emplace("content", nullptr);
    json::object choice{{"index", index}, {"message", std::move(message)}};
    choice.emplace("logprobs", nullptr);
    for (auto& member : whole.rest) choice[member.key()] = std::move(member.value());
    choice.emplace("finish_reason", nullptr);
    choices.push_back(std::move(choice));
  }
  json::object answer = std::move(answer_);
  answer["object"] = "chat.completion";
  answer["choices"] = std::move(choices);
  answer_ = {};
  choices_.clear();
  return answer;
}

}  // namespace patchbay::streaming_control
