#include "doctor/origins.hpp"

#include "../pipeline/fake_modules.hpp"
#include "findings.hpp"

namespace patchbay::doctor {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A provider that calls where its configuration says.
struct CallingProvider : Provider {
  explicit CallingProvider(std::string url) : url(std::move(url)) {}
  std::string_view protocol() const override { return protocols::openai_chat; }
  Exchange describe(Request& request, const Credential&) const override {
    if (url.empty()) throw std::runtime_error("no model of that name");
    if (url == "nowhere") return LocalAnswer{};
    HttpCall call;
    call.url = url + "/" + request.model();
    return call;
  }
  Error explain(int, const Headers&, std::string_view) const override { return {}; }
  EventRole role(std::string_view, std::string_view) const override { return EventRole::content; }
  std::string url;
};

struct DoctorOrigins : ::testing::Test {
  DoctorOrigins() {
    registry.add(pipeline::testing::factory("provider-test", ModuleKind::provider, [](const boost::json::value& config) {
      return std::make_shared<CallingProvider>(std::string(config.as_object().at("url").as_string()));
    }));
  }
  void route(const std::string& id, std::initializer_list<const char*> urls, bool enabled = true) {
    config::Route route;
    route.id = id;
    route.enabled = enabled;
    for (const char* const url : urls) {
      config::ModuleUse provider;
      provider.type = "provider-test";
      provider.config.value = boost::json::object{{"url", url}};
      route.targets.emplace_back().modules.push_back(std::move(provider));
    }
    settings.routes.push_back(std::move(route));
  }
  std::vector<Destination> destinations() { return destinations_of(settings, registry, unknown); }

  pipeline::ModuleRegistry registry;
  config::Settings settings;
  Findings unknown;
};

TEST_F(DoctorOrigins, AreTheOnesThatProvidersSayTheyCall) {
  route("a", {"https://One.example/v1"});
  EXPECT_THAT(destinations(), ElementsAre(Field(&Destination::url, "https://one.example:443")));
}

TEST_F(DoctorOrigins, AreDistinctAndSayWhoCalls) {
  route("a", {"https://one.example/v1", "https://one.example/v2"});
  route("b", {"https://one.example:443/", "http://two.example:8080/"});
  const std::vector<Destination> found = destinations();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].url, "http://two.example:8080");
  EXPECT_EQ(found[0].who, "route b");
  EXPECT_EQ(found[1].who, "route a, route b");
}

TEST_F(DoctorOrigins, OfRoutesThatAreOffAreNotCalled) {
  route("off", {"https://one.example"}, false);
  EXPECT_THAT(destinations(), IsEmpty());
}

TEST_F(DoctorOrigins, OfHooksAndTracesDoNotServeRequests) {
  config::HookUse hook;
  hook.id = "audit";
  hook.webhook.emplace().url = "https://hooks.example/secret-path";
  settings.hooks.push_back(std::move(hook));
  settings.telemetry.otlp.endpoint = "http://127.0.0.1:4318";
  const std::vector<Destination> found = destinations();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].who, "[telemetry.otlp]");
  EXPECT_EQ(found[1].url, "https://hooks.example:443");
  EXPECT_FALSE(found[1].serves);
}

TEST_F(DoctorOrigins, AnswersThatAreMadeInProcessGoNowhere) {
  route("mock", {"nowhere"});
  EXPECT_THAT(destinations(), IsEmpty());
  EXPECT_THAT(unknown, ElementsAre(Found(Level::note, "nothing is examined of provider-test: it answers in-process")));
}

TEST_F(DoctorOrigins, AProviderThatCannotSayIsToldOf) {
  route("a", {""});
  EXPECT_THAT(destinations(), IsEmpty());
  EXPECT_THAT(unknown, ElementsAre(Found(Level::note, HasSubstr("no model of that name"))));
}

TEST_F(DoctorOrigins, AreAskedWhatAProbeWouldAsk) {
  route("a", {"https://one.example/v1", "https://one.example/v2"});
  for (config::Target& target : settings.routes.front().targets) {
    target.probe.kind = "get";
    target.probe.path = "/v1/models";
  }
  const std::vector<Destination> found = destinations();
  ASSERT_EQ(found.size(), 1u);
  ASSERT_EQ(found[0].asks.size(), 1u) << "one key, one call";
  EXPECT_EQ(found[0].asks[0].url, "https://one.example:443/v1/models");
}

}  // namespace
}  // namespace patchbay::doctor
