#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_chain.hpp"
#include "fake_engine.hpp"
#include "modes/prerun_validator.hpp"

namespace patchbay::modes {
namespace {

using pipeline::testing::factory;
using pipeline::testing::FakeProvider;
using pipeline::testing::FakeTransform;
using pipeline::testing::route;
using pipeline::testing::use;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Speaks openai-chat as the samples do.
struct ChatProvider : FakeProvider {
  Error explain(int status, const Headers&, std::string_view) const override {
    Error error;
    error.kind = status == 400 ? explained : ErrorKind::upstream;
    error.message = "refused";
    return error;
  }
  EventRole role(std::string_view, std::string_view data) const override {
    if (data == "[DONE]") return EventRole::terminator;
    return data.find("\"finish_reason\":\"") != std::string_view::npos ? EventRole::finish : EventRole::content;
  }
  ErrorKind explained = ErrorKind::invalid_request;
};

/// Turns every answer into something that no client expects.
struct Garbling : Stage {
  void response(Response&&, Downstream& back) override {
    back.response({Document(std::string(R"({"id":"c","object":"chat.completion","choices":7})"))});
  }
};

struct Throwing : Stage {
  Flow request(Request&, Downstream&) override { throw std::runtime_error("out of order"); }
};

struct PreRun : ::testing::Test {
  PreRun() {
    registry.add(factory("chat", ModuleKind::provider, [this](const auto&) { return std::make_shared<ChatProvider>(provider); }));
    registry.add(transform("garbling", [] { return std::make_unique<Garbling>(); }));
    registry.add(transform("throwing", [] { return std::make_unique<Throwing>(); }));
  }
  static pipeline::ModuleFactory transform(std::string type, std::function<std::unique_ptr<Stage>()> make) {
    return factory(std::move(type), ModuleKind::workflow, [make](const auto&) { return std::make_shared<FakeTransform>(make); });
  }

  PreRunReport run(const std::vector<SampleRequest>& more = {}) { return PreRunValidator(registry).run(settings, more); }

