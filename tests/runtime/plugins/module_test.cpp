#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "gallery.hpp"
#include "patchbay/config.hpp"
#include "plugins/host_services.hpp"

namespace patchbay::plugins {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::FieldsAre;
using testing::gallery_file;
using ::testing::HasSubstr;

struct MakingAModule : testing::WithStaging {
  std::shared_ptr<Module> make(const Plugin& plugin, const std::string& type, std::string_view config = "{}") {
    for (std::size_t i = 0; i < plugin.info().modules.size(); ++i)
      if (plugin.info().modules[i].type == type) return plugin.make(i, boost::json::parse(config), make_host_services(type));
    ADD_FAILURE() << "no module type " << type;
    return nullptr;
  }

  /// Why a factory of bad-factories makes nothing.
  std::string refusal_of(const std::string& type) {
    try {
      (void)make(*load(gallery_file("bad-factories")), type);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "it was made";
  }
};

std::string answer_of(const Module& module, std::string body) {
  Request request;
  request.body = Document(std::move(body));
  const Exchange exchange = dynamic_cast<const Provider&>(module).describe(request, {});
  return std::get<LocalAnswer>(exchange).pieces.at(0).bytes;
}

TEST_F(MakingAModule, GivesItItsConfiguration) {
  const auto module = make(*load(gallery_file("echo")), "gallery-echo", R"({"greeting":"good day"})");
  EXPECT_EQ(answer_of(*module, "sir"), "1.0.0 good day sir");
}

TEST_F(MakingAModule, AlsoWhenItsPluginIsLetGoAtOnceLeavesAModuleThatWorks) {
  auto plugin = load(gallery_file("echo"));
  const auto module = make(*plugin, "gallery-echo");
  plugin.reset();
  staging.reset();
  EXPECT_EQ(answer_of(*module, "you"), "1.0.0 hello you");
}

TEST_F(MakingAModule, FromAFaultyConfigurationSaysEveryFaultAndWhere) {
  const auto plugin = load(gallery_file("throwing"));
  try {
    (void)make(*plugin, "gallery-throwing", R"({"where":"here","wat":1})");
    ADD_FAILURE() << "it was made";
  } catch (const config::Error& error) {
    EXPECT_THAT(error.faults(), ::testing::UnorderedElementsAre(FieldsAre("/where", HasSubstr("'here'"), _),
                                                                FieldsAre("/wat", HasSubstr("unknown"), "what")));
  }
}

TEST_F(MakingAModule, WhoseFactoryFindsFaultsKeepsThemBeyondTheLifeOfTheLibrary) {
  std::vector<config::Fault> faults;
  try {
    (void)make(*load(gallery_file("bad-factories")), "throws-faults");
  } catch (const config::Error& error) {
    faults = error.faults();
  }
  EXPECT_THAT(faults, ElementsAre(FieldsAre("/rules/0", "the expression does not compile", ""), FieldsAre("/size", "is odd", "")));
}

TEST_F(MakingAModule, WhoseFactoryThrowsSaysWhat) {
  EXPECT_EQ(refusal_of("throws-exception"),
            "plugin dev.patchbay.bad-factories could not make a throws-exception: the moon is in the wrong phase");
}

TEST_F(MakingAModule, WhoseFactoryThrowsWhatIsNoExceptionSaysItsType) {
  EXPECT_EQ(refusal_of("throws-int"),
            "plugin dev.patchbay.bad-factories could not make a throws-int: something that is not a std::exception (int)");
}

TEST_F(MakingAModule, WhoseFactoryThrowsATypeThatOnlyThePluginKnowsSaysItsName) {
  EXPECT_THAT(refusal_of("throws-speechless"),
              HasSubstr("an exception without text (patchbay::gallery::(anonymous namespace)::Speechless)"));
}

TEST_F(MakingAModule, WhoseFactoryReturnsNullIsRefused) {
  EXPECT_EQ(refusal_of("returns-null"), "plugin dev.patchbay.bad-factories could not make a returns-null: its factory returned null");
}

TEST_F(MakingAModule, ThatIsNoProviderThoughItsKindSaysSoIsRefused) {
  EXPECT_EQ(refusal_of("transform-as-provider"),
            "plugin dev.patchbay.bad-factories declares transform-as-provider as provider, but makes something else; derive its class from "
            "Provider");
}

TEST_F(MakingAModule, ThatIsNoTransformThoughItsKindSaysSoIsRefused) {
  EXPECT_EQ(refusal_of("provider-as-workflow"),
            "plugin dev.patchbay.bad-factories declares provider-as-workflow as workflow, but makes something else; derive its class from "
            "Transform");
}

TEST_F(MakingAModule, OfKindHookIsAHook) { EXPECT_NE(make(*load(gallery_file("bad-factories")), "hook"), nullptr); }

TEST_F(MakingAModule, AfterAFailureTheSamePluginStillMakesOthers) {
  const auto plugin = load(gallery_file("bad-factories"));
  EXPECT_THROW((void)make(*plugin, "throws-int"), std::runtime_error);
  EXPECT_NE(make(*plugin, "hook"), nullptr);
}

}  // namespace
}  // namespace patchbay::plugins
