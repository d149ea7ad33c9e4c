#include "patchbay/c_plugin.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "patchbay/config.hpp"
#include "patchbay/hook.hpp"
#include "patchbay/probed.hpp"
#include "patchbay/testing.hpp"

namespace patchbay {
namespace {

namespace json = boost::json;

using ::testing::ElementsAre;
using ::testing::FieldsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A module in C whose functions a test writes as lambdas: what it saw is in `seen`, what it says is in `says`.

struct Script {
  std::vector<std::string> seen;
  std::string says;
  std::int32_t flow = PATCHBAY_C_FORWARD;
  void (*act)(patchbay_c_back* back) = nullptr;
  int modules = 0;
  int stages = 0;
};
Script script;

patchbay_text c(std::string_view text) { return {text.data(), text.size()}; }
std::string cpp(patchbay_text text) { return {text.data, text.size}; }

void act(patchbay_c_back* back) {
  if (script.act != nullptr) script.act(back);
}

patchbay_c_module base(std::uint32_t kind) {
  patchbay_c_module module{};
  module.struct_size = sizeof module;
  module.kind = kind;
  module.create = [](patchbay_text config, const patchbay_c_host*, patchbay_c_result*) -> void* {
    script.seen.push_back("create " + cpp(config));
    ++script.modules;
    return &script;
  };
  module.destroy = [](void*) { --script.modules; };
  return module;
}

patchbay_c_module transform() {
  patchbay_c_module module = base(PATCHBAY_C_WORKFLOW);
  module.connect = [](const void*, patchbay_text info, patchbay_c_result*) -> void* {
    script.seen.push_back("connect " + cpp(info));
    ++script.stages;
    return &script;
  };
  module.close = [](void*) { --script.stages; };
  return module;
}

patchbay_c_module provider() {
  patchbay_c_module module = base(PATCHBAY_C_PROVIDER);
  module.protocol = [](const void*) { return "openai-chat"; };
  module.describe = [](const void*, patchbay_text request, patchbay_text credential, patchbay_c_result* result) {
    script.seen.push_back("describe " + cpp(request) + " with " + cpp(credential));
    result->json(result, c(script.says));
  };
  module.role = [](const void*, patchbay_text, patchbay_text) { return script.flow; };
  return module;
}

patchbay_c_module hook() {
  patchbay_c_module module = base(PATCHBAY_C_HOOK);
  module.on = [](const void*, patchbay_text event, patchbay_c_result*) { script.seen.push_back("on " + cpp(event)); };
  return module;
}

class CPlugin : public ::testing::Test {
 protected:
  CPlugin() { script = Script{}; }

  std::unique_ptr<Module> make(const patchbay_c_module& module, std::string_view config = "{}") const {
    return c_plugin::make(module, json::parse(config), host);
  }
  std::unique_ptr<Transform> make_transform(const patchbay_c_module& module) const {
    return std::unique_ptr<Transform>(dynamic_cast<Transform*>(make(module).release()));
  }
  std::unique_ptr<Provider> make_provider(const patchbay_c_module& module) const {
    return std::unique_ptr<Provider>(dynamic_cast<Provider*>(make(module).release()));
  }

  std::unique_ptr<Hook> make_hook(const patchbay_c_module& module) const {
    return std::unique_ptr<Hook>(dynamic_cast<Hook*>(make(module).release()));
  }

  /// What was thrown.
  template <class Call>
  static std::string thrown_by(Call&& call) {
    try {
      call();
    } catch (const std::exception& thrown) {
      return thrown.what();
    }
    return "nothing";
  }

