#include "pipeline/request_facts.hpp"

#include "patchbay/json_skim.hpp"
#include "pipeline/request_classifier.hpp"

namespace patchbay::pipeline {

namespace {

bool is_nothing(std::string_view raw) { return raw == "null" || raw == "false" || raw == "\"none\"" || raw == "{}"; }

bool asks_to_think(std::string_view key, std::string_view raw) {
  if (key == "reasoning" || key == "reasoning_effort" || key == "enable_thinking") return !is_nothing(raw);
  if (key == "thinking") return !is_nothing(raw) && !has_string_token(raw, "\"disabled\"");
  return key == "generationConfig" && has_string_token(raw, "\"thinkingConfig\"");
}

}  // namespace

const RequestFacts::Outline& RequestFacts::outline() const {
  if (outline_) return *outline_;
  Outline& outline = outline_.emplace(Outline{});
  JsonSkim skim(request_.body.text());
  while (skim.next()) {
    const std::string_view key = skim.key();
    const std::string_view value = skim.value();
    if (key == "messages" || key == "input" || key == "contents")
      outline.conversation = value;
    else if ((key == "tools" || key == "functions") && is_nonempty_array(value))
      outline.tools = value;
    else
      outline.thinking = outline.thinking || asks_to_think(key, value);
  }
  outline.has_tools = !outline.tools.empty();
  outline.malformed = skim.malformed();
  return outline;
}

bool RequestFacts::has_images() const {
  if (!has_images_) {
    constexpr std::string_view tokens[] = {"\"image_url\"", "\"input_image\"", "\"image\"", "\"inlineData\"", "\"inline_data\""};
    has_images_ = false;
    for (const std::string_view token : tokens)
      if (has_string_token(outline().conversation, token)) has_images_ = true;
  }
  return *has_images_;
}

std::string_view RequestFacts::category(const RequestClassifier& classifier) const {
  if (category_.empty()) category_ = classifier.category_of(*this);
  return category_;
}

}  // namespace patchbay::pipeline
