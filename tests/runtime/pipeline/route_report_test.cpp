#include "pipeline/route_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_chain.hpp"
#include "pipeline/pipeline_assembler.hpp"

namespace patchbay::pipeline {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace pipeline::testing;

TEST(RouteReport, ShowsTheRouteItsModulesAndWhyNotTheOthers) {
  ModuleRegistry registry;
  registry.add(factory("provider-fake", ModuleKind::provider, [](const auto&) { return std::make_shared<FakeProvider>(); }));
  StaticInstancePool pool;
  config::Settings settings;
  settings.routes = {route("glm", {use(ModuleKind::provider, "provider-fake")}), route("any", {use(ModuleKind::provider, "provider-fake")}),
                     route("late", {use(ModuleKind::provider, "provider-fake")})};
  settings.routes[0].pattern.model = "^glm-";
  const Assembled assembled = PipelineAssembler(registry, pool).assemble(std::move(settings), 1);
  Request request;
  request.protocol = "openai-chat";
  request.body = Document(std::string(R"({"model":"gpt-4","stream":true})"));

  const boost::json::value explanation = explain_route(*assembled.assembly, request);
  const std::string text = explanation_text(explanation);

  EXPECT_EQ(explanation.at("route"), "any");
  EXPECT_THAT(text, HasSubstr("route: any\n"));
  EXPECT_THAT(text, HasSubstr("provider provider-fake, instance "));
  EXPECT_THAT(text, HasSubstr("not glm (priority 0): the model 'gpt-4' does not match '^glm-'"));
  EXPECT_THAT(text, HasSubstr("not late (priority 0): it matches too"));
}

TEST(RouteReport, SaysWhichTargetsRest) {
  ModuleRegistry registry;
  registry.add(factory("provider-fake", ModuleKind::provider, [](const auto&) { return std::make_shared<FakeProvider>(); }));
  StaticInstancePool pool;
  config::Settings settings;
  settings.routes = {route("any", {use(ModuleKind::provider, "provider-fake")})};
  const Assembled assembled = PipelineAssembler(registry, pool).assemble(std::move(settings), 1);
  const AssembledRoute& any = *assembled.assembly->routes.at(0);
  Request request;
  request.protocol = "openai-chat";
  request.body = Document(std::string(R"({"model":"gpt-4"})"));
  EXPECT_THAT(explanation_text(explain_route(*assembled.assembly, request)), Not(HasSubstr("rests for")));

  TargetHealth::Pass pass;
  ASSERT_EQ(any.chains[0]->health->enter(LazyNow(), 0, pass), TargetHealth::Entry::admitted);
  pass.failed(LazyNow(), {}, std::chrono::minutes(2));

  const boost::json::value explanation = explain_route(*assembled.assembly, request);
  EXPECT_EQ(explanation.at("routes").at(0).at("targets").at(0).at("state"), "open");
  EXPECT_THAT(explanation_text(explanation), ContainsRegex("target .* \\(weight 1\\), rests for 1[12][0-9]{4} ms more"));
}

}  // namespace
}  // namespace patchbay::pipeline