  testing::RecordingHost host;
};

TEST_F(CPlugin, AModuleGetsItsConfigurationAndIsDestroyed) {
  auto module = make(transform(), R"({"a":[1]})");
  EXPECT_THAT(script.seen, ElementsAre(R"(create {"a":[1]})"));
  EXPECT_EQ(script.modules, 1);
  module.reset();
  EXPECT_EQ(script.modules, 0);
}

TEST_F(CPlugin, FaultsOfTheConfigurationArriveWithTheirPlaces) {
  patchbay_c_module module = transform();
  module.create = [](patchbay_text, const patchbay_c_host*, patchbay_c_result* result) -> void* {
    result->fault(result, c("/a"), c("is odd"));
    result->fault(result, c("/b"), c("is even"));
    return nullptr;
  };
  try {
    (void)make(module);
    ADD_FAILURE() << "it was made";
  } catch (const config::Error& error) {
    EXPECT_THAT(error.faults(), ElementsAre(FieldsAre("/a", "is odd", ""), FieldsAre("/b", "is even", "")));
  }
}

TEST_F(CPlugin, AModuleThatCannotBeMadeSaysWhy) {
  patchbay_c_module module = transform();
  module.create = [](patchbay_text, const patchbay_c_host*, patchbay_c_result* result) -> void* {
    result->fail(result, c("no memory"));
    return nullptr;
  };
  EXPECT_EQ(thrown_by([&] { (void)make(module); }), "no memory");
  module.create = [](patchbay_text, const patchbay_c_host*, patchbay_c_result*) -> void* { return nullptr; };
  EXPECT_EQ(thrown_by([&] { (void)make(module); }), "its create returned null");
}

TEST_F(CPlugin, WhatWasMadeInSpiteOfAFaultIsDestroyed) {
  patchbay_c_module module = transform();
  module.create = [](patchbay_text, const patchbay_c_host*, patchbay_c_result* result) -> void* {
    ++script.modules;
    result->fail(result, c("after all"));
    return &script;
  };
  EXPECT_EQ(thrown_by([&] { (void)make(module); }), "after all");
  EXPECT_EQ(script.modules, 0);
}

TEST_F(CPlugin, TheHostLogsAndTellsTheTime) {
  patchbay_c_module module = transform();
  module.create = [](patchbay_text, const patchbay_c_host* host, patchbay_c_result*) -> void* {
    host->log(host, 2, c("careful"));
    script.seen.push_back(std::to_string(host->wall_time(host)));
    ++script.modules;
    return &script;
  };
  (void)make(module);
  ASSERT_THAT(host.lines, SizeIs(1));
  EXPECT_EQ(host.lines[0].level, Host::Level::warning);
  EXPECT_EQ(host.lines[0].message, "careful");
  EXPECT_THAT(script.seen, ElementsAre("1767225600000"));
}

TEST_F(CPlugin, TheHostWritesLinesToFilesForIt) {
  patchbay_c_module module = hook();
  static const patchbay_c_host* services;
  static patchbay_c_lines* lines;
  module.create = [](patchbay_text, const patchbay_c_host* host, patchbay_c_result* result) -> void* {
    services = host;
    lines = host->open_lines(host, c("events.log"), 1000, 2, result);
    ++script.modules;
    return &script;
  };
  module.on = [](const void*, patchbay_text event, patchbay_c_result*) { script.flow = services->write_line(services, lines, event); };
  const auto made = make_hook(module);
  const json::object nothing;
  made->on({.name = "host.started", .time = {}, .data = nothing});
  EXPECT_EQ(script.flow, 1);
  EXPECT_THAT(host.files["events.log"], ElementsAre(R"({"name":"host.started","time":0,"data":{}})"));
}

TEST_F(CPlugin, AFileThatCannotBeOpenedFailsTheModule) {
  struct NoDisk final : Host {
    void log(Level, std::string_view) const override {}
    std::chrono::steady_clock::time_point now() const override { return {}; }
    std::chrono::system_clock::time_point wall_time() const override { return {}; }
    std::shared_ptr<LineFile> open_lines(const std::string& path, const Rotation&) const override {
      throw std::runtime_error(path + " cannot be opened");
    }
  };
  patchbay_c_module module = hook();
  module.create = [](patchbay_text, const patchbay_c_host* host, patchbay_c_result* result) -> void* {
    return host->open_lines(host, c("events.log"), 1000, 2, result);
  };
  EXPECT_EQ(thrown_by([&] { (void)c_plugin::make(module, json::object(), NoDisk()); }), "events.log cannot be opened");
}

TEST_F(CPlugin, ALineThatTheDiskDoesNotTakeIsLoggedAndSaid) {
  struct FullDisk final : Host {
    struct Full final : LineFile {
      void write(std::string_view) override { throw std::runtime_error("no space left"); }
    };
    void log(Level, std::string_view message) const override { script.seen.emplace_back(message); }
    std::chrono::steady_clock::time_point now() const override { return {}; }
    std::chrono::system_clock::time_point wall_time() const override { return {}; }
    std::shared_ptr<LineFile> open_lines(const std::string&, const Rotation&) const override { return std::make_shared<Full>(); }
  };
  patchbay_c_module module = hook();
  module.create = [](patchbay_text, const patchbay_c_host* host, patchbay_c_result* result) -> void* {
    patchbay_c_lines* const lines = host->open_lines(host, c("events.log"), 1000, 2, result);
    script.flow = host->write_line(host, lines, c("a line"));
    return &script;
  };
  (void)c_plugin::make(module, json::object(), FullDisk());
  EXPECT_EQ(script.flow, 0);
  EXPECT_THAT(script.seen, ElementsAre("no space left"));
}

TEST_F(CPlugin, AHookIsToldWhatHappens) {
  const auto made = make_hook(hook());
  EXPECT_TRUE(made->wants("request.failed")) << "without a function it wants all";
  const json::object data{{"id", "r1"}};
  made->on({.name = "request.failed", .time = std::chrono::system_clock::time_point(std::chrono::milliseconds(1500)), .data = data});
  EXPECT_THAT(script.seen, ElementsAre("create {}", R"(on {"name":"request.failed","time":1500,"data":{"id":"r1"}})"));
}

TEST_F(CPlugin, AHookChoosesItsEvents) {
  patchbay_c_module module = hook();
  module.wants = [](const void*, patchbay_text event) { return cpp(event) == "host.started" ? 1 : 0; };
  const auto made = make_hook(module);
  EXPECT_TRUE(made->wants("host.started"));
  EXPECT_FALSE(made->wants("request.failed"));
}

TEST_F(CPlugin, AHookThatFailsSaysWhy) {
  patchbay_c_module module = hook();
  module.on = [](const void*, patchbay_text, patchbay_c_result* result) { result->fail(result, c("nobody listens")); };
  const auto made = make_hook(module);
  const json::object nothing;
  EXPECT_EQ(thrown_by([&] { made->on({.name = "host.started", .time = {}, .data = nothing}); }), "nobody listens");
}

TEST_F(CPlugin, SelfChecksFailWithTheirReason) {
  patchbay_c_module module = transform();
  EXPECT_NO_THROW(make(module)->self_check());
  module.self_check = [](const void*, patchbay_c_result* result) { result->fail(result, c("worn out")); };
  const auto made = make(module);
  EXPECT_EQ(thrown_by([&] { made->self_check(); }), "worn out");
}

TEST_F(CPlugin, ADescriptorOfAnOlderPluginLacksWhatCameLater) {
  patchbay_c_module module = transform();
  module.error = [](void*, patchbay_text, patchbay_c_back*) { script.seen.emplace_back("error"); };
  module.struct_size = offsetof(patchbay_c_module, error);
  const auto made = make_transform(module);
  testing::StageHarness harness(*made);
  harness.error({.kind = ErrorKind::upstream, .message = "m"});
  EXPECT_THAT(harness.client.errors, SizeIs(1));
}

TEST_F(CPlugin, AStageIsToldOfItsConnectionAndClosed) {
  const auto module = make_transform(transform());
  { const testing::StageHarness harness(*module); }
  EXPECT_EQ(json::parse(script.seen.at(1).substr(8)),
            json::parse(R"({"request_id":"req-test","route":"test","client_protocol":"openai-chat","provider_protocol":"openai-chat",
      "operation":"generate","provider_serves":true})"));
  EXPECT_EQ(script.stages, 0);
}

TEST_F(CPlugin, AConnectionMayNeedNoStage) {
  patchbay_c_module module = transform();
  module.connect = [](const void*, patchbay_text, patchbay_c_result*) -> void* { return nullptr; };
  EXPECT_FALSE(testing::StageHarness(*make_transform(module)).has_stage());
}

TEST_F(CPlugin, AStageThatCannotBeMadeIsNoSilence) {
  patchbay_c_module module = transform();
  module.connect = [](const void*, patchbay_text, patchbay_c_result* result) -> void* {
    result->fail(result, c("no memory"));
    return nullptr;
  };
  const auto made = make_transform(module);
  EXPECT_EQ(thrown_by([&] { (void)made->connect(testing::StageHarness::chat_connection()); }), "no memory");
}

TEST_F(CPlugin, FunctionsThatAreNotThereMeanWhatTheClassesMean) {
  const auto module = make_transform(transform());
  EXPECT_TRUE(module->bridges("a", "a"));
  EXPECT_FALSE(module->bridges("a", "b"));
  EXPECT_FALSE(module->answers(Operation::count_tokens));
  testing::StageHarness harness(*module);
  EXPECT_TRUE(std::holds_alternative<Forward>(harness.request(testing::chat_request("not even json"))));
  harness.event("not even json", "name");
  harness.end();
  EXPECT_THAT(harness.client.events, ElementsAre("not even json"));
  EXPECT_TRUE(harness.client.ended);
}

TEST_F(CPlugin, FunctionsThatAreThereAreAsked) {
  patchbay_c_module module = transform();
  module.bridges = [](const void*, patchbay_text client, patchbay_text provider) -> std::int32_t {
    return cpp(client) == "a" && cpp(provider) == "b";
  };
  module.answers = [](const void*, patchbay_text operation) -> std::int32_t { return cpp(operation) == "count_tokens"; };
  const auto made = make_transform(module);
  EXPECT_TRUE(made->bridges("a", "b"));
  EXPECT_FALSE(made->bridges("a", "a"));
  EXPECT_TRUE(made->answers(Operation::count_tokens));
  EXPECT_FALSE(made->answers(Operation::embed));
}

class CStages : public CPlugin {
 protected:
  /// A module whose functions note what they see, and then do what the script says.
  static patchbay_c_module noting() {
    patchbay_c_module module = transform();
    module.request = [](void*, patchbay_text request, patchbay_c_back* back) {
      script.seen.push_back("request " + cpp(request));
      act(back);
      return script.flow;
    };
    module.reply = [](void*, std::int32_t status, patchbay_text headers, patchbay_text body, patchbay_c_back* back) {
      script.seen.push_back("reply " + std::to_string(status) + " " + cpp(headers) + " " + cpp(body));
      act(back);
      return script.flow;
    };
    module.response = [](void*, patchbay_text body, patchbay_c_back* back) {
      script.seen.push_back("response " + cpp(body));
      act(back);
    };
    module.event = [](void*, patchbay_text name, patchbay_text data, patchbay_c_back* back) {
      script.seen.push_back("event " + cpp(name) + " " + cpp(data));
      act(back);
    };
    module.end = [](void*, patchbay_c_back* back) {
      script.seen.emplace_back("end");
      act(back);
    };
    module.error = [](void*, patchbay_text error, patchbay_c_back* back) {
      script.seen.push_back("error " + cpp(error));
      act(back);
    };
    return module;
  }

