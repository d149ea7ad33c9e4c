#include "pipeline/request_facts.hpp"

#include <boost/json/parse.hpp>

#include "patchbay/json_skim.hpp"

namespace patchbay::pipeline {

namespace {

std::string string_of(std::string_view raw) {
  if (const std::string_view plain = plain_string(raw); !plain.empty()) return std::string(plain);
  boost::json::error_code fault;
  const boost::json::value value = boost::json::parse(raw, fault);
  return !fault && value.is_string() ? std::string(value.get_string()) : std::string();
}

bool is_nothing(std::string_view raw) { return raw == "null" || raw == "false" || raw == "\"none\"" || raw == "{}"; }

bool asks_to_think(std::string_view key, std::string_view raw) {
  if (key == "reasoning" || key == "reasoning_effort" || key == "enable_thinking") return !is_nothing(raw);
  if (key == "thinking") return !is_nothing(raw) && !has_string_token(raw, "\"disabled\"");
  return key == "generationConfig" && has_string_token(raw, "\"thinkingConfig\"");
}

}  // namespace

RequestFacts::RequestFacts(Request& request) : request_(request) {
  JsonSkim skim(request.body.text());
  while (skim.next()) {
    const std::string_view key = skim.key();
    const std::string_view value = skim.value();
    if (key == "model") {
      if (request.model.empty()) request.model = string_of(value);
    } else if (key == "stream") {
      request.stream = value == "true";
    } else if (key == "messages" || key == "input" || key == "contents") {
      conversation_ = value;
    } else if (key == "tools" || key == "functions") {
      has_tools_ = has_tools_ || is_nonempty_array(value);
    } else {
      thinking_ = thinking_ || asks_to_think(key, value);
    }
  }
  if (skim.malformed()) malformed_ = "the request body is not a JSON object";
}

bool RequestFacts::has_images() const {
  if (!has_images_) {
    constexpr std::string_view tokens[] = {"\"image_url\"", "\"input_image\"", "\"image\"", "\"inlineData\"", "\"inline_data\""};
    has_images_ = false;
    for (const std::string_view token : tokens)
      if (has_string_token(conversation_, token)) has_images_ = true;
  }
  return *has_images_;
}

}  // namespace patchbay::pipeline
