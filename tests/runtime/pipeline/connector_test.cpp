#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <thread>

#include "fake_chain.hpp"
#include "fake_client.hpp"
#include "fake_upstream.hpp"
#include "net/deadline_clock.hpp"
#include "pipeline/pipeline_assembler.hpp"
#include "pipeline/v2_engine.hpp"

namespace patchbay::pipeline {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace pipeline::testing;

/// Asks another server before it lets a request pass.
struct Guard : Stage {
  Flow request(Request&, Downstream&) override {
    HttpCall call;
    call.url = "http://guard.test/";
    return Ask{std::move(call)};
  }
  Flow reply(HttpReply&& reply, Request&, Downstream& back) override {
    if (reply.status == 200) return Forward{};
    Error error;
    error.kind = ErrorKind::permission;
    error.message = "the guard said " + std::to_string(reply.status) + " " + reply.body;
    back.error(std::move(error));
    return Answered{};
  }
};

struct Connector : ::testing::Test {
  Connector() {
    registry.add(factory("provider", ModuleKind::provider, [this](const auto&) { return std::make_shared<FakeProvider>(provider); }));
    registry.add(factory("guard", ModuleKind::workflow,
                         [](const auto&) { return std::make_shared<FakeTransform>([] { return std::make_unique<Guard>(); }); }));
    registry.add(factory("broken", ModuleKind::workflow, [](const auto&) {
      return std::make_shared<FakeTransform>([]() -> std::unique_ptr<Stage> { throw std::runtime_error("no stage"); });
    }));
    registry.add(factory("slow", ModuleKind::workflow, [this](const auto&) {
      if (slow_down) std::this_thread::sleep_for(milliseconds(300));
      if (fail_to_make) throw std::runtime_error("cannot be made now");
      return std::make_shared<FakeTransform>([] { return nullptr; });
    }));
  }

  void publish(std::vector<config::ModuleUse> modules, std::string preload = "all") {
    config::Settings settings;
    settings.pool.preload = std::move(preload);
    settings.pool.connect_timeout = milliseconds(100);
    settings.routes.push_back(route("r", std::move(modules)));
    Assembled assembled = PipelineAssembler(registry, pool).assemble(std::move(settings), 1);
    ASSERT_THAT(assembled.diagnostics, IsEmpty()) << to_string(assembled.diagnostics.front());
    slot.publish(assembled.assembly);
  }
  void publish_provider() { publish({use(ModuleKind::provider, "provider")}); }

  void start(std::string body = R"({"model":"m"})") {
    Request request;
    request.id = "req-1";
    request.protocol = "openai-chat";
    request.body = Document(std::move(body));
    connection = engine.start(worker, std::move(request), client);
  }
  upstream::CallObserver& network(std::size_t call = 0) { return *fake_upstream.calls.at(call).observer; }
  void stream_head() { network().head(200, {{"content-type", "text/event-stream"}}); }

