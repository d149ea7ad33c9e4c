#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "patchbay/testing.hpp"

namespace patchbay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Puts its word behind what passes, in both directions; as an llmSwitch it changes the protocol as well.
struct Word final : Transform {
  Word(std::string word, std::string left, std::string right) : word(std::move(word)), left(std::move(left)), right(std::move(right)) {}

  struct OneStage final : Stage {
    explicit OneStage(const Word& module) : module(module) { ++module.alive; }
    ~OneStage() override { --module.alive; }
    std::string said(Document& document) const {
      std::string text = document.take_text();
      text.insert(text.size() - 1, module.word);
      return text;
    }
    Flow request(Request& request, Downstream& back) override {
      if (module.throws_on == "request") throw std::runtime_error("no");
      request.protocol = module.right;
      if (module.answers_itself) {
        back.response({Document(std::string("\"itself\""))});
        return Answered{};
      }
      if (module.asks) return Ask{{.url = "http://guard"}};
      request.body = Document(said(request.body));
      return Forward{};
    }
    Flow reply(HttpReply&& reply, Request&, Downstream& back) override {
      if (reply.status == 200) return Forward{};
      back.error({.kind = ErrorKind::permission, .message = reply.body});
      return Answered{};
    }
    void response(Response&& response, Downstream& back) override { back.response({Document(said(response.body))}); }
    void event(Event&& event, Downstream& back) override {
      if (module.throws_on == "event") throw 42;
      if (module.throws_on == "parse") (void)event.data.read();
      back.event({event.name, Document(said(event.data))});
    }
    const Word& module;
  };

  std::unique_ptr<Stage> connect(const ConnectionInfo&) const override { return std::make_unique<OneStage>(*this); }
  bool bridges(std::string_view client, std::string_view provider) const override { return client == left && provider == right; }

  const std::string word, left, right;
  bool answers_itself = false;
  bool asks = false;
  std::string throws_on;
  mutable int alive = 0;
};

const std::string chat(protocols::openai_chat);
const std::vector<EventText> two_events = {{"", R"("x")"}, {"named", R"("y")"}, {"", "[DONE]"}};

struct Chained : ::testing::Test {
  Word a{"a", chat, chat};
  Word b{"b", chat, chat};
  RecordingDownstream result(const Provider& provider, std::size_t leave_after = Chain::never) {
    return Chain(provider).add(a).add(b).run(chat_request("\"q\""), leave_after).client;
  }
};

TEST_F(Chained, RequestsFlowRightAndAnswersLeft) {
  const ScriptedProvider provider(Script().reply("\"r\""));
  EXPECT_THAT(result(provider).responses, ElementsAre(R"("rba")"));
  EXPECT_THAT(provider.asked(), ElementsAre(R"("qab")"));
}

TEST_F(Chained, StreamsPassEventByEvent) {
  const RecordingDownstream client = result(ScriptedProvider(Script().sse(two_events)));
  EXPECT_THAT(client.events, ElementsAre(R"("xba")", R"("yba")"));
  EXPECT_THAT(client.event_names, ElementsAre("", "named"));
  EXPECT_TRUE(client.ended);
}

TEST_F(Chained, ATranscriptSaysAllThatTheClientSaw) {
  EXPECT_EQ(result(ScriptedProvider(Script().sse(two_events))).transcript(), "event \"xba\"\nevent named \"yba\"\nend\n");
  EXPECT_EQ(result(ScriptedProvider(Script().reply("slow down", 429))).transcript(), "error rate_limited 429 slow down\n");
}

TEST_F(Chained, AStreamThatBreaksIsAnErrorAfterItsEvents) {
  const RecordingDownstream client = result(ScriptedProvider(Script().sse({two_events[0]}).then_breaks()));
  EXPECT_THAT(client.events, SizeIs(1));
  ASSERT_THAT(client.errors, SizeIs(1));
  EXPECT_EQ(client.errors[0].code, "reset");
}

TEST_F(Chained, AStreamThatHangsIsATimeOut) {
  EXPECT_EQ(result(ScriptedProvider(Script().sse({two_events[0]}).then_hangs())).errors.at(0).kind, ErrorKind::timeout);
}

TEST_F(Chained, AStreamWithoutItsTerminatorIsCutOff) {
  EXPECT_EQ(result(ScriptedProvider(Script().sse({two_events[0]}))).errors.at(0).code, "truncated_stream");
}

TEST_F(Chained, AnErrorEventIsExplained) {
  EXPECT_EQ(result(ScriptedProvider(Script().sse({{"", R"({"error":1})"}}))).errors.at(0).message, R"({"error":1})");
}

TEST_F(Chained, WhatIsNotJsonIsTheProvidersFault) {
  EXPECT_EQ(result(ScriptedProvider(Script().reply("<html>"))).errors.at(0).code, "malformed_reply");
  EXPECT_EQ(result(ScriptedProvider(Script().sse({{"", "{"}}))).errors.at(0).code, "malformed_event");
}

TEST_F(Chained, AStageThatThrowsFailsTheRequest) {
  b.throws_on = "request";
  const ScriptedProvider provider(Script().reply("\"r\""));
  EXPECT_THAT(result(provider).errors.at(0).message, HasSubstr("a stage threw: no"));
  EXPECT_THAT(provider.asked(), IsEmpty());
}

