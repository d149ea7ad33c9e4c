#include "replay/replay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "fake_chain.hpp"
#include "replay/replay_report.hpp"

namespace patchbay::replay {
namespace {

using pipeline::testing::factory;
using pipeline::testing::FakeProvider;
using pipeline::testing::FakeTransform;
using pipeline::testing::route;
using pipeline::testing::use;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace json = boost::json;

/// A whole answer, as `patchbay trace --json` prints it.
constexpr const char* whole = R"({
  "request": {"id": "req-1", "method": "POST", "path": "/v1/chat/completions", "protocol": "openai-chat", "operation": "generate",
              "model": "m", "stream": false, "route": "chat", "target": "only", "provider": "chat", "outcome": "completed", "status": 200,
              "events": 0, "duration_ms": 3.5},
  "steps": [{"step": "received", "ms": 0.0}, {"step": "complete", "ms": 0.1}],
  "attempts": [{"target": "only", "provider": "chat", "stages": [{"type": "chat", "request_ms": 0.25, "response_ms": 0.5}]}],
  "body": {"model": "m"}, "answer": {"text": "hi"}, "cut": [], "headers": [["x-tenant", "blue"]],
  "calls": [{"method": "POST", "url": "http://provider.test/v1/chat/completions", "headers": [], "body": "{\"model\":\"m\"}",
             "status": 200, "reply_headers": [["content-type", "application/json"]], "reply": "{\"text\":\"hi\"}", "complete": true}]
})";

/// Adds a member to the request's body.
struct Adding : Stage {
  Flow request(Request& request, Downstream&) override {
    request.body.edit().as_object()["more"] = true;
    return Forward{};
  }
};

struct ReplayTest : ::testing::Test {
  ReplayTest() {
    registry.add(factory("chat", ModuleKind::provider, [this](const auto&) { return std::make_shared<FakeProvider>(provider); }));
    registry.add(factory("adding", ModuleKind::workflow,
                         [](const auto&) { return std::make_shared<FakeTransform>([] { return std::make_unique<Adding>(); }); }));
    settings.routes.push_back(route("chat", {use(ModuleKind::provider, "chat")}));
  }
  json::object& summary() { return recorded.at("request").as_object(); }
  json::object& call() { return recorded.at("calls").at(0).as_object(); }
  json::object run() { return replay(registry, settings, read_record(recorded, !manner.live), manner); }
  static std::vector<std::string> paths(const json::object& report) {
    std::vector<std::string> paths;
    for (const json::value& one : report.at("differences").as_array()) paths.emplace_back(one.at("path").as_string());
    return paths;
  }
  std::string objection() {
    try {
      (void)read_record(recorded, !manner.live);
    } catch (const Unplayable& why) {
      return why.what();
    }
    return {};
  }

  /// A stream of two events.
  void record_a_stream() {
    summary()["stream"] = true;
    summary()["events"] = 2;
    recorded["body"] = json::parse(R"({"model":"m","stream":true})");
    recorded["answer"] = "data: {\"n\":1}\n\ndata: {\"finish\":2}\n\n";
    call()["body"] = R"({"model":"m","stream":true})";
    call()["reply_headers"] = json::parse(R"([["content-type","text/event-stream"]])");
    call()["reply"] = "data: {\"n\":1}\n\ndata: {\"finish\":2}\n\ndata: [DONE]\n\n";
  }

  FakeProvider provider;
  pipeline::ModuleRegistry registry;
  config::Settings settings;
  json::object recorded = json::parse(whole).as_object();
  Manner manner;
};

TEST_F(ReplayTest, AnUnchangedConfigurationMakesNoDifference) {
  const json::object report = run();
  EXPECT_EQ(report.at("same"), true) << json::serialize(report);
  EXPECT_EQ(report.at("upstream"), "recorded");
  EXPECT_EQ(report.at("replayed").at("route"), "chat");
  EXPECT_EQ(report.at("trace").at("answer"), json::parse(R"({"text":"hi"})"));
}

TEST_F(ReplayTest, AStreamIsPlayedEventByEvent) {
  record_a_stream();
  EXPECT_THAT(paths(run()), IsEmpty());
}

TEST_F(ReplayTest, AnEventThatDiffersIsToldByItsPlace) {
  record_a_stream();
  recorded["answer"] = "data: {\"n\":1}\n\ndata: {\"finish\":3}\n\n";
  EXPECT_THAT(paths(run()), ElementsAre("/events/1/finish"));
}

TEST_F(ReplayTest, WhatIsSentUpstreamIsComparedByPath) {
  settings.routes[0] = route("chat", {use(ModuleKind::workflow, "adding"), use(ModuleKind::provider, "chat")});
  const json::object report = run();
  EXPECT_THAT(paths(report), ElementsAre("/request/0/body/more"));
  EXPECT_EQ(report.at("differences").at(0), json::parse(R"({"path":"/request/0/body/more","recorded":null,"replayed":"true"})"));
}

TEST_F(ReplayTest, WhatMayDifferIsNotTold) {
  settings.routes[0] = route("chat", {use(ModuleKind::workflow, "adding"), use(ModuleKind::provider, "chat")});
  manner.ignore = {"/request/*/body/more"};
  EXPECT_THAT(paths(run()), IsEmpty());
}

TEST_F(ReplayTest, AnotherRouteIsADifference) {
  settings.routes[0].id = "other";
  EXPECT_THAT(paths(run()), ElementsAre("/route"));
}

