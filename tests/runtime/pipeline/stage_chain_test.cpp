#include "pipeline/stage_chain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_client.hpp"
#include "fake_modules.hpp"

namespace patchbay::pipeline {
namespace {

using ::testing::ElementsAre;
using testing::FakeClient;
using testing::FakeTransform;
using ::testing::HasSubstr;

/// Marks what passes with its name, and throws where it is told to.
struct Marker : Stage {
  Marker(std::string name, std::string throws_in) : name(std::move(name)), throws_in(std::move(throws_in)) {}

  void maybe_throw(const char* method) const {
    if (throws_in == method) throw std::runtime_error(name + " broke in " + method);
    if (throws_in == std::string(method) + " int") throw 42;
  }
  Flow request(Request& request, Downstream&) override {
    maybe_throw("request");
    request.id += name;
    return Forward{};
  }
  void response(Response&& response, Downstream& back) override {
    maybe_throw("response");
    back.response(Response{Document(std::string(response.body.text()) + name)});
  }
  void event(Event&& event, Downstream& back) override {
    maybe_throw("event");
    event.name += name;
    back.event(std::move(event));
  }
  void end(Downstream& back) override {
    maybe_throw("end");
    back.end();
  }
  void error(Error&& error, Downstream& back) override {
    maybe_throw("error");
    error.message += name;
    back.error(std::move(error));
  }

  std::string name;
  std::string throws_in;
};

struct Chain : ::testing::Test {
  void add(std::string name, std::string throws_in = {}) {
    add_transform([=] { return std::make_unique<Marker>(name, throws_in); });
  }
  bool add_transform(std::function<std::unique_ptr<Stage>()> make) {
    instances.push_back(std::make_unique<Instance>(
        InstanceKey{"t" + std::to_string(instances.size()), 1, "h"},
        testing::factory("marker", ModuleKind::workflow, [make](const auto&) { return std::make_shared<FakeTransform>(make); }), nullptr,
        3));
    instances.back()->make();
    return chain.add(instances.back()->use(), {});
  }