TEST_F(Chained, NothingReachesAStageAfterItThrew) {
  b.throws_on = "event";
  const RecordingDownstream client = result(ScriptedProvider(Script().sse(two_events)));
  EXPECT_THAT(client.events, IsEmpty());
  EXPECT_THAT(client.errors, SizeIs(1));
  EXPECT_EQ(client.ignored, 0u);
}

TEST_F(Chained, AStageThatAnswersKeepsTheProviderOut) {
  b.answers_itself = true;
  const ScriptedProvider provider(Script().reply("\"r\""));
  EXPECT_THAT(result(provider).responses, ElementsAre(R"("itselfa")"));
  EXPECT_THAT(provider.asked(), IsEmpty());
}

TEST_F(Chained, SideCallsAreAnsweredFromTheScriptOfTheUpstream) {
  b.asks = true;
  const ScriptedProvider provider(Script().reply("\"r\""));
  Chain chain(provider);
  chain.add(b).upstream(Script().reply("refused", 403));
  const Outcome outcome = chain.run(chat_request("\"q\""));
  EXPECT_EQ(outcome.side_calls.at(0).url, "http://guard");
  EXPECT_EQ(outcome.client.errors.at(0).message, "refused");
}

TEST_F(Chained, AClientThatLeavesDestroysTheStages) {
  const ScriptedProvider provider(Script().sse(two_events));
  const Outcome outcome = Chain(provider).add(a).add(b).run(chat_request("\"q\""), 1);
  EXPECT_TRUE(outcome.left);
  EXPECT_THAT(outcome.client.events, ElementsAre(R"("xba")"));
  EXPECT_FALSE(outcome.client.ended);
  EXPECT_EQ(a.alive + b.alive, 0);
}

TEST(ChainOfModules, RefusesAModuleThatDoesNotFitItsPlace) {
  const ScriptedProvider provider(Script().reply("{}"), "gemini");
  const Word chat_only("a", chat, chat);
  EXPECT_THROW(Chain(provider).add(chat_only), std::invalid_argument);
  EXPECT_THROW(Chain(provider).llm_switch(chat_only), std::invalid_argument);
}

TEST(ChainOfModules, NeedsAnLlmSwitchBetweenTwoProtocols) {
  const ScriptedProvider provider(Script().reply("{}"), "gemini");
  EXPECT_THROW((void)Chain(provider).run(chat_request("{}")), std::logic_error);
}

TEST(ChainOfModules, GoesThroughAnLlmSwitch) {
  const ScriptedProvider provider(Script().reply("\"r\""), "gemini");
  const Word converts("c", chat, "gemini");
  EXPECT_THAT(Chain(provider).llm_switch(converts).run(chat_request("\"q\"")).client.responses, ElementsAre(R"("rc")"));
}

TEST(ChainOfModules, RefusesARequestThatReachesTheProviderInAnotherProtocol) {
  const ScriptedProvider provider(Script().reply("{}"));
  Request request = chat_request("{}");
  request.protocol = "gemini";
  EXPECT_THROW((void)Chain(provider).run(std::move(request)), std::logic_error);
}

TEST(ChainOfModules, PlaysTheScriptToAProviderThatDescribesACall) {
  const Modules modules(*patchbay_plugin_entry_v1());
  const auto echo = modules.provider("provider-echo");
  Chain chain(*echo);
  chain.upstream(Script().reply("\"from the network\""));
  const Outcome outcome = chain.run(chat_request("{}"));
  EXPECT_EQ(outcome.call->body, "{}");
  EXPECT_THAT(outcome.client.responses, ElementsAre(R"("from the network")"));
}

TEST(ChainOfModules, SaysWhichCallTheScriptDoesNotAnswer) {
  const Modules modules(*patchbay_plugin_entry_v1());
  const auto echo = modules.provider("provider-echo");
  EXPECT_THROW((void)Chain(*echo).run(chat_request("{}")), std::logic_error);
}

TEST(AScriptedProvider, GivesItsRepliesInOrderAndRepeatsTheLast) {
  const ScriptedProvider provider(Script().reply("1").reply("2"));
  const Chain chain(provider);
  EXPECT_THAT(chain.run(chat_request("{}")).client.responses, ElementsAre("1"));
  EXPECT_THAT(chain.run(chat_request("{}")).client.responses, ElementsAre("2"));
  EXPECT_THAT(chain.run(chat_request("{}")).client.responses, ElementsAre("2"));
}

TEST(AScriptedClient, SendsItsRequestsEveryTimeThatItTalks) {
  const ScriptedProvider provider(Script().sse(two_events));
  const Chain chain(provider);
  const auto client = ScriptedClient().asks("1").asks("2").leaves_after(1);
  for (int time = 0; time < 2; ++time) {
    const std::vector<Outcome> outcomes = client.talk(chain);
    ASSERT_THAT(outcomes, SizeIs(2));
    EXPECT_TRUE(outcomes[0].client.ended);
    EXPECT_TRUE(outcomes[1].left);
  }
  EXPECT_THAT(provider.asked(), ElementsAre("1", "2", "1", "2"));
}

TEST(AScript, RefusesToEndAReplyThatIsNotThere) { EXPECT_THROW(Script().then_breaks(), std::logic_error); }

}  // namespace
}  // namespace patchbay::testing
