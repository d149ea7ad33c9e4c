#include "pipeline/route_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_chain.hpp"
#include "pipeline/pipeline_assembler.hpp"

namespace patchbay::pipeline {
namespace {

using ::testing::HasSubstr;
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

}  // namespace
}  // namespace patchbay::pipeline
