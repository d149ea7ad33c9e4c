// What a client hears of an isolated module is what it hears of the same module in the host.

#include <gmock/gmock.h>

#include "isolation_fixture.hpp"
#include "patchbay/probed.hpp"

namespace patchbay::isolation::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The network's side of one call: what comes of it.
using Script = std::function<void(upstream::CallObserver&)>;

struct Transparency : IsolationTest {
  Transparency() {
    publish({{"host", {in_host(ModuleKind::provider, "crash-test-provider")}},
             {"process", {isolated(ModuleKind::provider, "crash-test-provider")}},
             {"host-stage", {in_host(ModuleKind::workflow, "gallery-signer"), in_host(ModuleKind::provider, "crash-test-provider")}},
             {"process-stage", {isolated(ModuleKind::workflow, "gallery-signer"), in_host(ModuleKind::provider, "crash-test-provider")}},
             {"both", {isolated(ModuleKind::workflow, "gallery-signer"), isolated(ModuleKind::provider, "crash-test-provider")}}});
  }

  /// Runs the same call through a route; the client's log, with the error's parts in it.
  std::vector<std::string> heard(const std::string& model, const Script& script) {
    const std::size_t before = upstream.calls.size();
    const auto running = start(model, R"(,"user":"call")" + more);
    run_until([&] { return upstream.calls.size() > before; }, "the call was made");
    script(*upstream.calls.back().observer);
    run_until([&] { return running->client.finished; }, "the client has its answer");
    std::vector<std::string> log = running->client.log;
    for (const Header& header : running->client.headers) log.push_back(header.name + ": " + header.value);
    const Error& error = running->client.error_seen;
    for (const std::string& part : {error.code, error.param, error.source, error.original, error.original_protocol}) log.push_back(part);
    log.push_back(std::to_string(error.status) + " " + std::to_string(error.retry_after.value_or(std::chrono::seconds(0)).count()));
    const Usage& usage = running->client.usage;
    for (const std::uint64_t count :
         {usage.input_tokens, usage.output_tokens, usage.cached_input_tokens, usage.cache_write_tokens, usage.reasoning_tokens})
      log.push_back(std::to_string(count));
    return log;
  }

  void hears_the_same(const Script& script) {
    const std::vector<std::string> in_host = heard("host", script);
    EXPECT_THAT(in_host, ::testing::Not(IsEmpty()));
    EXPECT_EQ(heard("process", script), in_host);
    const std::vector<std::string> with_stage = heard("host-stage", script);
    EXPECT_EQ(heard("process-stage", script), with_stage);
    EXPECT_EQ(heard("both", script), with_stage);
  }

  static void stream_head(upstream::CallObserver& network) {
    network.head(200, {{"content-type", "text/event-stream"}, {"x-ratelimit-remaining", "7"}, {"server", "x"}});
  }

  std::string more;  // members of the request
};

TEST_F(Transparency, AWholeAnswer) {
  hears_the_same([](upstream::CallObserver& network) {
    network.head(200, {{"content-type", "application/json"}});
    network.data("{\"a\":");
    network.data("1 }");
    network.complete();
  });
}

TEST_F(Transparency, AStreamCutAnywhere) {
  const std::string stream = ": hello\n\ndata: {\"n\":1}\n\nevent: named\ndata: {\"n\":2}\n\ndata: [DONE]\n\n";
  hears_the_same([&](upstream::CallObserver& network) {
    stream_head(network);
    for (const char byte : stream) network.data({&byte, 1});
    network.complete();
  });
}

TEST_F(Transparency, WhatTheAnswerCost) {
  const Script script = [](upstream::CallObserver& network) {
    network.head(200, {{"content-type", "application/json"}});
    network.data(R"({"usage":1})");
    network.complete();
  };
  hears_the_same(script);
  EXPECT_THAT(heard("process", script), ::testing::Contains("70000"));
}

