#include "pipeline/request_classifier.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "pipeline/last_user_text.hpp"
#include "pipeline/request_facts.hpp"

namespace patchbay::pipeline {

namespace {

void lower(std::string& text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
}

bool has_any(const std::string& text, const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&text](const std::string& word) { return !word.empty() && text.find(word) != std::string::npos; });
}

}  // namespace

RequestClassifier::RequestClassifier(config::ClassificationSettings settings) : settings_(std::move(settings)) {
  for (std::vector<std::string>* const words : {&settings_.thinking_keywords, &settings_.coding_keywords, &settings_.background_keywords,
                                                &settings_.coding_tools, &settings_.websearch_tools})
    for (std::string& word : *words) lower(word);
}

std::string_view RequestClassifier::category_of(const RequestFacts& facts) const {
  if (facts.has_images()) return "vision";
  if (facts.estimated_tokens() >= settings_.longcontext_tokens) return "longcontext";
  std::string said = last_user_text(facts.conversation());
  lower(said);
  if (has_any(said, settings_.thinking_keywords)) return "thinking";
  std::string tools = tool_names(facts.tools());
  lower(tools);
  if (has_any(tools, settings_.coding_tools) || has_any(said, settings_.coding_keywords)) return "coding";
  if (has_any(tools, settings_.websearch_tools)) return "websearch";
  if (facts.has_tools()) return "tools";
  return has_any(said, settings_.background_keywords) ? "background" : "default";
}

}  // namespace patchbay::pipeline
