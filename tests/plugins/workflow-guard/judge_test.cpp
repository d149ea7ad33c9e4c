#include <gmock/gmock.h>

#include "fixture.hpp"

namespace patchbay {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view judged = R"({"judge":{"url":"http://127.0.0.1:9/j","headers":{"authorization":"Bearer k"}}})";
constexpr std::string_view lenient = R"({"judge":{"url":"http://127.0.0.1:9/j","on_failure":"allow"}})";

class Judged : public Guard {
 protected:
  Flow judge(std::string_view config, HttpReply reply) {
    ask(config, samples::all[0].request("hi"));
    return harness().reply(std::move(reply));
  }
};

TEST_F(Judged, TheQuestionHasTheTexts) {
  const Flow flow = ask(judged, samples::all[0].request("hi"));
  const HttpCall& call = std::get<Ask>(flow).call;
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "http://127.0.0.1:9/j");
  EXPECT_EQ(call.headers.find("authorization"), "Bearer k");
  EXPECT_EQ(json::parse(call.body), json::parse(R"({"request_id":"req-test","model":"m","protocol":"openai-chat","texts":[
      {"source":"instructions","text":"Be brief."},{"source":"user","text":"hi"}]})"));
}

TEST_F(Judged, WhatIsAllowedGoesOn) { EXPECT_TRUE(std::holds_alternative<Forward>(judge(judged, {200, {}, R"({"allowed":true})"}))); }

TEST_F(Judged, WhatIsDeniedIsRefusedWithTheReason) {
  EXPECT_TRUE(std::holds_alternative<Answered>(judge(judged, {200, {}, R"({"allowed":false,"reason":"off topic"})"})));
  EXPECT_EQ(code(), "judge_denied");
  EXPECT_THAT(client().errors[0].message, HasSubstr("off topic"));
}

class NoVerdict : public Judged, public ::testing::WithParamInterface<HttpReply> {};

TEST_P(NoVerdict, RefusesUnlessToldOtherwise) {
  judge(judged, GetParam());
  EXPECT_EQ(code(), "judge_unavailable");
  EXPECT_EQ(client().errors[0].http_status(), 503);
}

TEST_P(NoVerdict, PassesWithAWarningWhereThatIsWanted) {
  EXPECT_TRUE(std::holds_alternative<Forward>(judge(lenient, GetParam())));
  ASSERT_EQ(modules.host.lines.size(), 1u);
  EXPECT_EQ(modules.host.lines[0].level, Host::Level::warning);
}

INSTANTIATE_TEST_SUITE_P(Replies, NoVerdict,
                         ::testing::Values(HttpReply{0, {}, "connection refused"}, HttpReply{500, {}, R"({"allowed":true})"},
                                           HttpReply{200, {}, "yes"}, HttpReply{200, {}, "{}"},
                                           HttpReply{200, {}, R"({"allowed":"yes"})"}));

TEST_F(Judged, WhatIsRefusedAnywayIsNotAsked) {
  const Flow flow = ask(R"({"prompt":{"words":["hi"]},"judge":{"url":"http://127.0.0.1:9/j"}})", samples::all[0].request("hi"));
  EXPECT_TRUE(std::holds_alternative<Answered>(flow));
}

}  // namespace
}  // namespace patchbay
