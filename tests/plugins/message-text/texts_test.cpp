#include "message-text/texts.hpp"

#include <gmock/gmock.h>

#include <boost/json/value.hpp>

#include "patchbay/message.hpp"

namespace patchbay::message_text {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Visit = void (*)(Document&, std::string_view, const Visitor&);

void visit_request_as_usual(Document& body, std::string_view protocol, const Visitor& visitor) { visit_request(body, protocol, visitor); }

/// "source: text" of each text, in the order of the visit; a '*' marks a sealed one.
std::vector<std::string> texts(Visit visit, std::string_view protocol, std::string body) {
  Document document(std::move(body));
  std::vector<std::string> seen;
  visit(document, protocol, [&](const Text& what, std::string_view text) {
    seen.push_back(std::string(name_of(what.source)) + (what.sealed ? "*" : "") + ": " + std::string(text));
    return std::nullopt;
  });
  EXPECT_FALSE(document.edited());
  return seen;
}

std::vector<std::string> pieces(std::string_view protocol, std::string event) {
  std::vector<std::string> seen;
  const Document document(std::move(event));
  const EventTexts found = texts_of_event(document, protocol);
  for (const auto& one : found.texts)
    seen.push_back((one.piece ? std::string(one.place.field) + "@" + std::to_string(one.place.group) + "." + std::to_string(one.place.index)
                              : std::string("whole")) +
                   ": " + std::string(one.text));
  for (const Place& one : found.ended) seen.push_back("ended " + std::to_string(one.group) + std::string(one.field));
  return seen;
}

TEST(TextsOfRequests, ChatHasTurnsThoughtsCallsResultsAndDescriptions) {
  EXPECT_THAT(texts(visit_request_as_usual, protocols::openai_chat, R"({"model":"gpt","user":"u-1","metadata":{"a":"b"},"messages":[
      {"role":"developer","content":"rules"},
      {"role":"user","name":"ann","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA"}},
        {"type":"input_audio","input_audio":{"data":"AA","format":"wav"}},{"type":"file","file":{"file_data":"AA","filename":"f"}}]},
      {"role":"assistant","content":null,"reasoning_content":"hm","tool_calls":[
        {"id":"call_1","type":"function","function":{"name":"find","arguments":"{\"q\":\"cats\",\"n\":[1,\"two\"]}"}},
        {"id":"call_2","type":"custom","custom":{"name":"sh","input":"ls"}}]},
      {"role":"tool","tool_call_id":"call_1","content":"a cat"}],
      "tools":[{"type":"function","function":{"name":"find","description":"finds","parameters":{"type":"object","description":"no text"}}}]})"),
              ElementsAre("instructions: rules", "user: look", "thought: hm", "tool_call: cats", "tool_call: two", "tool_call: ls",
                          "tool_result: a cat", "tool_description: finds"));
}

TEST(TextsOfRequests, ArgumentsThatAreNotJsonAreOneText) {
  EXPECT_THAT(texts(visit_request_as_usual, protocols::openai_chat,
                    R"({"messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{\"cut of"}}]}]})"),
              ElementsAre(R"(tool_call: {"cut of)"));
}

TEST(TextsOfRequests, EmbeddingsHaveTheirInputs) {
  EXPECT_THAT(texts(visit_request_as_usual, protocols::openai_chat, R"({"model":"e","input":["one","two"]})"),
              ElementsAre("user: one", "user: two"));
  EXPECT_THAT(texts(visit_request_as_usual, protocols::openai_chat, R"({"model":"e","input":"one"})"), ElementsAre("user: one"));
  EXPECT_THAT(texts(visit_request_as_usual, protocols::gemini, R"({"requests":[{"model":"m","content":{"parts":[{"text":"one"}]}}]})"),
              ElementsAre("user: one"));
}

TEST(TextsOfRequests, ResponsesHasItems) {
  EXPECT_THAT(texts(visit_request_as_usual, protocols::openai_responses, R"({"model":"m","instructions":"rules","input":[
      {"role":"user","content":"plain"},
      {"type":"message","role":"user","content":[{"type":"input_text","text":"part"},{"type":"input_image","image_url":"data:AA"}]},
      {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"AAAA"},
      {"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\":\"x\"}"},
      {"type":"function_call_output","call_id":"c1","output":"y"},
      {"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"z"}]},
      {"type":"custom_tool_call","call_id":"c3","name":"sh","input":"ls"},
      {"type":"local_shell_call","action":{"type":"exec","command":["ls","-l"]}}],
      "tools":[{"type":"function","name":"f","description":"does","parameters":{}}]})"),
              ElementsAre("instructions: rules", "user: plain", "user: part", "thought: hm", "tool_call: x", "tool_result: y",
                          "tool_result: z", "tool_call: ls", "tool_call: ls", "tool_call: -l", "tool_description: does"));
}

