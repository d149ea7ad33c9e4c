#include "pipeline/model_rewrite.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace patchbay::pipeline {
namespace {

Request request(std::string body) {
  Request request;
  request.body = Document(std::move(body));
  return request;
}

TEST(ModelRewrite, PutsAnotherModelInPlaceOfTheClients) {
  Request changed = request(R"({"model":"x","stream":true,"n":1.0})");
  ModelRewrite("glm-4.6", std::nullopt).apply(changed);
  EXPECT_EQ(changed.body.text(), R"({"model":"glm-4.6","stream":true,"n":1.0})");
  EXPECT_EQ(changed.model(), "glm-4.6");
  EXPECT_TRUE(changed.stream());
}

TEST(ModelRewrite, ABackslashAndANumberAreAGroupOfThePattern) {
  Request changed = request(R"({"model":"glm.glm-4.6"})");
  ModelRewrite(R"(\1)", R"(^glm\.(.+)$)").apply(changed);
  EXPECT_EQ(changed.body.text(), R"({"model":"glm-4.6"})");
}

TEST(ModelRewrite, AModelThatStandsInThePathStaysOutOfTheBody) {
  Request changed = request(R"({"contents":[]})");
  changed.set_model("gemini-2.5-pro");
  ModelRewrite("gemini-2.5-flash", std::nullopt).apply(changed);
  EXPECT_EQ(changed.body.text(), R"({"contents":[]})");
  EXPECT_EQ(changed.model(), "gemini-2.5-flash");
}

TEST(ModelRewrite, ARequestWithoutAModelGetsOne) {
  Request changed = request(R"({"messages":[]})");
  ModelRewrite("m", std::nullopt).apply(changed);
  EXPECT_EQ(changed.body.text(), R"({"model":"m","messages":[]})");
}

TEST(ModelRewrite, AGroupThatThePatternDoesNotHaveIsAFault) {
  EXPECT_THROW(ModelRewrite(R"(\2)", "^(a)$"), std::invalid_argument);
  EXPECT_THROW(ModelRewrite(R"(\1)", std::nullopt), std::invalid_argument);
}

}  // namespace
}  // namespace patchbay::pipeline