TEST_F(ReplayTest, ACallThatIsNotMadeIsADifference) {
  provider.local = LocalAnswer{.status = 200, .headers = {{"content-type", "application/json"}}, .pieces = {{.bytes = R"({"text":"hi"})"}}};
  EXPECT_THAT(paths(run()), ElementsAre("/request/0"));
}

TEST_F(ReplayTest, TheTargetIsTheRecordedOneWhereTheRouteBalances) {
  config::Target second = settings.routes[0].targets[0];
  second.id = "first-by-turn";
  settings.routes[0].targets.insert(settings.routes[0].targets.begin(), second);
  for (int turn = 0; turn < 2; ++turn) EXPECT_EQ(run().at("replayed").at("target"), "only");
}

TEST_F(ReplayTest, AFailureOnTheWayIsPlayedAsWell) {
  summary()["outcome"] = "failed";
  summary()["status"] = 502;
  summary()["error"] = "upstream";
  summary()["code"] = "connect";
  call().erase("status");
  call()["complete"] = false;
  call()["failure"] = "connect";
  call()["failure_message"] = "nobody listens";
  recorded["answer"] = json::parse(R"({"error":{"message":"nobody listens"}})");
  const json::object report = run();
  EXPECT_EQ(report.at("replayed").at("status"), 502) << json::serialize(report);
  EXPECT_EQ(report.at("replayed").at("code"), "connect");
}

TEST_F(ReplayTest, StagesHaveTheTimesOfBoth) {
  const json::value stage = run().at("stages").at(0);
  EXPECT_EQ(stage.at("type"), "chat");
  EXPECT_EQ(stage.at("recorded"), json::parse(R"({"request_ms":0.25,"response_ms":0.5})"));
  EXPECT_TRUE(stage.as_object().contains("replayed"));
}

TEST_F(ReplayTest, ARedactedRecordSaysSo) {
  recorded["body"] = json::parse(R"({"model":"m","user":"[redacted]"})");
  call()["body"] = R"({"model":"m","user":"[redacted]"})";
  const json::object report = run();
  EXPECT_THAT(paths(report), IsEmpty());
  EXPECT_THAT(replay_text(report), HasSubstr("note: parts of the record were redacted"));
}

TEST_F(ReplayTest, OfAClientThatLeftOnlyTheCallsAreCompared) {
  summary()["outcome"] = "disconnected";
  summary()["status"] = 499;
  call()["complete"] = false;
  call()["reply"] = "";
  recorded.erase("answer");
  const json::object report = run();
  EXPECT_THAT(paths(report), IsEmpty());
  EXPECT_THAT(replay_text(report), HasSubstr("note: the client had left"));
}

TEST_F(ReplayTest, AnAnswerInAnotherProtocolIsNotCompared) {
  call()["url"] = "http://provider.test/v1/messages";
  call()["reply"] = R"({"type":"message"})";
  manner.ignore = {"/request/*/url"};
  const json::object report = run();
  EXPECT_THAT(paths(report), IsEmpty());
  EXPECT_THAT(replay_text(report), HasSubstr("note: the replay speaks another protocol"));
}

TEST_F(ReplayTest, AConfigurationThatCannotBeAssembledIsSaid) {
  settings.routes[0] = route("chat", {use(ModuleKind::provider, "absent")});
  try {
    run();
    FAIL() << "it was played";
  } catch (const Unplayable& why) {
    EXPECT_THAT(why.what(), HasSubstr("absent"));
  }
}

TEST_F(ReplayTest, ForPeopleItIsATable) {
  EXPECT_THAT(replay_text(run()), AllOf(HasSubstr("request req-1, with the upstream's recorded replies\n"), HasSubstr("route "),
                                        HasSubstr("stage chat"), HasSubstr("0.250 + 0.500 ms"), HasSubstr("the replay is the same\n")));
}

TEST_F(ReplayTest, WhatIsNotShownOfManyDifferencesIsCounted) {
  json::object answer{{"text", "hi"}};
  for (int i = 0; i < 100; ++i) answer["field" + std::to_string(i)] = i;
  recorded["answer"] = answer;
  const json::object report = run();
  EXPECT_EQ(report.at("differences_found"), 100);
  EXPECT_THAT(replay_text(report), HasSubstr("\n100 differences, of which 64 are shown; --ignore leaves out what may differ\n"));
}

TEST_F(ReplayTest, ARecordWithoutBodiesIsRefused) {
  recorded.erase("body");
  EXPECT_THAT(objection(), HasSubstr("set [debug] bodies = true"));
}

TEST_F(ReplayTest, ABodyThatWasNotKeptWholeIsRefused) {
  recorded["cut"] = json::array{"answer"};
  EXPECT_THAT(objection(), HasSubstr("the request's answer was larger than [debug] max_body_bytes"));
}

TEST_F(ReplayTest, AReplyThatWasNotKeptIsRefusedUnlessTheRealUpstreamIsAsked) {
  call()["cut"] = true;
  EXPECT_THAT(objection(), HasSubstr("use --live"));
  manner.live = true;
  EXPECT_EQ(objection(), "");
}

TEST_F(ReplayTest, ARequestThatWasNeverReadIsRefused) {
  recorded["steps"] = json::array{};
  EXPECT_THAT(objection(), HasSubstr("was refused before it was read"));
}

TEST_F(ReplayTest, WhatIsNoRecordIsRefused) {
  summary().erase("stream");
  EXPECT_THAT(objection(), HasSubstr("this is not what `patchbay trace REQUEST-ID --json` prints"));
}

}  // namespace
}  // namespace patchbay::replay