TEST(TextsOfRequests, MessagesHasBlocksAndItsThoughtsAreSealed) {
  EXPECT_THAT(texts(visit_request_as_usual, protocols::anthropic_messages, R"({"model":"m","system":[{"type":"text","text":"rules"}],"messages":[
      {"role":"user","content":[{"type":"image","source":{"type":"base64","data":"AA"}},{"type":"text","text":"look"},
        {"type":"document","title":"T","source":{"type":"text","media_type":"text/plain","data":"doc"}}]},
      {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"AAAA"},{"type":"redacted_thinking","data":"AAAA"},
        {"type":"tool_use","id":"toolu_1","name":"f","input":{"a":"x","b":[{"c":"y"}]}}]},
      {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"text","text":"res"}]}]}],
      "tools":[{"name":"f","description":"does","input_schema":{"type":"object"}}]})"),
              ElementsAre("instructions: rules", "user: look", "user: doc", "user: T", "thought*: hm", "tool_call: x", "tool_call: y",
                          "tool_result: res", "tool_description: does"));
}

TEST(TextsOfRequests, GeminiHasPartsInBothSpellings) {
  EXPECT_THAT(texts(visit_request_as_usual, protocols::gemini, R"({"system_instruction":{"parts":[{"text":"rules"}]},"contents":[
      {"role":"user","parts":[{"text":"look"},{"inlineData":{"mimeType":"image/png","data":"AA"}}]},
      {"role":"model","parts":[{"text":"hm","thought":true},{"functionCall":{"id":"1","name":"f","args":{"a":"x"}},"thoughtSignature":"AA"}]},
      {"role":"user","parts":[{"function_response":{"name":"f","response":{"output":"y"}}}]}],
      "tools":[{"functionDeclarations":[{"name":"f","description":"does"}]}]})"),
              ElementsAre("instructions: rules", "user: look", "thought: hm", "tool_call: x", "tool_result: y", "tool_description: does"));
}

TEST(TextsOfRequests, OllamaHasTurnsWithStructuredArguments) {
  EXPECT_THAT(texts(visit_request_as_usual, ollama_chat_protocol, R"({"model":"m","messages":[{"role":"system","content":"rules"},
      {"role":"user","content":"look","images":["AA"]},
      {"role":"assistant","content":"","thinking":"hm","tool_calls":[{"function":{"name":"f","arguments":{"a":"x"}}}]},
      {"role":"tool","tool_name":"f","content":"y"}],"tools":[{"type":"function","function":{"name":"f","description":"does"}}]})"),
              ElementsAre("instructions: rules", "user: look", "thought: hm", "tool_call: x", "tool_result: y", "tool_description: does"));
}

TEST(TextsOfRequests, ABodyOfAnotherShapeHasNone) {
  for (const std::string_view protocol :
       {protocols::openai_chat, protocols::openai_responses, protocols::anthropic_messages, protocols::gemini}) {
    EXPECT_THAT(texts(visit_request_as_usual, protocol, "[1,2]"), IsEmpty());
    EXPECT_THAT(texts(visit_request_as_usual, protocol, R"({"messages":{"a":1},"input":7,"contents":["x"],"system":[1],"tools":[null]})"),
                IsEmpty());
  }
}

TEST(TextsOfRequests, UnknownProtocolsHaveNone) {
  EXPECT_FALSE(knows("telegraph"));
  EXPECT_THAT(texts(visit_request_as_usual, "telegraph", R"({"messages":[{"role":"user","content":"x"}]})"), IsEmpty());
}

TEST(Replacing, ChangesOnlyThatText) {
  Document body(std::string(R"({"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}],"temperature":0.5})"));
  visit_request(body, protocols::openai_chat,
                [](const Text&, std::string_view text) { return text == "b" ? std::optional<std::string>("c") : std::nullopt; });
  EXPECT_EQ(body.text(), R"({"messages":[{"role":"user","content":"a"},{"role":"user","content":"c"}],"temperature":5E-1})");
}

