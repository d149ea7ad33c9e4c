#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "patchbay/testing.hpp"

namespace patchbay {

/// Asks the mock provider and reads what it would put on the wire.
class Mock : public ::testing::Test {
 protected:
  std::unique_ptr<Provider> make(std::string_view config = "{}") const { return modules.provider("provider-mock", config); }
  std::optional<Usage> usage(std::string_view data) const { return make()->usage({}, data); }

  static LocalAnswer ask(const Provider& provider, Request request) {
    return std::get<LocalAnswer>(provider.describe(request, Credential{}));
  }

  LocalAnswer ask(std::string_view config, std::string body) const {
    const auto provider = make(config);
    return ask(*provider, testing::chat_request(std::move(body)));
  }

  LocalAnswer ask_embedding(std::string_view config, std::string body) const {
    const auto provider = make(config);
    return ask(*provider, testing::embed_request(std::move(body)));
  }

  static boost::json::value json(const LocalAnswer& answer) { return boost::json::parse(testing::body_of(answer)); }

  /// A chat request that says `text`; `more` are further members, with a comma before each.
  static std::string saying(std::string_view text, std::string_view model = "mock-model", std::string_view more = "") {
    return R"({"model":")" + std::string(model) + R"(","messages":[{"role":"user","content":")" + std::string(text) + "\"}]" +
           std::string(more) + "}";
  }

  static std::string streaming(std::string_view text, std::string_view model = "mock-model", std::string_view more = "") {
    return saying(text, model, R"(,"stream":true)" + std::string(more));
  }

  /// What the assistant said in a whole answer.
  static std::string text(const LocalAnswer& answer) {
    return std::string(json(answer).at_pointer("/choices/0/message/content").as_string());
  }

  /// The chunks of a stream, without `[DONE]`.
  static std::vector<boost::json::value> chunks(const LocalAnswer& answer) {
    std::vector<boost::json::value> list;
    for (const std::string& data : testing::sse_data(testing::body_of(answer)))
      if (data != "[DONE]") list.push_back(boost::json::parse(data));
    return list;
  }

  static std::string error_message(const LocalAnswer& answer) { return std::string(json(answer).at_pointer("/error/message").as_string()); }

  std::vector<std::string> faults(std::string_view config) const { return modules.faults("provider-mock", config); }

  testing::Modules modules{*patchbay_plugin_entry_v1()};
};

}  // namespace patchbay
