// What a client sees of a stream whose usage the host asked for.

#include "failover_fixture.hpp"
#include "patchbay/usage_on_request.hpp"

namespace patchbay::pipeline {
namespace {

using ::testing::ElementsAre;
using namespace pipeline::testing;

/// A provider that says what a stream has cost to those who say "tell".
struct Teller final : FakeProvider, UsageOnRequest {
  bool ask_for_usage(HttpCall& call) const override {
    if (call.body.find("faulty") != std::string::npos) throw std::runtime_error("cannot ask");
    if (call.body.find("tell") != std::string::npos) return false;
    call.body += " tell";
    return true;
  }
  bool is_usage_only(std::string_view, std::string_view data) const override {
    if (data.find("\"puzzle\"") != std::string_view::npos) throw std::runtime_error("cannot say");
    return data.find("\"usage\"") != std::string_view::npos;
  }
  void usage_refused(int status, std::string_view body) const override { refused = std::to_string(status) + " " + std::string(body); }
  static inline std::string refused;
  EventRole role(std::string_view name, std::string_view data) const override {
    return data.starts_with(R"({"usage")") ? EventRole::preamble : FakeProvider::role(name, data);
  }
};

constexpr std::string_view whole_stream =
    "data: {\"role\":1}\n\ndata: {\"text\":1}\n\ndata: {\"finish\":1}\n\ndata: {\"usage\":1}\n\ndata: [DONE]\n\n";

struct UsageRequest : FailoverTest {
  UsageRequest() {
    registry.add(factory("teller", ModuleKind::provider, [](const auto&) { return std::make_shared<Teller>(); }));
    publish(route("r", {use(ModuleKind::provider, "teller")}));
  }
  void ask(std::string body) { connection = start(client, std::move(body)); }
  std::uint64_t errors() { return live().chains.front()->provider.instance->errors(); }
};

TEST_F(UsageRequest, WhatTheClientDidNotAskForIsCountedAndKeptFromIt) {
  ask(R"({"stream":true})");
  EXPECT_EQ(upstream.calls.at(0).call.body, R"({"stream":true} tell)");
  stream(0, whole_stream);
  call(0).complete();
  EXPECT_THAT(client.log, ElementsAre(R"(event  {"role":1})", R"(event  {"text":1})", R"(event  {"finish":1})", "end"));
  EXPECT_EQ(client.usage.input_tokens, 7u);
}

TEST_F(UsageRequest, WhatItAskedForIsItsOwn) {
  ask(R"({"stream":true,"tell":1})");
  EXPECT_EQ(upstream.calls.at(0).call.body, R"({"stream":true,"tell":1})");
  stream(0, whole_stream);
  call(0).complete();
  EXPECT_THAT(client.log,
              ElementsAre(R"(event  {"role":1})", R"(event  {"text":1})", R"(event  {"finish":1})", R"(event  {"usage":1})", "end"));
  EXPECT_EQ(client.usage.input_tokens, 7u);
}

TEST_F(UsageRequest, WhoRefusesIsToldWhatItWasAskedForTheHost) {
  Teller::refused.clear();
  ask(R"({"stream":true,"tell":1})");
  reply(0, 400, "no");
  EXPECT_EQ(Teller::refused, "") << "the client had asked itself";
  ask(R"({"stream":true})");
  reply(1, 422, "what?");
  EXPECT_EQ(Teller::refused, "422 what?");
}

TEST_F(UsageRequest, UsageBesideAPartOfTheAnswerPasses) {
  ask(R"({"stream":true})");
  stream(0, "data: {\"text\":1,\"usage\":1}\n\ndata: {\"finish\":1,\"usage\":1}\n\n");
  call(0).complete();
  EXPECT_THAT(client.log, ElementsAre(R"(event  {"text":1,"usage":1})", R"(event  {"finish":1,"usage":1})", "end"));
}

TEST_F(UsageRequest, AStreamThatDoesNotSayItIsWhole) {
  ask(R"({"stream":true})");
  stream(0, "data: {\"text\":1}\n\ndata: {\"finish\":1}\n\n");
  call(0).complete();
  EXPECT_THAT(client.log, ElementsAre(R"(event  {"text":1})", R"(event  {"finish":1})", "end"));
  EXPECT_EQ(client.usage, Usage{});
}

TEST_F(UsageRequest, AWholeAnswerIsNotAskedFor) {
  ask(R"({"model":"m"})");
  EXPECT_EQ(upstream.calls.at(0).call.body, R"({"model":"m"})");
  reply(0, 200, R"({"usage":1})");
  EXPECT_THAT(client.log, ElementsAre(R"(response {"usage":1})"));
}

TEST_F(UsageRequest, AProviderThatCannotAskHasStillItsErrorCountedAndItsAnswer) {
  ask(R"({"stream":true,"faulty":1})");
  stream(0, whole_stream);
  call(0).complete();
  EXPECT_EQ(client.log.size(), 5u);
  EXPECT_EQ(client.log.back(), "end");
  EXPECT_EQ(errors(), 1u);
}

TEST_F(UsageRequest, AnEventThatTheProviderCannotJudgePasses) {
  ask(R"({"stream":true})");
  stream(0, "data: {\"role\":1,\"puzzle\":1}\n\ndata: {\"finish\":1}\n\n");
  call(0).complete();
  EXPECT_THAT(client.log, ElementsAre(R"(event  {"role":1,"puzzle":1})", R"(event  {"finish":1})", "end"));
  EXPECT_EQ(errors(), 1u);
}

}  // namespace
}  // namespace patchbay::pipeline
