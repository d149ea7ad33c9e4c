#include <gmock/gmock.h>

#include "patchbay/testing/stress.hpp"
#include "protocol_samples.hpp"

namespace patchbay {
namespace {

namespace json = boost::json;

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ExactCache : public ::testing::Test {
 protected:
  void make(std::string_view config) { module_ = modules.transform("workflow-exact-cache", config); }

  /// A request through a connection of its own; whether it reached the provider.
  bool asks(Request request) {
    if (!module_) make(R"({"all":true})");
    ConnectionInfo info = testing::StageHarness::chat_connection();
    info.client_protocol = info.provider_protocol = request.protocol;
    harness_ = std::make_unique<testing::StageHarness>(*module_, info);
    return std::holds_alternative<Forward>(harness_->request(std::move(request)));
  }
  bool asks(std::string body, const Headers& headers = {}) {
    Request request = testing::chat_request(std::move(body));
    request.headers = headers;
    return asks(std::move(request));
  }

  testing::StageHarness& harness() { return *harness_; }
  const testing::RecordingDownstream& client() const { return harness_->client; }
  testing::Modules modules{*patchbay_plugin_entry_v1()};

 private:
  std::unique_ptr<Transform> module_;
  std::unique_ptr<testing::StageHarness> harness_;
};

class CachedAnswers : public ExactCache, public ::testing::WithParamInterface<samples::Sample> {
 protected:
  Request request(bool streamed) const { return GetParam().as_request(GetParam().request("hi"), streamed); }
};
INSTANTIATE_TEST_SUITE_P(Protocols, CachedAnswers, ::testing::ValuesIn(samples::all), samples::title);

TEST_P(CachedAnswers, TheSameRequestIsAnsweredFromMemory) {
  ASSERT_TRUE(asks(request(false)));
  harness().response(GetParam().answer("hello"));
  EXPECT_FALSE(asks(request(false)));
  EXPECT_THAT(client().responses, ElementsAre(GetParam().answer("hello")));
}

TEST_P(CachedAnswers, AStreamIsReplayedEventByEvent) {
  const std::vector<std::string> events = GetParam().stream({"he", "llo"});
  ASSERT_TRUE(asks(request(true)));
  for (const std::string& event : events) harness().event(event);
  harness().end();
  EXPECT_THAT(client().events, ElementsAreArray(events));
  EXPECT_FALSE(asks(request(true)));
  EXPECT_THAT(client().events, ElementsAreArray(events));
  EXPECT_TRUE(client().ended);
}

TEST_P(CachedAnswers, WholeAnswersAndStreamsAreApart) {
  ASSERT_TRUE(asks(request(false)));
  harness().response(GetParam().answer("hello"));
  EXPECT_TRUE(asks(request(true)));
}

TEST_P(CachedAnswers, AStreamThatBreaksOffIsNotKept) {
  ASSERT_TRUE(asks(request(true)));
  harness().event(GetParam().stream({"he"}).front());
  harness().error({.kind = ErrorKind::upstream, .message = "gone"});
  EXPECT_TRUE(asks(request(true)));
}

TEST_P(CachedAnswers, AStreamThatTheClientLeavesIsNotKept) {
  ASSERT_TRUE(asks(request(true)));
  harness().event(GetParam().stream({"he"}).front());
  EXPECT_TRUE(asks(request(true)));
}

TEST_F(ExactCache, NamesOfEventsAreKept) {
  struct Names final : Downstream {
    void response(Response&&) override {}
    void event(Event&& event) override { seen.push_back(event.name); }
    void end() override {}
    void error(Error&&) override {}
    void lost(Loss&&) override {}
    std::vector<std::string> seen;
  };
  const auto module = modules.transform("workflow-exact-cache", R"({"all":true})");
  const ConnectionInfo info = testing::StageHarness::chat_connection();
  testing::RecordingDownstream first;
  const auto recording = module->connect(info);
  Request request = testing::chat_request(R"({"stream":true})");
  recording->request(request, first);
  recording->event(Event{"message_start", Document(std::string("{}"))}, first);
  recording->end(first);
  Names second;
  module->connect(info)->request(request, second);
  EXPECT_THAT(second.seen, ElementsAre("message_start"));
}

TEST_F(ExactCache, ErrorsAreNotKept) {
  ASSERT_TRUE(asks("{}"));
  harness().error({.kind = ErrorKind::overloaded});
  EXPECT_TRUE(asks("{}"));
}

TEST_F(ExactCache, AnswersThatAreNotCompleteAreNotKept) {
  for (const char* const body :
       {R"({"status":"in_progress"})", R"({"status":"failed","error":{"code":"x"}})", R"({"error":{"message":"odd"}})", "[]"}) {
    ASSERT_TRUE(asks("{}")) << body;
    harness().response(body);
  }
  ASSERT_TRUE(asks("{}"));
  harness().response(R"({"status":"completed","error":null})");
  EXPECT_FALSE(asks("{}"));
}

TEST_F(ExactCache, OnlyDeterministicRequestsAreKeptUnlessToldOtherwise) {
  make("{}");
  ASSERT_TRUE(asks(R"({"model":"m"})"));
  harness().response("{}");
  EXPECT_TRUE(asks(R"({"model":"m"})"));
  ASSERT_TRUE(asks(R"({"model":"m","temperature":0})"));
  harness().response("{}");
  EXPECT_FALSE(asks(R"({"model":"m","temperature":0})"));
}

TEST_F(ExactCache, AnswersAreServedForTheirTime) {
  make(R"({"all":true,"ttl":"10s"})");
  ASSERT_TRUE(asks("{}"));
  harness().response("{}");
  modules.host.clock.advance(9s);
  EXPECT_FALSE(asks("{}"));
  modules.host.clock.advance(1s);
  EXPECT_TRUE(asks("{}"));
}

TEST_F(ExactCache, LargeAnswersAreNotKept) {
  make(R"({"all":true,"max_entry_bytes":20})");
  ASSERT_TRUE(asks("{}"));
  harness().response(R"({"a":"more than twenty bytes"})");
  ASSERT_TRUE(asks("{}"));
  harness().event(R"({"a":"ten"})");
  harness().event(R"({"a":"and more"})");
  harness().end();
  EXPECT_TRUE(asks("{}"));
}

TEST_F(ExactCache, OneCacheForEachModule) {
  ASSERT_TRUE(asks("{}"));
  harness().response("{}");
  make(R"({"all":true})");
  EXPECT_TRUE(asks("{}"));
}

TEST_F(ExactCache, NoStoreNeitherServesNorKeeps) {
  ASSERT_TRUE(asks("{}", {{"cache-control", "no-store"}}));
  harness().response(R"({"n":1})");
  ASSERT_TRUE(asks("{}"));
  harness().response(R"({"n":2})");
  EXPECT_TRUE(asks("{}", {{"cache-control", "no-store"}}));
}

TEST_F(ExactCache, NoCacheAsksAndKeeps) {
  ASSERT_TRUE(asks("{}"));
  harness().response(R"({"n":1})");
  ASSERT_TRUE(asks("{}", {{"cache-control", "no-cache"}}));
  harness().response(R"({"n":2})");
  EXPECT_FALSE(asks("{}"));
  EXPECT_THAT(client().responses, ElementsAre(R"({"n":2})"));
}

TEST_F(ExactCache, MaxAgeTakesNoOlderAnswer) {
  ASSERT_TRUE(asks("{}"));
  harness().response("{}");
  modules.host.clock.advance(60s);
  EXPECT_TRUE(asks("{}", {{"cache-control", "max-age=60"}}));
  EXPECT_FALSE(asks("{}", {{"cache-control", "max-age=61"}}));
}

TEST_F(ExactCache, OnlyIfCachedNeverAsks) {
  EXPECT_FALSE(asks("{}", {{"cache-control", "only-if-cached"}}));
  ASSERT_EQ(client().errors.size(), 1u);
  EXPECT_EQ(client().errors[0].http_status(), 504);
  ASSERT_TRUE(asks("{}"));
  harness().response("{}");
  EXPECT_FALSE(asks("{}", {{"cache-control", "only-if-cached"}}));
  EXPECT_THAT(client().errors, IsEmpty());
}

TEST_F(ExactCache, RequestsThatReferToEarlierOnesPass) {
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(asks(R"({"previous_response_id":"r"})"));
    harness().response("{}");
  }
}

TEST_F(ExactCache, WhatIsNoObjectIsTheProvidersToRefuse) { EXPECT_TRUE(asks("[1]")); }

TEST_F(ExactCache, AHitIsLogged) {
  ASSERT_TRUE(asks("{}"));
  harness().response("{}");
  asks("{}");
  ASSERT_EQ(modules.host.lines.size(), 1u);
  EXPECT_THAT(modules.host.lines[0].message, HasSubstr("req-test is answered from the cache"));
}

TEST_F(ExactCache, ConnectionsOfManyThreadsShareIt) {
  const auto module = modules.transform("workflow-exact-cache", R"({"all":true,"max_entries":8})");
  const testing::Stressed result = testing::stress(4, 400, [&](std::size_t i) {
    const std::string text = std::to_string(i % 16);
    testing::StageHarness harness(*module);
    if (std::holds_alternative<Forward>(harness.request(testing::chat_request(samples::all[0].request(text)))))
      harness.response(samples::all[0].answer(text));
    return harness.client.responses.at(0);
  });
  EXPECT_EQ(result.wrong, 0u) << (result.differences.empty() ? "" : result.differences[0]);
}

TEST_F(ExactCache, FaultyOptionsAreRefused) {
  EXPECT_THAT(modules.faults("workflow-exact-cache", R"({"ttl":"0s"})"), ElementsAre(HasSubstr("/ttl")));
  EXPECT_THAT(modules.faults("workflow-exact-cache", R"({"max_entries":0})"), ElementsAre(HasSubstr("/max_entries")));
}

}  // namespace
}  // namespace patchbay