TEST(Replacing, ArgumentsStayJson) {
  Document body(std::string(R"({"messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{\"a\":\"x\"}"}}]}]})"));
  visit_request(body, protocols::openai_chat, [](const Text&, std::string_view) { return std::optional<std::string>(R"(say "hi")"); });
  EXPECT_EQ(body.read().at_pointer("/messages/0/tool_calls/0/function/arguments"), R"({"a":"say \"hi\""})");
}

TEST(Replacing, SealedTextsStay) {
  const std::string signed_thought = R"({"content":[{"type":"thinking","thinking":"hm","signature":"AA"}]})";
  Document body(signed_thought);
  visit_answer(body, protocols::anthropic_messages, [](const Text&, std::string_view) { return std::optional<std::string>("x"); });
  EXPECT_EQ(body.text(), signed_thought);
}

TEST(TextsOfAnswers, EachProtocol) {
  EXPECT_THAT(texts(visit_answer, protocols::openai_chat,
                    R"({"id":"c","choices":[{"message":{"role":"assistant","content":"a","refusal":"b"}},{"message":{"content":"c"}}]})"),
              ElementsAre("assistant: a", "assistant: b", "assistant: c"));
  EXPECT_THAT(
      texts(
          visit_answer, protocols::openai_responses,
          R"({"id":"r","instructions":"i","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a"}]}]})"),
      ElementsAre("instructions: i", "assistant: a"));
  EXPECT_THAT(texts(visit_answer, protocols::anthropic_messages,
                    R"({"id":"m","content":[{"type":"text","text":"a"},{"type":"tool_use","id":"t","name":"f","input":{"k":"b"}}]})"),
              ElementsAre("assistant: a", "tool_call: b"));
  EXPECT_THAT(texts(visit_answer, protocols::gemini, R"({"candidates":[{"content":{"role":"model","parts":[{"text":"a"}]}}]})"),
              ElementsAre("assistant: a"));
}

TEST(TextsOfEvents, ChatHasAPieceForEachFieldOfEachChoice) {
  EXPECT_THAT(pieces(protocols::openai_chat, R"({"choices":[{"index":1,"delta":{"content":"a","reasoning_content":"b",
      "tool_calls":[{"index":2,"function":{"arguments":"c"}}]},"finish_reason":"stop"}]})"),
              ElementsAre("reasoning_content@1.0: b", "content@1.0: a", "arguments@1.2: c", "ended 1"));
}

TEST(TextsOfEvents, ResponsesHasPiecesAndWholes) {
  EXPECT_THAT(
      pieces(protocols::openai_responses, R"({"type":"response.output_text.delta","output_index":1,"content_index":2,"delta":"a"})"),
      ElementsAre("output_text@1.2: a"));
  EXPECT_THAT(pieces(protocols::openai_responses, R"({"type":"response.output_text.done","output_index":1,"content_index":2,"text":"ab"})"),
              ElementsAre("whole: ab", "ended 1output_text"));
  EXPECT_THAT(pieces(protocols::openai_responses, R"({"type":"response.content_part.done","part":{"type":"output_text","text":"ab"}})"),
              ElementsAre("whole: ab"));
  EXPECT_THAT(pieces(protocols::openai_responses, R"({"type":"response.reasoning_summary_text.delta","summary_index":3,"delta":"a"})"),
              ElementsAre("reasoning_summary_text@0.3: a"));
}

TEST(TextsOfEvents, MessagesHasBlocks) {
  EXPECT_THAT(pieces(protocols::anthropic_messages,
                     R"({"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{"}})"),
              ElementsAre("partial_json@3.0: {"));
  EXPECT_THAT(pieces(protocols::anthropic_messages, R"({"type":"content_block_stop","index":3})"), ElementsAre("ended 3"));
}

TEST(TextsOfEvents, OllamaEndsWithDone) {
  EXPECT_THAT(pieces(ollama_chat_protocol, R"({"message":{"role":"assistant","content":"a","thinking":"b"},"done":true})"),
              ElementsAre("thinking@0.0: b", "content@0.0: a", "ended 0"));
}

TEST(TextsOfEvents, AGeminiCallEndsTheTextBeforeIt) {
  EXPECT_THAT(pieces(protocols::gemini, R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"a":"x"}}}]}}]})"),
              ElementsAre("whole: x", "ended 0"));
}

}  // namespace
}  // namespace patchbay::message_text