  std::vector<std::unique_ptr<Instance>> instances;
  FakeClient client;
  StageChain chain{client};
};

/// Keeps the end of every answer to itself.
struct Swallower : Stage {
  Flow request(Request&, Downstream&) override { return Forward{}; }
  void response(Response&&, Downstream&) override {}
  void end(Downstream&) override {}
  void error(Error&&, Downstream&) override {}
};

TEST_F(Chain, AStageThatKeepsTheEndOfAnAnswerToItselfIsNamed) {
  add("a");
  add_transform([] { return std::make_unique<Swallower>(); });
  add("c");
  chain.right_end().event({"e", Document(std::string("{}"))});
  chain.right_end().end();
  EXPECT_EQ(client.error_seen.code, "answer_not_ended");
  EXPECT_EQ(client.error_seen.source, "t1");
  EXPECT_EQ(instances.at(1)->errors(), 1u);
}

TEST_F(Chain, AStageThatKeepsAResponseOrAnErrorToItselfIsAsWell) {
  add_transform([] { return std::make_unique<Swallower>(); });
  chain.right_end().response(Response{Document(std::string("{}"))});
  EXPECT_EQ(client.error_seen.code, "answer_not_ended");
}

TEST_F(Chain, RequestsPassFromLeftToRightAndAnswersFromRightToLeft) {
  add("a");
  add("b");
  Request request;
  chain.request(0, request);
  chain.request(1, request);
  chain.right_end().event({"e", Document(std::string("{}"))});
  chain.right_end().end();

  EXPECT_EQ(request.id, "ab");
  EXPECT_THAT(client.log, ElementsAre("event eba {}", "end"));
}

TEST_F(Chain, WithoutStagesTheProviderSpeaksToTheClient) {
  chain.right_end().response(Response{Document(std::string("x"))});
  EXPECT_THAT(client.log, ElementsAre("response x"));
}

TEST_F(Chain, AModuleThatNeedsNoStageIsLeftOut) {
  EXPECT_TRUE(add_transform([] { return nullptr; }));
  EXPECT_EQ(chain.size(), 0u);
}

TEST_F(Chain, OnlyTheFirstEndingReachesTheClient) {
  chain.right_end().end();
  chain.right_end().error(Error{});
  chain.right_end().event({"late", {}});
  EXPECT_THAT(client.log, ElementsAre("end"));
}

TEST_F(Chain, AStageThatThrowsInConnectFailsTheRequest) {
  EXPECT_FALSE(add_transform([]() -> std::unique_ptr<Stage> { throw std::runtime_error("no stage today"); }));
  EXPECT_THAT(client.log, ElementsAre("error internal module t0 failed: no stage today"));
}

class ThrowingStage : public Chain, public ::testing::WithParamInterface<const char*> {};

TEST_P(ThrowingStage, FailsItsRequestWithAnErrorThatPassesTheStagesToItsLeft) {
  const std::string method = GetParam();
  add("a");
  add("b", method);
  Request request;
  if (method == "request") chain.request(1, request);
  if (method == "response") chain.right_end().response(Response{});
  if (method == "event") chain.right_end().event({});
  if (method == "end") chain.right_end().end();
  if (method == "error") chain.right_end().error(Error{});

  EXPECT_THAT(client.log, ElementsAre("error internal module t1 failed: b broke in " + method + "a"));
  EXPECT_EQ(instances[1]->counters().errors, 1u);
  EXPECT_EQ(instances[0]->counters().errors, 0u);
  chain.right_end().event({"late", {}});
  EXPECT_EQ(client.log.size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(EveryMethod, ThrowingStage, ::testing::Values("request", "response", "event", "end", "error"));

TEST_F(Chain, AThrownNonExceptionIsCaughtAsWell) {
  add("a", "event int");
  chain.right_end().event({});
  EXPECT_THAT(client.log, ElementsAre(HasSubstr("module t0 failed")));
}

TEST_F(Chain, WhenEveryStageThrowsTheClientStillHasItsError) {
  add("a", "error");
  add("b", "event");
  chain.right_end().event({});
  EXPECT_THAT(client.log, ElementsAre("error internal module t0 failed: a broke in error"));
}

TEST_F(Chain, ABodyThatIsNotJsonIsTheClientsFaultNotTheStages) {
  struct Reader : Stage {
    Flow request(Request& request, Downstream&) override {
      (void)request.body.read();
      return Forward{};
    }
  };
  add_transform([] { return std::make_unique<Reader>(); });
  Request request;
  request.body = Document(std::string("{\"a\":"));

  EXPECT_TRUE(std::holds_alternative<Answered>(chain.request(0, request).value()));
  EXPECT_THAT(client.log, ElementsAre(HasSubstr("error invalid_request the request body is not valid JSON")));
  EXPECT_EQ(instances[0]->counters().errors, 0u);
}

/// Writes down what it is told.
struct Watcher final : AttemptObserver {
  static std::string text(Place place) { return place == client_place ? "client" : std::to_string(place); }
  bool watches_stages() const override { return true; }
  void connected(std::span<const std::string_view> stages) override {
    for (const std::string_view stage : stages) told += std::string(stage) + " ";
  }
  void enter(Place place, Way way) override { told += text(place) + (way == Way::to_provider ? ">( " : "<( "); }
  void leave(Place, Way) override { told += ") "; }
  void request_left(Place place, const Document& body) override { told += "request " + text(place) + ":" + std::string(body.text()) + " "; }
  void event_left(Place place, const Event& event) override { told += "event " + text(place) + ":" + std::string(event.data.text()) + " "; }
  void answer_left(Place place, const Document& body) override { told += "answer " + text(place) + ":" + std::string(body.text()) + " "; }
  void calling(HttpCall&) override {}
  void replied(int, std::chrono::nanoseconds) override {}
  std::string told;
};

TEST_F(Chain, TellsWhoWatchesOfEachStage) {
  Watcher watcher;
  chain.watch(&watcher);
  add("a");
  add("b");
  chain.connected();
  Request request;
  request.body = Document(std::string("{}"));
  chain.request(0, request);
  chain.right_end().response(Response{Document(std::string("r"))});
  EXPECT_EQ(watcher.told, "t0 t1 0>( ) request 0:{} answer 2:r 1<( answer 1:rb 0<( answer 0:rba client<( ) ) ) ");
}

TEST_F(Chain, LeavesAStageThatThrew) {
  Watcher watcher;
  chain.watch(&watcher);
  add("a", "event");
  chain.right_end().event({"e", Document(std::string("{}"))});
  EXPECT_EQ(watcher.told, "event 1:{} 0<( ) ");
}

}  // namespace
}  // namespace patchbay::pipeline
