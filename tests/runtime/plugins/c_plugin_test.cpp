#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <functional>

#include "gallery.hpp"
#include "patchbay/config.hpp"
#include "patchbay/hook.hpp"
#include "plugins/host_services.hpp"

namespace patchbay::plugins {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using testing::gallery_file;
using ::testing::HasSubstr;

std::string c_file(const std::string& name) { return gallery_file("c/" + name); }
std::string example(const std::string& name) { return testing::environment("PATCHBAY_EXAMPLES") + "/" + name + ".so"; }

struct CPlugins : testing::WithStaging {
  std::shared_ptr<Module> make(const Plugin& plugin, std::string_view config = "{}") {
    return plugin.make(0, boost::json::parse(config), make_host_services("test"));
  }
};

TEST_F(CPlugins, ASoundOneSaysWhatItBrings) {
  const auto plugin = load(c_file("c-sound"));
  EXPECT_EQ(plugin->info().id, "dev.patchbay.c-gallery");
  EXPECT_EQ(plugin->info().stamp, parse_stamp("c_abi=1;pointer_size=8;"));
  ASSERT_EQ(plugin->info().modules.size(), 1u);
  EXPECT_EQ(plugin->info().modules[0].type, "c-sound");
  EXPECT_EQ(plugin->info().modules[0].kind, ModuleKind::workflow);
  EXPECT_TRUE(plugin->info().modules[0].schema.is_object());
}

TEST_F(CPlugins, ItsModulesAreOrdinaryOnes) {
  EXPECT_NE(dynamic_cast<Transform*>(make(*load(c_file("c-sound"))).get()), nullptr);
  EXPECT_NE(dynamic_cast<Provider*>(make(*load(c_file("c-sound-provider"))).get()), nullptr);
  EXPECT_NE(dynamic_cast<Hook*>(make(*load(c_file("c-sound-hook"))).get()), nullptr);
}

TEST_F(CPlugins, OfTheFirstReleaseOfTheirAbiAreLoaded) {
  EXPECT_NE(dynamic_cast<Transform*>(make(*load(c_file("c-sound-of-old-size"))).get()), nullptr);
}

struct BrokenRule {
  std::string file;
  FailureCode code;
  std::string said;
};
std::ostream& operator<<(std::ostream& stream, const BrokenRule& rule) { return stream << rule.file; }

struct CDefects : testing::WithStaging, ::testing::WithParamInterface<BrokenRule> {};

TEST_P(CDefects, AreRefusedByTheirNames) {
  const LoadFailure failure = refusal(c_file(GetParam().file));
  EXPECT_EQ(failure.code(), GetParam().code);
  EXPECT_THAT(reason(failure), HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    Gallery, CDefects,
    ::testing::Values(BrokenRule{"c-stamp-abi", FailureCode::stamp_mismatch,
                                 "c_abi: the plugin has 2, this host 1; rebuild it with patchbay.h"},
                      BrokenRule{"c-stamp-pointer", FailureCode::stamp_mismatch, "pointer_size: the plugin has 4, this host 8"},
                      BrokenRule{"c-no-entry", FailureCode::entry_missing, "it does not export patchbay_c_plugin_entry_v1"},
                      BrokenRule{"c-entry-returns-null", FailureCode::descriptor_invalid, "the entry returned null"},
                      BrokenRule{"c-short-descriptor", FailureCode::descriptor_invalid, "field struct_size: is 8"},
                      BrokenRule{"c-wrong-abi", FailureCode::descriptor_invalid, "field c_abi: is 2, this host has 1"},
                      BrokenRule{"c-short-module", FailureCode::descriptor_invalid, "modules[0].struct_size: is 8"},
                      BrokenRule{"c-hook-without-on", FailureCode::descriptor_invalid, "modules[0].on: is null"},
                      BrokenRule{"c-hook-of-old-size", FailureCode::descriptor_invalid, "modules[0].on: is null"},
                      BrokenRule{"c-schema-no-json", FailureCode::descriptor_invalid, "modules[0].config_schema: is not a JSON object"},
                      BrokenRule{"c-null-schema", FailureCode::descriptor_invalid, "modules[0].config_schema: is null"},
                      BrokenRule{"c-null-create", FailureCode::descriptor_invalid, "modules[0].create: is null"},
                      BrokenRule{"c-null-destroy", FailureCode::descriptor_invalid, "modules[0].destroy: is null"},
                      BrokenRule{"c-null-connect", FailureCode::descriptor_invalid, "modules[0].connect: is null"},
                      BrokenRule{"c-null-close", FailureCode::descriptor_invalid, "modules[0].close: is null"},
                      BrokenRule{"c-provider-without-role", FailureCode::descriptor_invalid, "modules[0].role: is null"}),
    [](const auto& info) { return std::to_string(info.index); });

struct Examples : CPlugins, ::testing::WithParamInterface<std::string> {
  void SetUp() override {
    if (!fs::exists(example(GetParam()))) GTEST_SKIP() << "there is no compiler for " << GetParam();
  }
};
INSTANTIATE_TEST_SUITE_P(Languages, Examples, ::testing::Values("example-limits", "example-echo"),
                         [](const auto& info) { return info.param == "example-limits" ? "C" : "Rust"; });

TEST_P(Examples, AreLoadedAndMade) {
  const auto plugin = load(example(GetParam()));
  EXPECT_EQ(plugin->info().modules.at(0).type, GetParam());
  EXPECT_NO_THROW(make(*plugin)->self_check());
}

TEST_P(Examples, AreReallyUnloaded) {
  if (testing::plugins_are_kept()) GTEST_SKIP() << "PATCHBAY_KEEP_PLUGINS is set: nothing is unloaded";
  for (int i = 0; i < 100; ++i) {
    const auto module = make(*load(example(GetParam())));
    Request request;
    request.body = Document(std::string("{}"));
    if (const auto* const provider = dynamic_cast<const Provider*>(module.get()))
      (void)provider->describe(request, {});
    else
      (void)dynamic_cast<const Transform&>(*module).connect({});
  }
  EXPECT_EQ(testing::mappings_under(state.path()), 0u);
  EXPECT_EQ(pinned_libraries(), 0u);
}

std::vector<config::Fault> faults_of(const std::function<void()>& make) {
  try {
    make();
  } catch (const config::Error& error) {
    return error.faults();
  }
  return {};
}

TEST_F(CPlugins, FaultsOfAConfigurationOutliveTheLibrary) {
  const std::vector<config::Fault> faults = faults_of([&] { (void)make(*load(c_file("c-faulty"))); });
  EXPECT_THAT(faults, ElementsAre(::testing::FieldsAre("/size", "is odd", "")));
}

TEST_F(CPlugins, NeverSeeAConfigurationThatTheirSchemaForbids) {
  const auto plugin = load(c_file("c-sound"));
  EXPECT_THAT(faults_of([&] { (void)make(*plugin, R"({"nobody":1})"); }),
              ElementsAre(::testing::FieldsAre("/nobody", HasSubstr("unknown"), "")));
  EXPECT_THAT(faults_of([&] { (void)make(*plugin, "[]"); }), ::testing::SizeIs(1));
}

}  // namespace
}  // namespace patchbay::plugins