  FakeProvider provider;
  bool slow_down = false;
  bool fail_to_make = false;
  ModuleRegistry registry;
  StaticInstancePool pool;
  AssemblySlot slot;
  boost::asio::io_context io;
  net::DeadlineClock deadlines{io};
  FakeUpstream fake_upstream;
  Worker worker{io, deadlines, fake_upstream};
  V2Engine engine{slot, pool};
  FakeClient client;
  std::unique_ptr<Connection> connection;
};

TEST_F(Connector, CarriesTheBytesOfARequestToTheProviderUnchanged) {
  publish_provider();
  start(R"({ "model" : "m","x":1.0 })");
  EXPECT_EQ(fake_upstream.calls.at(0).call.body, R"({ "model" : "m","x":1.0 })");
}

TEST_F(Connector, AWholeReplyBecomesAResponse) {
  publish_provider();
  start();
  network().head(200, {{"content-type", "application/json"}, {"x-ratelimit-limit", "9"}, {"set-cookie", "secret"}});
  network().data("{\"a\"");
  network().data(":1}");
  network().complete();

  EXPECT_THAT(client.log, ElementsAre("response {\"a\":1}"));
  EXPECT_EQ(client.headers.find("x-ratelimit-limit"), "9");
  EXPECT_FALSE(client.headers.contains("set-cookie"));
}

TEST_F(Connector, AStreamBecomesEventsAndAnEnd) {
  publish_provider();
  start();
  stream_head();
  network().data("data: {\"a\":1}\n\nda");
  EXPECT_THAT(client.log, ElementsAre("event  {\"a\":1}"));
  network().data("ta: {\"a\":2}\n\ndata: [DONE]\n\n");
  network().complete();

  EXPECT_THAT(client.log, ElementsAre("event  {\"a\":1}", "event  {\"a\":2}", "end"));
}

TEST_F(Connector, TheClientIsToldWhatAnAnswerCost) {
  publish_provider();
  start();
  network().head(200, {{"content-type", "application/json"}});
  network().data(R"({"usage":1})");
  network().complete();
  EXPECT_EQ(client.usage, (Usage{.input_tokens = 7, .output_tokens = 11}));
}

TEST_F(Connector, OfTheReportsOfAStreamTheLargestCounts) {
  publish_provider();
  start();
  stream_head();
  network().data("data: {\"usage\":100}\n\ndata: {}\n\ndata: {\"usage\":1}\n\n");
  EXPECT_EQ(client.usage, (Usage{.input_tokens = 7, .output_tokens = 13}));
}

TEST_F(Connector, AProviderThatFailsToCountHasStillAnswered) {
  publish_provider();
  start();
  stream_head();
  network().data("data: {\"throw\":1}\n\ndata: [DONE]\n\n");
  network().complete();
  EXPECT_THAT(client.log, ElementsAre("event  {\"throw\":1}", "end"));
}

TEST_F(Connector, AStreamEndsSoonAfterItsLastEventEvenIfTheProviderKeepsTheConnectionOpen) {
  publish_provider();
  start();
  stream_head();
  network().data("data: [DONE]\n\n");
  io.run();
  EXPECT_THAT(client.log, ElementsAre("end"));
}

TEST_F(Connector, AStreamThatIsCutOffEndsInAnError) {
  publish_provider();
  start();
  stream_head();
  network().data("data: {\"a\":1}\n\n");
  network().complete();
  EXPECT_THAT(client.log,
              ElementsAre("event  {\"a\":1}", HasSubstr("error upstream the provider's stream ended before the answer was complete")));
}

TEST_F(Connector, AStreamMayEndWithoutATerminatorOnceTheAnswerIsFinished) {
  publish_provider();
  start();
  stream_head();
  network().data("data: {\"finish\":1}\n\n");
  network().complete();
  EXPECT_THAT(client.log, ElementsAre("event  {\"finish\":1}", "end"));
}

TEST_F(Connector, AnEventThatIsNotJsonEndsInAnError) {
  publish_provider();
  start();
  stream_head();
  network().data("data: {\"a\":\n\ndata: {}\n\n");
  EXPECT_THAT(client.log, ElementsAre(HasSubstr("error upstream the provider's stream has an event that is not JSON")));
  EXPECT_FALSE(fake_upstream.calls[0].alive);
}

TEST_F(Connector, AnErrorInsideAStreamIsExplainedByTheProvider) {
  publish_provider();
  start();
  stream_head();
  network().data("data: {\"error\":\"busy\"}\n\n");
  EXPECT_THAT(client.log, ElementsAre(HasSubstr("provider says: {\"error\":\"busy\"}")));
}

TEST_F(Connector, AnErrorReplyIsExplainedByTheProvider) {
  publish_provider();
  start();
  network().head(429, {});
  network().data("slow down");
  network().complete();
  EXPECT_THAT(client.log, ElementsAre("error rate_limited provider says: slow down"));
}

TEST_F(Connector, AReplyThatIsNotJsonIsAnError) {
  publish_provider();
  start();
  network().head(200, {});
  network().data("<html>");
  network().complete();
  EXPECT_THAT(client.log, ElementsAre("error upstream the provider's reply is not JSON"));
}

TEST_F(Connector, AFailedCallIsAnErrorOfItsKind) {
  publish_provider();
  start();
  network().failed({upstream::FailureKind::idle_timeout, "silence"});
  EXPECT_THAT(client.log, ElementsAre("error timeout silence"));
}

TEST_F(Connector, CommentsOfTheProviderKeepTheClientAlive) {
  publish_provider();
  start();
  stream_head();
  network().data(": still thinking\n\n");
  EXPECT_THAT(client.log, ElementsAre("keep-alive"));
}

TEST_F(Connector, ReadingPausesWhileTheClientHasTooMuchUnsent) {
  publish_provider();
  start();
  stream_head();
  client.pretend_unsent = high_water;
  network().data("data: {}\n\n");
  EXPECT_TRUE(fake_upstream.calls[0].paused);

  client.pretend_unsent = low_water;
  connection->resume();
  EXPECT_FALSE(fake_upstream.calls[0].paused);
}

TEST_F(Connector, DestroyingAConnectionCancelsTheCall) {
  publish_provider();
  start();
  EXPECT_TRUE(fake_upstream.calls[0].alive);
  connection.reset();
  EXPECT_FALSE(fake_upstream.calls[0].alive);
}

TEST_F(Connector, KeysTakeTurns) {
  provider.keys = {{"a", "key-a"}, {"b", "key-b"}};
  publish_provider();
  start();
  start();
  start();
  EXPECT_EQ(fake_upstream.calls[0].call.headers.find("authorization"), "Bearer key-a");
  EXPECT_EQ(fake_upstream.calls[1].call.headers.find("authorization"), "Bearer key-b");
  EXPECT_EQ(fake_upstream.calls[2].call.headers.find("authorization"), "Bearer key-a");
}

TEST_F(Connector, ALocalAnswerTakesTheSameWay) {
  provider.local = LocalAnswer{.headers = {{"content-type", "text/event-stream"}},
                               .pieces = {{milliseconds(0), "data: {\"a\":1}\n\n"}, {milliseconds(5), "data: [DONE]\n\n"}}};
  publish_provider();
  start();
  EXPECT_THAT(client.log, IsEmpty());
  io.run();
  EXPECT_THAT(client.log, ElementsAre("event  {\"a\":1}", "end"));
}

TEST_F(Connector, ALocalAnswerMayBreakOff) {
  provider.local = LocalAnswer{.headers = {{"content-type", "text/event-stream"}}, .ending = LocalAnswer::Ending::reset};
  publish_provider();
  start();
  io.run();
  EXPECT_THAT(client.log, ElementsAre(HasSubstr("error upstream")));
}

TEST_F(Connector, AStageMayAskAnotherServerFirst) {
  publish({use(ModuleKind::workflow, "guard"), use(ModuleKind::provider, "provider")});
  start();
  ASSERT_EQ(fake_upstream.calls.size(), 1u);
  EXPECT_EQ(fake_upstream.calls[0].call.url, "http://guard.test/");
  network().head(200, {});
  network().complete();
  EXPECT_EQ(fake_upstream.calls.at(1).call.url, "http://provider.test/v1/chat/completions");
}

TEST_F(Connector, AStageMayAnswerByItselfAfterASideCall) {
  publish({use(ModuleKind::workflow, "guard"), use(ModuleKind::provider, "provider")});
  start();
  network().failed({upstream::FailureKind::connect, "nobody there"});
  EXPECT_THAT(client.log, ElementsAre("error permission the guard said 0 nobody there"));
  EXPECT_EQ(fake_upstream.calls.size(), 1u);
}

TEST_F(Connector, NoMatchingRouteIsAnErrorThatListsTheRoutes) {
  publish_provider();
  Request request;
  request.protocol = "gemini";
  request.body = Document(std::string(R"({"model":"x"})"));
  connection = engine.start(worker, std::move(request), client);
  EXPECT_THAT(client.log,
              ElementsAre("error not_found no route serves model 'x' (gemini, generate). Routes: r: its modules do not speak gemini"));
}

TEST_F(Connector, RoutesThatWaitForAPluginAreListedAsWell) {
  Assembly assembly;
  assembly.waiting.push_back({"main", "provider-late"});
  slot.publish(std::make_shared<const Assembly>(std::move(assembly)));
  start();
  EXPECT_THAT(client.log.back(), ::testing::HasSubstr("Routes: main: waits for a plugin with module provider-late"));
}

TEST_F(Connector, ABodyThatIsNotAnObjectAndMatchesNoRouteIsRefusedForThat) {
  config::Settings settings;
  settings.routes.push_back(route("r", {use(ModuleKind::provider, "provider")}));
  settings.routes[0].pattern.model = "^gpt-";
  slot.publish(PipelineAssembler(registry, pool).assemble(std::move(settings), 1).assembly);
  start("[1,2]");
  EXPECT_THAT(client.log, ElementsAre("error invalid_request the request body is not a JSON object"));
}

TEST_F(Connector, ABodyThatNothingReadsIsTheProvidersToJudge) {
  publish_provider();
  start("[1,2]");
  EXPECT_EQ(fake_upstream.calls.at(0).call.body, "[1,2]");
}

TEST_F(Connector, WithoutConfigurationItIsNotReady) {
  EXPECT_EQ(engine.not_ready(), "no configuration is loaded yet");
  start();
  EXPECT_THAT(client.log, ElementsAre("error unavailable no configuration is loaded yet"));
}

TEST_F(Connector, ALazyInstanceIsMadeAtTheFirstRequest) {
  publish({use(ModuleKind::workflow, "slow"), use(ModuleKind::provider, "provider")}, "none");
  start();
  EXPECT_TRUE(fake_upstream.calls.empty());
  io.run();
  EXPECT_EQ(fake_upstream.calls.size(), 1u);
}

TEST_F(Connector, AnInstanceThatCannotBeMadeIsNotFound) {
  publish({use(ModuleKind::workflow, "slow"), use(ModuleKind::provider, "provider")}, "none");
  fail_to_make = true;
  start();
  io.run();
  EXPECT_THAT(client.log,
              ElementsAre(::testing::MatchesRegex("error unavailable Instance not found for workflow:[0-9a-f]+: cannot be made now")));
}

TEST_F(Connector, AnInstanceThatTakesTooLongTimesOut) {
  publish({use(ModuleKind::workflow, "slow"), use(ModuleKind::provider, "provider")}, "none");
  slow_down = true;
  start();
  io.run();
  EXPECT_THAT(client.log, ElementsAre("error timeout Module connection timeout after 100ms"));
}

TEST_F(Connector, AConditionLeavesAnOptionalModuleOut) {
  config::ModuleUse guard = use(ModuleKind::workflow, "guard");
  guard.optional = true;
  guard.condition = config::Condition{.field = "model", .op = "equals", .value = "other"};
  publish({guard, use(ModuleKind::provider, "provider")});
  start();
  EXPECT_EQ(fake_upstream.calls.at(0).call.url, "http://provider.test/v1/chat/completions");
}

TEST_F(Connector, AnUnmetConditionOnAModuleThatTheChainNeedsIsAnError) {
  config::ModuleUse guard = use(ModuleKind::workflow, "guard");
  guard.condition = config::Condition{.field = "model", .op = "equals", .value = "other"};
  publish({guard, use(ModuleKind::provider, "provider")});
  start();
  EXPECT_THAT(
      client.log,
      ElementsAre("error invalid_request route r needs module guard, whose condition (model equals \"other\") this request does not meet"));
}

TEST_F(Connector, AStageThatCannotBeMadeFailsOnlyItsRequest) {
  publish({use(ModuleKind::workflow, "broken"), use(ModuleKind::provider, "provider")});
  start();
  EXPECT_THAT(client.log, ElementsAre("error internal module broken failed: no stage"));
}

TEST_F(Connector, ARequestKeepsTheAssemblyThatItStartedWith) {
  publish_provider();
  const std::weak_ptr<const Assembly> first = slot.current();
  start();
  publish_provider();
  EXPECT_FALSE(first.expired());
  connection.reset();
  EXPECT_TRUE(first.expired());
}

}  // namespace
}  // namespace patchbay::pipeline