TEST_F(Transparency, WhatAStreamCostThatTheClientDidNotAskFor) {
  const Script script = [](upstream::CallObserver& network) {
    stream_head(network);
    network.data("data: {\"n\":1}\n\ndata: {\"usage\":1}\n\ndata: [DONE]\n\n");
    network.complete();
  };
  more = R"(,"stream":true)";
  hears_the_same(script);
  EXPECT_THAT(upstream.calls.back().call.body, HasSubstr(R"("tell":"usage")"));
  EXPECT_THAT(heard("process", script),
              ::testing::AllOf(::testing::Contains("70000"), ::testing::Not(::testing::Contains(HasSubstr("usage")))));
  more += R"(,"metadata":{"tell":"me"})";
  hears_the_same(script);
  EXPECT_THAT(heard("process", script), ::testing::Contains(HasSubstr("usage")));
}

TEST_F(Transparency, AnErrorOfTheProvider) {
  hears_the_same([](upstream::CallObserver& network) {
    network.head(429, {{"retry-after", "3"}});
    network.data("{\"error\":\"slow down\"}");
    network.complete();
  });
}

TEST_F(Transparency, AStreamThatIsCutOff) {
  hears_the_same([](upstream::CallObserver& network) {
    stream_head(network);
    network.data("data: {}\n\n");
    network.complete();
  });
}

TEST_F(Transparency, AStreamThatIsNotJson) {
  hears_the_same([](upstream::CallObserver& network) {
    stream_head(network);
    network.data("data: {]\n\n");
  });
}

TEST_F(Transparency, ACallThatFails) {
  hears_the_same([](upstream::CallObserver& network) {
    network.failed({upstream::FailureKind::connect_timeout, "nobody answers at provider.test", true});
  });
}

TEST_F(Transparency, ACallThatBreaksAfterItsLastEvent) {
  hears_the_same([](upstream::CallObserver& network) {
    stream_head(network);
    network.data("data: {}\n\ndata: [DONE]\n\n");
    network.failed({upstream::FailureKind::reset, "gone", false});
  });
}

TEST_F(Transparency, TheCallIsTheSameButForTheTurnOfTheKeys) {
  for (const std::string model : {"host", "process"}) {
    const auto first = start(model, R"(,"user":"call")");
    const auto second = start(model, R"(,"user":"call")");
    const std::size_t before = upstream.calls.size();
    (void)before;
    run_until(
        [&] { return upstream.calls.size() % 2 == 0 && !upstream.calls.empty() && upstream.calls.size() >= (model == "host" ? 2u : 4u); },
        "both calls were made");
  }
  for (const std::size_t i : {0u, 1u}) {
    const HttpCall& in_host = upstream.calls[i].call;
    const HttpCall& isolated = upstream.calls[i + 2].call;
    EXPECT_EQ(isolated.url, "http://provider.test/process");
    EXPECT_EQ(*isolated.headers.find("authorization"), *in_host.headers.find("authorization"));
    EXPECT_THAT(isolated.body, HasSubstr(R"("user":"call")"));
  }
  EXPECT_NE(*upstream.calls[2].call.headers.find("authorization"), *upstream.calls[3].call.headers.find("authorization"));
}

TEST_F(Transparency, TheSecretsOfItsKeysAreNotInTheHost) {
  for (const auto& instance : pool.instances()) {
    if (!instance->key().isolated || instance->kind() != ModuleKind::provider) continue;
    const auto made = instance->make();
    const auto& provider = static_cast<const Provider&>(*made);
    EXPECT_EQ(provider.credentials().size(), 2u);
    for (const Credential& key : provider.credentials()) EXPECT_EQ(key.secret, "");
    EXPECT_THAT(provider.models(), ElementsAre("gallery-model"));
    EXPECT_FALSE(provider.serves(Operation::count_tokens));
    EXPECT_TRUE(provider.serves(Operation::embed));
    const std::optional<HttpCall> probe = dynamic_cast<const Probed&>(provider).probe(provider.credentials()[0]);
    ASSERT_TRUE(probe);
    EXPECT_EQ(probe->url, "http://provider.test/probe");
    EXPECT_EQ(probe->headers.find("authorization"), "Bearer ");
  }
}

