#pragma once

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "patchbay/testing.hpp"

/// The same small conversation in each of the protocols, for tests of workflows that work in all of them.
namespace patchbay::samples {

namespace json = boost::json;

struct Sample {
  std::string name;  ///< of the protocol

  /// A request with instructions "Be brief." and one turn of the user.
  [[nodiscard]] std::string request(std::string_view text) const {
    if (name == protocols::openai_chat || name == "ollama-chat")
      return json::serialize(json::object{{"model", "m"},
                                          {"messages", json::array{json::object{{"role", "system"}, {"content", "Be brief."}},
                                                                   json::object{{"role", "user"}, {"content", text}}}}});
    if (name == protocols::openai_responses)
      return json::serialize(json::object{{"model", "m"}, {"instructions", "Be brief."}, {"input", text}});
    if (name == protocols::anthropic_messages)
      return json::serialize(json::object{{"model", "m"},
                                          {"max_tokens", 100},
                                          {"system", "Be brief."},
                                          {"messages", json::array{json::object{{"role", "user"}, {"content", text}}}}});
    return json::serialize(json::object{{"systemInstruction", parts("Be brief.")}, {"contents", json::array{parts(text, "user")}}});
  }

  /// A whole answer with that text.
  [[nodiscard]] std::string answer(std::string_view text) const {
    if (name == protocols::openai_chat)
      return json::serialize(json::object{
          {"id", "c1"},
          {"choices", json::array{json::object{
                          {"index", 0}, {"message", json::object{{"role", "assistant"}, {"content", text}}}, {"finish_reason", "stop"}}}}});
    if (name == protocols::openai_responses) return json::serialize(response(text));
    if (name == "ollama-chat") return json::serialize(said(text, true));
    if (name == protocols::anthropic_messages)
      return json::serialize(json::object{{"id", "m1"},
                                          {"type", "message"},
                                          {"role", "assistant"},
                                          {"content", json::array{json::object{{"type", "text"}, {"text", text}}}},
                                          {"stop_reason", "end_turn"}});
    return json::serialize(
        json::object{{"candidates", json::array{json::object{{"content", parts(text, "model")}, {"finishReason", "STOP"}, {"index", 0}}}}});
  }

  /// A stream whose text comes in these pieces.
  [[nodiscard]] std::vector<std::string> stream(const std::vector<std::string>& pieces) const {
    std::vector<json::value> events;
    std::string whole;
    const auto say = [&](json::value event) { events.push_back(std::move(event)); };
    if (name == protocols::openai_chat) {
      say(chunk({{"role", "assistant"}, {"content", ""}}, nullptr));
      for (const std::string& piece : pieces) say(chunk({{"content", piece}}, nullptr));
      say(chunk({}, "stop"));
    } else if (name == protocols::openai_responses) {
      std::int64_t number = 0;
      say({{"type", "response.created"}, {"sequence_number", number++}, {"response", {{"id", "r1"}, {"output", json::array{}}}}});
      for (const std::string& piece : pieces) {
        whole += piece;
        say({{"type", "response.output_text.delta"},
             {"sequence_number", number++},
             {"output_index", 0},
             {"content_index", 0},
             {"delta", piece}});
      }
      say({{"type", "response.output_text.done"},
           {"sequence_number", number++},
           {"output_index", 0},
           {"content_index", 0},
           {"text", whole}});
      say({{"type", "response.completed"}, {"sequence_number", number++}, {"response", response(whole)}});
    } else if (name == protocols::anthropic_messages) {
      say({{"type", "message_start"}, {"message", {{"id", "m1"}, {"content", json::array{}}}}});
      say({{"type", "content_block_start"}, {"index", 0}, {"content_block", {{"type", "text"}, {"text", ""}}}});
      for (const std::string& piece : pieces)
        say({{"type", "content_block_delta"}, {"index", 0}, {"delta", {{"type", "text_delta"}, {"text", piece}}}});
      say({{"type", "content_block_stop"}, {"index", 0}});
      say({{"type", "message_delta"}, {"delta", {{"stop_reason", "end_turn"}}}});
      say({{"type", "message_stop"}});
    } else if (name == "ollama-chat") {
      for (const std::string& piece : pieces) say(said(piece, false));
      say(said("", true));
    } else {
      for (const std::string& piece : pieces)
        say(json::object{{"candidates", json::array{json::object{{"content", parts(piece, "model")}, {"index", 0}}}},
                         {"responseId", "g1"}});
      say(json::object{{"candidates", json::array{json::object{{"finishReason", "STOP"}, {"index", 0}}}}, {"responseId", "g1"}});
    }
    std::vector<std::string> texts;
    for (const json::value& event : events) texts.push_back(json::serialize(event));
    return texts;
  }

  /// The text that a client puts together from the pieces of a stream.
  [[nodiscard]] std::string joined(const std::vector<std::string>& events) const {
    std::string text;
    for (const std::string& one : events) {
      const json::value event = json::parse(one);
      json::error_code missing;
      const json::value* piece = nullptr;
      if (name == protocols::openai_chat) piece = event.find_pointer("/choices/0/delta/content", missing);
      if (name == protocols::openai_responses && event.at("type") == "response.output_text.delta") piece = &event.at("delta");
      if (name == protocols::anthropic_messages) piece = event.find_pointer("/delta/text", missing);
      if (name == "ollama-chat") piece = event.find_pointer("/message/content", missing);
      if (name == protocols::gemini) piece = event.find_pointer("/candidates/0/content/parts/0/text", missing);
      if (piece != nullptr && piece->is_string()) text += std::string_view(piece->get_string());
    }
    return text;
  }

  /// The request as the host would hand it to a workflow.
  [[nodiscard]] Request as_request(std::string body, bool streamed = false) const {
    Request request = testing::chat_request(std::move(body));
    request.protocol = name;
    request.set_model("m");
    request.set_stream(streamed);
    return request;
  }

  [[nodiscard]] ConnectionInfo connection() const {
    return {.request_id = "req-test", .route = "test", .client_protocol = name, .provider_protocol = name};
  }

 private:
  static json::object said(std::string_view text, bool done) {
    return {{"model", "m"}, {"message", json::object{{"role", "assistant"}, {"content", text}}}, {"done", done}};
  }
  static json::object parts(std::string_view text, std::string_view role = {}) {
    json::object content{{"parts", json::array{json::object{{"text", text}}}}};
    if (!role.empty()) content["role"] = role;
    return content;
  }
  static json::object chunk(json::object delta, json::value finish_reason) {
    return {{"id", "c1"},
            {"choices", json::array{json::object{{"index", 0}, {"delta", std::move(delta)}, {"finish_reason", std::move(finish_reason)}}}}};
  }
  static json::object response(std::string_view text) {
    return {
        {"id", "r1"},
        {"status", "completed"},
        {"output", json::array{json::object{
                       {"type", "message"},
                       {"role", "assistant"},
                       {"content", json::array{json::object{{"type", "output_text"}, {"text", text}, {"annotations", json::array{}}}}}}}}};
  }
};

inline const std::vector<Sample> all = {{std::string(protocols::openai_chat)},
                                        {std::string(protocols::openai_responses)},
                                        {std::string(protocols::anthropic_messages)},
                                        {std::string(protocols::gemini)},
                                        {"ollama-chat"}};

/// The name of a test's parameter.
inline std::string title(const ::testing::TestParamInfo<Sample>& info) {
  std::string name = info.param.name;
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
}

}  // namespace patchbay::samples