  CStages() : module(make_transform(noting())), harness(*module) { script.seen.clear(); }

  std::unique_ptr<Transform> module;
  testing::StageHarness harness;
};

TEST_F(CStages, SeeARequestWithItsBodyLast) {
  Request request = testing::chat_request(R"({"model":"m", "stream":true})");
  request.headers.add("x-a", "b\"c");
  harness.request(std::move(request));
  EXPECT_THAT(script.seen,
              ElementsAre(R"(request {"id":"req-test","protocol":"openai-chat","operation":"generate","model":"m","stream":true,)"
                          R"("headers":[["x-a","b\"c"]],"body":{"model":"m", "stream":true}})"));
  EXPECT_EQ(harness.sent.body.text(), R"({"model":"m", "stream":true})");
}

TEST_F(CStages, NeverSeeABodyThatIsNoJson) {
  EXPECT_THROW(harness.request(testing::chat_request("{")), DocumentError);
  EXPECT_THROW(harness.response("{"), DocumentError);
  EXPECT_THROW(harness.event("{"), DocumentError);
  EXPECT_THAT(script.seen, IsEmpty());
}

TEST_F(CStages, ChangeARequest) {
  script.act = [](patchbay_c_back* back) { back->change(back, c(R"({"model":"n","headers":[["x","y"]],"body":{"b":1},"protocol":"p"})")); };
  harness.request(testing::chat_request(R"({"model":"m","stream":true})"));
  EXPECT_EQ(harness.sent.model(), "n");
  EXPECT_TRUE(harness.sent.stream());
  EXPECT_EQ(harness.sent.body.text(), R"({"b":1})");
  EXPECT_EQ(harness.sent.protocol, "p");
  EXPECT_EQ(harness.sent.headers.find("X"), "y");
}