  ChatProvider provider;
  pipeline::ModuleRegistry registry;
  config::Settings settings;
};

TEST_F(PreRun, ASoundRoutePassesEverySampleOfItsProtocols) {
  settings.routes.push_back(route("sound", {use(ModuleKind::provider, "chat")}));
  const PreRunReport report = run();
  EXPECT_TRUE(report.passed()) << text_of(report);
  EXPECT_EQ(report.total(), 1u);
  EXPECT_EQ(report.failed(), 0u);
  EXPECT_EQ(report.targets.at(0).samples, 6u);  // text, tools and image, whole and as a stream
}

TEST_F(PreRun, AResponseOfAnotherShapeIsAMismatchWithItsPath) {
  settings.routes.push_back(route("garbled", {use(ModuleKind::workflow, "garbling"), use(ModuleKind::provider, "chat")}));
  const PreRunReport report = run();
  EXPECT_FALSE(report.passed());
  EXPECT_THAT(report.findings, Contains(AllOf(Field(&PreRunFinding::message, "V2 compatibility issue: response format mismatch"),
                                              Field(&PreRunFinding::path, "/response/choices"))));
  EXPECT_THAT(text_of(report),
              HasSubstr("Error: V2 compatibility issue: response format mismatch\n  route garbled / only (openai-chat, text)\n"
                        "  at /response/choices\n"));
}

TEST_F(PreRun, AModuleThatThrowsFailsItsRoute) {
  settings.routes.push_back(route("broken", {use(ModuleKind::workflow, "throwing"), use(ModuleKind::provider, "chat")}));
  settings.routes.push_back(route("sound", {use(ModuleKind::provider, "chat")}));
  const PreRunReport report = run();
  EXPECT_EQ(report.total(), 2u);
  EXPECT_EQ(report.failed(), 1u);
  EXPECT_FALSE(report.targets.at(0).recoverable);
  EXPECT_THAT(report.findings.at(0).detail, HasSubstr("out of order"));
}

TEST_F(PreRun, ATargetIsRecoverableIfAnotherOneOfItsRouteServes) {
  config::Route two = route("two", {use(ModuleKind::workflow, "throwing"), use(ModuleKind::provider, "chat")});
  two.targets.push_back({.id = "sound", .modules = {use(ModuleKind::provider, "chat")}});
  settings.routes.push_back(std::move(two));
  const PreRunReport report = run();
  EXPECT_TRUE(report.targets.at(0).failed);
  EXPECT_TRUE(report.targets.at(0).recoverable);
  EXPECT_FALSE(report.targets.at(1).failed);
}

TEST_F(PreRun, ARefusalThatBecomesAFaultOfTheHostIsFound) {
  provider.explained = ErrorKind::internal;
  settings.routes.push_back(route("r", {use(ModuleKind::provider, "chat")}));
  const PreRunReport report = run();
  EXPECT_THAT(report.findings.at(0).path, "/error/status");
}

TEST_F(PreRun, AProtocolWithoutSamplesIsAWarning) {
  provider.spoken = "some-protocol";
  config::Route own = route("own", {use(ModuleKind::provider, "chat")});
  own.pattern.protocols = {"some-protocol"};
  settings.routes.push_back(std::move(own));
  const PreRunReport report = run();
  EXPECT_TRUE(report.passed());
  EXPECT_THAT(report.findings, Contains(Field(&PreRunFinding::warning, true)));
}

TEST_F(PreRun, AModelTakenFromTheRoutesPatternIsNoFault) {
  config::Route direct = route("direct", {use(ModuleKind::provider, "chat")});
  direct.pattern.model = "^mine/(.*)$";
  direct.targets.front().model = "\\1";
  settings.routes.push_back(std::move(direct));
  EXPECT_TRUE(run().passed());
}

TEST_F(PreRun, ADisabledRouteIsNotRehearsed) {
  settings.routes.push_back(route("off", {use(ModuleKind::workflow, "throwing"), use(ModuleKind::provider, "chat")}));
  settings.routes.back().enabled = false;
  EXPECT_EQ(run().total(), 0u);
}

TEST_F(PreRun, RequestsOfOnesOwnAreRehearsedToo) {
  settings.routes.push_back(route("sound", {use(ModuleKind::provider, "chat")}));
  const PreRunReport report = run({{"mine.json", "openai-chat", "text", "m", false, R"({"model":"m","messages":[]})"}});
  EXPECT_EQ(report.targets.at(0).samples, 7u);
}

TEST_F(PreRun, JsonHasTheCounts) {
  settings.routes.push_back(route("broken", {use(ModuleKind::workflow, "throwing"), use(ModuleKind::provider, "chat")}));
  const boost::json::value shown = describe(run());
  EXPECT_EQ(shown.at("passed"), false);
  EXPECT_EQ(shown.at("total"), 1);
  EXPECT_EQ(shown.at("successful"), 0);
  EXPECT_EQ(shown.at("failed"), 1);
  EXPECT_EQ(shown.at("targets").at(0).at("recoverable"), false);
}

struct AgainstV1 : ::testing::Test {
  static void answer(pipeline::Client& client, std::string_view text) { client.response({Document(std::string(text))}); }

  PreRunReport compare() {
    PreRunReport report;
    compare_with_v1(v1, v2, {{"sample", "openai-chat", "text", "m", false, R"({"model":"m"})"}}, report);
    return report;
  }

  testing::FakeEngine v1{"v1"};
  testing::FakeEngine v2{"v2"};
};

TEST_F(AgainstV1, EqualAnswersAreNoFinding) {
  v1.answer = v2.answer = [](Request&&, pipeline::Client& client) { answer(client, R"({"a":1})"); };
  const PreRunReport report = compare();
  EXPECT_EQ(report.compared, 1u);
  EXPECT_THAT(report.findings, IsEmpty());
}

TEST_F(AgainstV1, AnotherAnswerIsAMismatchWithItsPath) {
  v1.answer = [](Request&&, pipeline::Client& client) { answer(client, R"({"a":1})"); };
  v2.answer = [](Request&&, pipeline::Client& client) { answer(client, R"({"a":2})"); };
  const PreRunReport report = compare();
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings.at(0).message, format_mismatch);
  EXPECT_EQ(report.findings.at(0).path, "/response/a");
  EXPECT_EQ(report.findings.at(0).detail, "V1 has 1, V2 has 2");
}

TEST_F(AgainstV1, AnAnswerThatV2OwesIsFound) {
  v2.answer = testing::fail;
  EXPECT_THAT(compare().findings.at(0).message, HasSubstr("V1 answers this request and V2 does not"));
}

TEST_F(AgainstV1, WhatV1DoesNotServeV2DoesNotOwe) {
  v1.answer = testing::fail;
  EXPECT_THAT(compare().findings, IsEmpty());
}

}  // namespace
}  // namespace patchbay::modes