TEST_F(Transparency, AClientThatLeavesCancelsTheCall) {
  auto running = start("both", R"(,"user":"call")");
  run_until([&] { return !upstream.calls.empty(); }, "the call was made");
  EXPECT_TRUE(upstream.calls[0].alive);
  running->connection.reset();
  EXPECT_FALSE(upstream.calls[0].alive);
  EXPECT_THAT(answer("both")->client.log, ElementsAre(HasSubstr("response"))) << "and its process serves on";
}

TEST_F(Transparency, AReaderThatHasEnoughStopsTheCall) {
  const auto running = start("process", R"(,"user":"call")");
  run_until([&] { return !upstream.calls.empty(); }, "the call was made");
  stream_head(*upstream.calls[0].observer);
  upstream.calls[0].observer->data("data: {]\n\n");
  run_until([&] { return !upstream.calls[0].alive; }, "the call was stopped");
}

TEST_F(Transparency, WhatTheProcessHasNotTakenInCountsAsUnsent) {
  for (const std::string model : {"process", "process-stage"}) {
    upstream.calls.clear();
    const auto running = start(model, R"(,"user":"call")");
    run_until([&] { return !upstream.calls.empty(); }, "the call was made");
    stream_head(*upstream.calls[0].observer);
    const std::string event = "data: {\"text\":\"" + std::string(60'000, 'x') + "\"}\n\n";
    for (int i = 0; i < 6; ++i) upstream.calls[0].observer->data(event);  // without a turn of the loop in between
    EXPECT_TRUE(upstream.calls[0].paused) << model;
    run_until([&] { return !upstream.calls[0].paused; }, "the call goes on");
    EXPECT_GE(running->client.log.size(), 5u) << "because the events came through";
  }
}

TEST_F(Transparency, ASlowClientPausesTheCallOfAnIsolatedProvider) {
  const auto running = start("process", R"(,"user":"call")");
  run_until([&] { return !upstream.calls.empty(); }, "the call was made");
  stream_head(*upstream.calls[0].observer);
  running->client.pretend_unsent = pipeline::high_water;
  upstream.calls[0].observer->data("data: {}\n\n");
  EXPECT_TRUE(upstream.calls[0].paused);
  run_until([&] { return !running->client.log.empty(); }, "the event came through");
  EXPECT_TRUE(upstream.calls[0].paused);
  running->client.pretend_unsent = 0;
  running->connection->resume();
  EXPECT_FALSE(upstream.calls[0].paused);
}

struct SideCalls : IsolationTest {
  SideCalls() {
    publish({{"asks",
              {isolated(ModuleKind::workflow, "crash-test-workflow", {{"where", "reply"}, {"how", "slow"}}),
               in_host(ModuleKind::provider, "crash-test-provider")}}});
  }
  void reply(int status, std::string_view body) {
    run_until([&] { return !upstream.calls.empty(); }, "the side call was made");
    upstream.calls[0].observer->head(status, {});
    upstream.calls[0].observer->data(body);
    upstream.calls[0].observer->complete();
  }
};

TEST_F(SideCalls, AnIsolatedStageAsksAndGoesOnWithTheReply) {
  const auto running = start("asks", R"(,"user":"call")");
  reply(200, "allowed");
  run_until([&] { return upstream.calls.size() == 2; }, "the provider is called");
  EXPECT_THAT(upstream.calls[1].call.body, HasSubstr(R"("side":"allowed")")) << "the request that the stage has changed";
}

TEST_F(SideCalls, AnIsolatedStageAnswersWithAnError) {
  const auto running = start("asks");
  reply(403, "no");
  run_until([&] { return running->client.finished; }, "the client has its answer");
  EXPECT_THAT(running->client.log, ElementsAre("error permission the side call said no"));
}

TEST_F(IsolationTest, AModuleThatWantsNoStageIsPassedBy) {
  publish({{"passed", {isolated(ModuleKind::workflow, "crash-test-workflow"), in_host(ModuleKind::provider, "crash-test-provider")}}});
  EXPECT_THAT(answer("passed", R"(,"stream":true)")->client.log, ElementsAre("event  {\"text\":\"pong\"}", "end"));
}

}  // namespace
}  // namespace patchbay::isolation::testing