TEST_F(CStages, AnswerARequest) {
  script.flow = PATCHBAY_C_ANSWERED;
  script.act = [](patchbay_c_back* back) {
    back->event(back, c("e"), c(R"({"n":1})"));
    back->lost(back, c("what"), c("why"));
    back->end(back);
  };
  EXPECT_TRUE(std::holds_alternative<Answered>(harness.request(testing::chat_request("{}"))));
  EXPECT_THAT(harness.client.events, ElementsAre(R"({"n":1})"));
  EXPECT_THAT(harness.client.losses, ElementsAre(FieldsAre("what", "why")));
  EXPECT_TRUE(harness.client.ended);
}

TEST_F(CStages, AskAndHearTheReply) {
  script.flow = PATCHBAY_C_ASK;
  script.act = [](patchbay_c_back* back) {
    back->ask(back, c(R"({"url":"http://127.0.0.1:9/","headers":[["a","b"]],"body":"x","framing":"whole"})"));
  };
  const Flow flow = harness.request(testing::chat_request("{}"));
  const HttpCall& call = std::get<Ask>(flow).call;
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "http://127.0.0.1:9/");
  EXPECT_EQ(call.body, "x");
  EXPECT_EQ(call.framing, Framing::whole);
  script.flow = PATCHBAY_C_FORWARD;
  script.act = nullptr;
  EXPECT_TRUE(std::holds_alternative<Forward>(harness.reply({204, {{"c", "d"}}, "not json"})));
  EXPECT_EQ(script.seen.back(), R"(reply 204 [["c","d"]] not json)");
}

TEST_F(CStages, SeeAndSayAnswers) {
  script.act = [](patchbay_c_back* back) { back->response(back, c(R"({"b":2})")); };
  harness.response(R"({ "a": 1 })");
  EXPECT_EQ(script.seen.back(), R"(response { "a": 1 })");
  EXPECT_THAT(harness.client.responses, ElementsAre(R"({"b":2})"));
}

TEST_F(CStages, SeeEventsAndEnds) {
  harness.event(R"({"a":1})", "ping");
  harness.end();
  EXPECT_THAT(script.seen, ElementsAre(R"(event ping {"a":1})", "end"));
  EXPECT_FALSE(harness.client.finished);
}

TEST_F(CStages, SeeAndSayErrors) {
  script.act = [](patchbay_c_back* back) {
    back->error(back, c(R"({"kind":"rate_limited","message":"slow","retry_after":7,"code":"c","param":"p","source":"s"})"));
  };
  harness.error({.kind = ErrorKind::overloaded, .message = "full", .original = "{}", .original_protocol = "openai-chat"});
  EXPECT_EQ(json::parse(script.seen.back().substr(6)),
            json::parse(R"({"kind":"overloaded","status":503,"message":"full","code":"","param":"","source":"","original":"{}",
      "original_protocol":"openai-chat"})"));
  const Error& error = harness.client.errors.at(0);
  EXPECT_EQ(error.http_status(), 429);
  EXPECT_EQ(error.retry_after, std::chrono::seconds(7));
  EXPECT_EQ(error.message + error.code + error.param + error.source, "slowcps");
}

TEST_F(CStages, EveryKindOfErrorCrosses) {
  script.act = [](patchbay_c_back* back) { back->error(back, c(std::string_view(script.seen.back()).substr(6))); };
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::internal); ++kind) {
    testing::StageHarness another(*module);
    another.error({.kind = static_cast<ErrorKind>(kind), .message = "m"});
    EXPECT_EQ(another.client.errors.at(0).kind, static_cast<ErrorKind>(kind));
  }
}

