#include "pipeline/request_classifier.hpp"

#include <gtest/gtest.h>

#include "pipeline/request_facts.hpp"

namespace patchbay::pipeline {
namespace {

std::string category(const std::string& body, config::ClassificationSettings settings = {}) {
  Request request;
  request.protocol = "openai-chat";
  request.body = Document(body);
  const RequestFacts facts(request);
  return std::string(facts.category(RequestClassifier(std::move(settings))));
}

std::string said(const std::string& text, const std::string& more = "") {
  return R"({"messages":[{"role":"user","content":")" + text + "\"}]" + more + "}";
}

TEST(RequestClassifier, ImagesAreVision) {
  EXPECT_EQ(
      category(R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}],"tools":[{"name":"bash"}]})"),
      "vision");
}

TEST(RequestClassifier, ManyTokensAreLongContext) {
  EXPECT_EQ(category(said(std::string(400, 'x')), {.longcontext_tokens = 100}), "longcontext");
}

TEST(RequestClassifier, WordsOfTheUserAreThinkingInAnyCase) { EXPECT_EQ(category(said("Think it over")), "thinking"); }

TEST(RequestClassifier, WordsInOtherLanguagesCount) { EXPECT_EQ(category(said("请分析这个问题")), "thinking"); }

TEST(RequestClassifier, OnlyTheUsersLastWordsCount) {
  EXPECT_EQ(
      category(
          R"({"messages":[{"role":"user","content":"think"},{"role":"assistant","content":"think"},{"role":"user","content":"go on"}]})"),
      "default");
}

TEST(RequestClassifier, ResultsOfToolsAreNotTheUsersWords) {
  EXPECT_EQ(category(R"({"messages":[{"role":"user","content":"think"},{"role":"assistant","content":"x"},
                         {"role":"user","content":[{"type":"tool_result","content":"done"}]}]})"),
            "thinking");
}

TEST(RequestClassifier, AToolThatTouchesFilesIsCoding) {
  EXPECT_EQ(category(said("go", R"(,"tools":[{"type":"function","function":{"name":"Read_File"}}])")), "coding");
}

TEST(RequestClassifier, AToolThatSearchesTheWebIsWebsearch) {
  EXPECT_EQ(category(said("go", R"(,"tools":[{"type":"web_search_20250305","name":"web_search"}])")), "websearch");
}

TEST(RequestClassifier, AnyOtherToolIsTools) { EXPECT_EQ(category(said("go", R"(,"tools":[{"name":"weather"}])")), "tools"); }

TEST(RequestClassifier, ToolsOfGeminiAreReadInTheirDeclarations) {
  EXPECT_EQ(category(R"({"contents":[{"role":"user","parts":[{"text":"go"}]}],"tools":[{"functionDeclarations":[{"name":"bash"}]}]})"),
            "coding");
}

TEST(RequestClassifier, AnInputOfTextIsTheUsersWords) { EXPECT_EQ(category(R"({"input":"step by step, please"})"), "thinking"); }

TEST(RequestClassifier, WordsForBackgroundAreTheLastTest) {
  EXPECT_EQ(category(said("in the background"), {.background_keywords = {"Background"}}), "background");
}

TEST(RequestClassifier, EverythingElseIsDefault) { EXPECT_EQ(category(said("hello")), "default"); }

}  // namespace
}  // namespace patchbay::pipeline
