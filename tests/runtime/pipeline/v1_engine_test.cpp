#include "pipeline/v1_engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "config/static_plan.hpp"
#include "fake_chain.hpp"
#include "fake_client.hpp"
#include "fake_upstream.hpp"
#include "net/deadline_clock.hpp"
#include "pipeline/pipeline_assembler.hpp"
#include "pipeline/v2_engine.hpp"

namespace patchbay::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace pipeline::testing;

struct V1EngineTest : ::testing::Test {
  V1EngineTest() {
    registry.add(factory("provider", ModuleKind::provider, [this](const auto&) {
      ++made;
      auto provider = std::make_shared<FakeProvider>();
      provider->offered = offered;
      return provider;
    }));
  }

  static config::Target pipeline(const std::string& id, const std::string& model) {
    config::ModuleUse provider = use(ModuleKind::provider, "provider");
    provider.owner = id;
    return {.id = id, .weight = 1, .model = model, .modules = {provider}, .at = {}};
  }
  static config::Route pool(const std::string& id, std::vector<config::Target> pipelines) {
    config::Route route;
    route.id = id;
    route.targets = std::move(pipelines);
    return route;
  }
  void publish(config::StaticPlan plan, std::vector<config::Route> routes = {}) {
    config::Settings settings;
    settings.routes = std::move(routes);
    settings.v1.plan = std::make_shared<const config::StaticPlan>(std::move(plan));
    Assembled assembled = PipelineAssembler(registry, instances).assemble(std::move(settings), 1);
    ASSERT_THAT(assembled.diagnostics, IsEmpty()) << to_string(assembled.diagnostics.front());
    slot.publish(assembled.assembly);
  }
  void publish_two_pools() {
    publish({.routes = {pool("default", {pipeline("a.m", "m"), pipeline("b.n", "n")}), pool("coding", {pipeline("b.n", "n")}),
                        pool("a.m", {pipeline("a.m", "m")})},
             .categories = {{"default", "default"}, {"coding", "coding"}},
             .models = {{"a.m", "a.m"}},
             .classification = {}});
  }
  /// Where a request went, and what was sent.
  std::string start(std::string body) {
    Request request;
    request.id = "req-1";
    request.protocol = "openai-chat";
    request.body = Document(std::move(body));
    connections.push_back(engine.start(worker, std::move(request), client));
    return client.route;
  }

  int made = 0;
  std::vector<std::string> offered;
  ModuleRegistry registry;
  StaticInstancePool instances;
  AssemblySlot slot;
  boost::asio::io_context io;
  net::DeadlineClock deadlines{io};
  FakeUpstream fake_upstream;
  Worker worker{io, deadlines, fake_upstream};
  V1Engine engine{slot};
  FakeClient client;
  std::vector<std::unique_ptr<Connection>> connections;
};

TEST_F(V1EngineTest, TakesThePipelinesOfAPoolInTurn) {
  publish_two_pools();
  EXPECT_EQ(start(R"({"model":"x"})"), "default/a.m");
  EXPECT_EQ(start(R"({"model":"x"})"), "default/b.n");
  EXPECT_EQ(start(R"({"model":"x"})"), "default/a.m");
}

TEST_F(V1EngineTest, AsksForThePipelinesModelAndKeepsEveryOtherByte) {
  publish_two_pools();
  start(R"({ "model" : "x", "n":1.0 })");
  EXPECT_EQ(fake_upstream.calls.at(0).call.body, R"({ "model" : "m", "n":1.0 })");
}

TEST_F(V1EngineTest, ACategoryHasItsPool) {
  publish_two_pools();
  EXPECT_EQ(start(R"({"model":"x","tools":[{"name":"bash"}]})"), "coding/b.n");
}

TEST_F(V1EngineTest, ACategoryWithoutAPoolGoesToDefault) {
  publish_two_pools();
  EXPECT_EQ(start(R"({"model":"x","tools":[{"name":"weather"}]})"), "default/a.m");
}

TEST_F(V1EngineTest, AModelMayNameItsPipeline) {
  publish_two_pools();
  EXPECT_EQ(start(R"({"model":"a.m","tools":[{"name":"bash"}]})"), "a.m/a.m");
}

TEST_F(V1EngineTest, AModelSaysWhichPoolsMayServeIt) {
  offered = {"a.m", "other"};
  publish_two_pools();
  const std::vector<ModelEntry> models = engine.models();
  ASSERT_THAT(models, SizeIs(2));
  EXPECT_THAT(models[0].routes, ElementsAre("a.m", "coding", "default"));
  EXPECT_THAT(models[1].routes, ElementsAre("coding", "default"));
}

TEST_F(V1EngineTest, APipelineHasItsInstancesForItselfInAllItsPools) {
  publish_two_pools();
  EXPECT_EQ(made, 2);
  EXPECT_EQ(instances.instances().size(), 2u);
}

TEST_F(V1EngineTest, SharesNothingWithV2) {
  publish({.routes = {pool("default", {pipeline("a.m", "m")})}, .categories = {{"default", "default"}}, .models = {}, .classification = {}},
          {route("v2", {use(ModuleKind::provider, "provider")})});
  EXPECT_EQ(made, 2);
  EXPECT_THAT(V2Engine(slot, instances).not_ready(), IsEmpty());
  EXPECT_THAT(engine.not_ready(), IsEmpty());
}

TEST_F(V1EngineTest, ABodyThatIsNoObjectIsRefused) {
  publish({.routes = {}, .categories = {}, .models = {}, .classification = {}});
  start("[]");
  EXPECT_THAT(client.log, ElementsAre(HasSubstr("error invalid_request the request body is not a JSON object")));
}

TEST_F(V1EngineTest, WithoutAV1ConfigurationItIsNotReady) { EXPECT_EQ(engine.not_ready(), "no V1 configuration is loaded"); }

}  // namespace
}  // namespace patchbay::pipeline