struct Mistake {
  const char* name;
  std::int32_t flow;
  void (*act)(patchbay_c_back* back);
  const char* thrown;
};
class Mistakes : public CStages, public ::testing::WithParamInterface<Mistake> {};

TEST_P(Mistakes, FailTheRequestAndSayWhat) {
  script.flow = GetParam().flow;
  script.act = GetParam().act;
  EXPECT_THAT(thrown_by([&] { harness.request(testing::chat_request("{}")); }), HasSubstr(GetParam().thrown));
}

INSTANTIATE_TEST_SUITE_P(
    InRequests, Mistakes,
    ::testing::Values(
        Mistake{"Fails", 0, [](patchbay_c_back* back) { back->fail(back, c("cannot")); }, "cannot"},
        Mistake{"UnknownFlow", 9, nullptr, "it returned 9"}, Mistake{"AskWithoutCall", PATCHBAY_C_ASK, nullptr, "without a call"},
        Mistake{"CallWithoutUrl", PATCHBAY_C_ASK, [](patchbay_c_back* back) { back->ask(back, c("{}")); }, "an HTTP call has no 'url'"},
        Mistake{"UnknownFraming", PATCHBAY_C_ASK, [](patchbay_c_back* back) { back->ask(back, c(R"({"url":"u","framing":"f"})")); },
                "the framing 'f', which is unknown"},
        Mistake{"ChangeNoJson", 0, [](patchbay_c_back* back) { back->change(back, c("{")); }, "a request is no JSON"},
        Mistake{"ChangeNoObject", 0, [](patchbay_c_back* back) { back->change(back, c("[]")); }, "a request is not a JSON object"},
        Mistake{"HeadersNoPairs", 0, [](patchbay_c_back* back) { back->change(back, c(R"({"headers":[["a"]]})")); }, "'headers'"},
        Mistake{"ModelNoString", 0, [](patchbay_c_back* back) { back->change(back, c(R"({"model":1})")); }, "'model' that is no string"},
        Mistake{"ErrorUnknownKind", 1, [](patchbay_c_back* back) { back->error(back, c(R"({"kind":"k"})")); },
                "the kind 'k', which is unknown"},
        Mistake{"ErrorOddStatus", 1, [](patchbay_c_back* back) { back->error(back, c(R"({"kind":"internal","status":200})")); },
                "the status 200"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(CStages, AfterAFailureTheRestOfACallCountsForNothing) {
  script.act = [](patchbay_c_back* back) {
    back->fail(back, c("cannot"));
    back->end(back);
  };
  EXPECT_THROW(harness.event("{}"), std::runtime_error);
  EXPECT_FALSE(harness.client.ended);
}

TEST_F(CStages, ARequestThatHasLeftIsNotChangedAnyMore) {
  script.act = [](patchbay_c_back* back) { back->change(back, c("{}")); };
  EXPECT_THAT(thrown_by([&] { harness.event("{}"); }), HasSubstr("had left already"));
}

TEST_F(CPlugin, AProviderDescribesACall) {
  const auto module = make_provider(provider());
  script.says = R"({"call":{"method":"PUT","url":"http://h/p","headers":[["k","v"]],"body":"b","framing":"sse"}})";
  Request request = testing::chat_request(R"({"model":"m"})");
  const Exchange exchange = module->describe(request, {"key-1", "secret"});
  const HttpCall& call = std::get<HttpCall>(exchange);
  EXPECT_EQ(call.method + " " + call.url + " " + call.body, "PUT http://h/p b");
  EXPECT_EQ(call.framing, Framing::sse);
  EXPECT_THAT(script.seen.back(), HasSubstr(R"("body":{"model":"m"}} with {"id":"key-1","secret":"secret"})"));
}

TEST_F(CPlugin, AProviderKnowsItsProbe) {
  patchbay_c_module with = provider();
  with.probe = [](const void*, patchbay_text credential, patchbay_c_result* result) {
    script.seen.push_back("probe with " + cpp(credential));
    result->json(result, c(script.says));
  };
  const auto module = make_provider(with);
  const auto& probed = dynamic_cast<const Probed&>(*module);
  script.says = R"({"method":"GET","url":"http://h/models"})";
  const std::optional<HttpCall> call = probed.probe({"key-1", "secret"});
  ASSERT_TRUE(call);
  EXPECT_EQ(call->method + " " + call->url, "GET http://h/models");
  EXPECT_EQ(script.seen.back(), R"(probe with {"id":"key-1","secret":"secret"})");
  script.says = "";
  EXPECT_FALSE(probed.probe({})) << "without a result there is none";
}

TEST_F(CPlugin, AProviderOfBeforeKnowsNoProbe) {
  patchbay_c_module module = provider();
  module.struct_size = offsetof(patchbay_c_module, probe);
  EXPECT_FALSE(dynamic_cast<const Probed&>(*make_provider(module)).probe({}));
}

TEST_F(CPlugin, AProviderAnswersByItself) {
  const auto module = make_provider(provider());
  script.says =
      R"({"answer":{"status":201,"headers":[["k","v"]],"head_after_ms":5,"pieces":[{"text":"a"},{"after_ms":7,"text":"b"}],"ending":"reset"}})";
  Request request = testing::chat_request("{}");
  const Exchange exchange = module->describe(request, {});
  const LocalAnswer& answer = std::get<LocalAnswer>(exchange);
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.headers.find("k"), "v");
  EXPECT_EQ(answer.head_after, std::chrono::milliseconds(5));
  EXPECT_EQ(testing::body_of(answer), "ab");
  EXPECT_EQ(answer.pieces[1].after, std::chrono::milliseconds(7));
  EXPECT_EQ(answer.ending, LocalAnswer::Ending::reset);
}

TEST_F(CPlugin, AProviderThatSaysNothingOfUseFailsTheRequest) {
  const auto module = make_provider(provider());
  Request request = testing::chat_request("{}");
  for (const auto& [said, thrown] : std::vector<std::pair<std::string, std::string>>{{"", "an exchange is no JSON"},
                                                                                     {"{}", "has neither 'call' nor 'answer'"},
                                                                                     {R"({"answer":{}})", "has no 'pieces'"},
                                                                                     {R"({"call":{"url":""}})", "has no 'url'"}}) {
    script.says = said;
    EXPECT_THAT(thrown_by([&] { (void)module->describe(request, {}); }), HasSubstr(thrown));
  }
}

TEST_F(CPlugin, AProviderThatIsNotThereMeansWhatTheClassMeans) {
  const auto module = make_provider(provider());
  EXPECT_EQ(module->protocol(), "openai-chat");
  EXPECT_TRUE(module->serves(Operation::generate));
  EXPECT_FALSE(module->serves(Operation::embed));
  EXPECT_THAT(module->credentials(), IsEmpty());
  EXPECT_THAT(module->models(), IsEmpty());
  EXPECT_EQ(module->explain(429, {}, "x").kind, ErrorKind::rate_limited);
  EXPECT_EQ(module->explain(500, {}, "x").kind, ErrorKind::upstream);
  EXPECT_EQ(module->explain(200, {}, "x").kind, ErrorKind::upstream);
}

TEST_F(CPlugin, AProviderTellsKeysModelsOperationsAndErrors) {
  patchbay_c_module functions = provider();
  functions.credentials = [](const void*, patchbay_c_result* result) { result->json(result, c(R"([{"id":"a","secret":"s"}])")); };
  functions.models = [](const void*, patchbay_c_result* result) { result->json(result, c(R"(["m1","m2"])")); };
  functions.serves = [](const void*, patchbay_text operation) -> std::int32_t { return cpp(operation) == "embed"; };
  functions.explain = [](const void*, std::int32_t status, patchbay_text headers, patchbay_text body, patchbay_c_result* result) {
    script.seen.push_back(std::to_string(status) + cpp(headers) + cpp(body));
    result->json(result, c(R"({"kind":"timeout","message":"late"})"));
  };
  const auto module = make_provider(functions);
  ASSERT_THAT(module->credentials(), SizeIs(1));
  EXPECT_EQ(module->credentials()[0].secret, "s");
  EXPECT_THAT(module->models(), ElementsAre("m1", "m2"));
  EXPECT_TRUE(module->serves(Operation::embed));
  EXPECT_FALSE(module->serves(Operation::generate));
  EXPECT_EQ(module->explain(500, {{"h", "v"}}, "<html>").kind, ErrorKind::timeout);
  EXPECT_EQ(script.seen.back(), R"(500[["h","v"]]<html>)");
}

TEST_F(CPlugin, TheRoleOfAnEventMustBeOne) {
  const auto module = make_provider(provider());
  for (std::int32_t role = PATCHBAY_C_PREAMBLE; role <= PATCHBAY_C_FAILURE; ++role) {
    script.flow = role;
    EXPECT_EQ(module->role("", "{}"), static_cast<EventRole>(role));
  }
  script.flow = 6;
  EXPECT_THAT(thrown_by([&] { (void)module->role("", "{}"); }), HasSubstr("its role returned 6"));
}

TEST_F(CPlugin, AProviderWithoutAProtocolIsNotMade) {
  patchbay_c_module functions = provider();
  functions.protocol = [](const void*) -> const char* { return nullptr; };
  EXPECT_EQ(thrown_by([&] { (void)make(functions); }), "it names no protocol");
  EXPECT_EQ(script.modules, 0);
}

}  // namespace
}  // namespace patchbay
