#include <gmock/gmock.h>

#include "fixture.hpp"

namespace patchbay {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view checking = R"({"check_output":true})";

/// A request that wants {"n": integer}, in each protocol's own words.
Request wants_a_number(const samples::Sample& sample, bool streamed = false) {
  const std::string schema = R"({"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]})";
  json::object body = json::parse(sample.request("count")).as_object();
  if (sample.name == protocols::openai_chat)
    body["response_format"] = json::parse(R"({"type":"json_schema","json_schema":{"name":"n","schema":)" + schema + "}}");
  else if (sample.name == protocols::openai_responses)
    body["text"] = json::parse(R"({"format":{"type":"json_schema","name":"n","schema":)" + schema + "}}");
  else if (sample.name == protocols::anthropic_messages)
    body["output_config"] = json::parse(R"({"format":{"type":"json_schema","schema":)" + schema + "}}");
  else if (sample.name == "ollama-chat")
    body["format"] = json::parse(schema);
  else
    body["generationConfig"] = json::parse(R"({"responseMimeType":"application/json","responseJsonSchema":)" + schema + "}");
  return sample.as_request(json::serialize(body), streamed);
}

class CheckedOutput : public Guard, public ::testing::WithParamInterface<samples::Sample> {
 protected:
  void stream(const std::vector<std::string>& pieces) {
    ask(checking, wants_a_number(GetParam(), true));
    for (const std::string& event : GetParam().stream(pieces)) harness().event(event);
    harness().end();
  }
};
INSTANTIATE_TEST_SUITE_P(Protocols, CheckedOutput, ::testing::ValuesIn(samples::all), samples::title);

TEST_P(CheckedOutput, AnAnswerThatKeepsTheSchemaPasses) {
  ask(checking, wants_a_number(GetParam()));
  harness().response(GetParam().answer(R"({"n":3})"));
  EXPECT_THAT(client().responses, ElementsAre(GetParam().answer(R"({"n":3})")));
}

TEST_P(CheckedOutput, AnAnswerThatBreaksItIsWithheldAndSaysWhere) {
  ask(checking, wants_a_number(GetParam()));
  harness().response(GetParam().answer(R"({"n":"three"})"));
  EXPECT_EQ(code(), "schema_mismatch");
  EXPECT_EQ(client().errors.at(0).http_status(), 502);
  EXPECT_THAT(client().errors.at(0).message, HasSubstr("/n must be of type integer"));
}

TEST_P(CheckedOutput, AnAnswerThatIsNoJsonIsWithheld) {
  ask(checking, wants_a_number(GetParam()));
  harness().response(GetParam().answer("Sure! {"));
  EXPECT_THAT(client().errors.at(0).message, HasSubstr("is not JSON"));
}

TEST_P(CheckedOutput, AStreamThatKeepsTheSchemaPassesWithItsBytes) {
  stream({R"({"n")", ":3}"});
  EXPECT_THAT(client().events, ElementsAreArray(GetParam().stream({R"({"n")", ":3}"})));
  EXPECT_TRUE(client().ended);
}

TEST_P(CheckedOutput, AStreamThatBreaksItNeverLooksComplete) {
  stream({R"({"n")", ":null}"});
  EXPECT_EQ(GetParam().joined(client().events), R"({"n":null})");
  EXPECT_EQ(code(), "schema_mismatch");
  for (const std::string& event : client().events)
    for (const char* const end : {"\"stop\"", "completed", "end_turn", "STOP", "\"done\":true"})
      EXPECT_EQ(event.find(end), std::string::npos) << event;
}

TEST_P(CheckedOutput, FreeTextIsNotChecked) {
  ask(checking, GetParam().as_request(GetParam().request("hi")));
  harness().response(GetParam().answer("Sure!"));
  EXPECT_EQ(code(), "");
}

TEST_F(Guard, WithoutTheOptionNothingIsChecked) {
  ask("{}", wants_a_number(samples::all[0]));
  harness().response(samples::all[0].answer("Sure!"));
  EXPECT_EQ(code(), "");
}

TEST_F(Guard, AnAnswerThatCallsAToolIsNotChecked) {
  ask(checking, wants_a_number(samples::all[0]));
  harness().response(R"({"choices":[{"message":{"content":"let me see","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}}]})");
  EXPECT_EQ(code(), "");
}

TEST_F(Guard, AStreamThatCallsAToolIsNotChecked) {
  ask(checking, wants_a_number(samples::all[2], true));
  const std::vector<std::string> events = {
      R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})",
      R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"let me see"}})",
      R"({"type":"content_block_stop","index":0})",
      R"({"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}})",
      R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{}"}})",
      R"({"type":"content_block_stop","index":1})"};
  for (const std::string& event : events) harness().event(event);
  harness().end();
  EXPECT_THAT(client().events, ElementsAreArray(events));
  EXPECT_TRUE(client().ended);
}

TEST_F(Guard, ARefusalIsNotChecked) {
  ask(checking, wants_a_number(samples::all[0]));
  harness().response(R"({"choices":[{"message":{"content":null,"refusal":"No."}}]})");
  EXPECT_EQ(code(), "");
}

TEST_F(Guard, JsonModeWantsAnyObject) {
  constexpr const char* request = R"({"response_format":{"type":"json_object"},"messages":[]})";
  ask(checking, request);
  harness().response(samples::all[0].answer(R"({"any":1})"));
  EXPECT_EQ(code(), "");
  ask(checking, request);
  harness().response(samples::all[0].answer("[1]"));
  EXPECT_EQ(code(), "schema_mismatch");
}

TEST_F(Guard, EachChoiceIsChecked) {
  ask(checking, wants_a_number(samples::all[0]));
  harness().response(R"({"choices":[{"message":{"content":"{\"n\":1}"}},{"message":{"content":"{}"}}]})");
  EXPECT_THAT(client().errors.at(0).message, HasSubstr("the answer must have 'n'"));
  EXPECT_THAT(client().responses, IsEmpty());
}

}  // namespace
}  // namespace patchbay
