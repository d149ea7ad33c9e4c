#include <gmock/gmock.h>

#include "gallery.hpp"

namespace patchbay::plugins {
namespace {

using testing::gallery_file;
using ::testing::HasSubstr;

/// A descriptor that breaks a rule: the gallery's file, and what is said of it.
struct BrokenRule {
  std::string file;
  std::string said;
};
std::ostream& operator<<(std::ostream& stream, const BrokenRule& rule) { return stream << rule.file; }

struct Descriptor : testing::WithStaging, ::testing::WithParamInterface<BrokenRule> {};

TEST_P(Descriptor, ThatBreaksARuleIsRefusedByTheName) {
  const LoadFailure failure = refusal(gallery_file(GetParam().file));
  EXPECT_EQ(failure.code(), FailureCode::descriptor_invalid);
  EXPECT_EQ(reason(failure), GetParam().said);
}

INSTANTIATE_TEST_SUITE_P(OfThePlugin, Descriptor,
                         ::testing::Values(BrokenRule{"entry-throws",
                                                      "patchbay_plugin_entry_v1 threw: something that is not a std::exception (int)"},
                                           BrokenRule{"entry-returns-null", "descriptor field (all): the entry returned null"},
                                           BrokenRule{"short-descriptor", "descriptor field struct_size: is 8, this SDK ABI has 56"},
                                           BrokenRule{"wrong-sdk-abi", "descriptor field sdk_abi: is 999, this host has " +
                                                                           std::to_string(PATCHBAY_SDK_ABI) + "; rebuild the plugin"},
                                           BrokenRule{"null-id", "descriptor field id: is null; every text must be set"},
                                           BrokenRule{"bad-id", "descriptor field id: is 'Gallery'; write it like dev.example.my-plugin"},
                                           BrokenRule{"bad-version", "descriptor field version: is 'one'; write it like 1.2.3"},
                                           BrokenRule{"null-vendor", "descriptor field vendor: is null; every text must be set"},
                                           BrokenRule{"no-modules", "descriptor field modules: there is none"},
                                           BrokenRule{"null-modules", "descriptor field modules: there is none"},
                                           BrokenRule{"too-many-modules", "descriptor field module_count: is 257, at most are 256"}),
                         [](const auto& info) { return std::to_string(info.index); });

INSTANTIATE_TEST_SUITE_P(
    OfAModule, Descriptor,
    ::testing::Values(
        BrokenRule{"null-module", "descriptor field modules[0]: is null"},
        BrokenRule{"short-module", "descriptor field modules[0].struct_size: is 8, this SDK ABI has 56"},
        BrokenRule{"unknown-kind",
                   "descriptor field modules[0].kind: is 6; known are 1 llmSwitch, 2 workflow, 3 compatibility, 4 provider, 5 hook"},
        BrokenRule{"null-type", "descriptor field modules[0].type: is null; every text must be set"},
        BrokenRule{"bad-type",
                   "descriptor field modules[0].type: is 'Bad Type'; lower case letters, digits and '-' are allowed, a letter first"},
        BrokenRule{"bad-status", "descriptor field modules[0].status: is 'beta'; known are experimental and stable"},
        BrokenRule{"null-manual", "descriptor field modules[0].manual: is null; every text must be set"},
        BrokenRule{"type-twice", "descriptor field modules[1].type: 'type-twice' is there twice"},
        BrokenRule{"null-create", "descriptor field modules[0].create: is null"},
        BrokenRule{"null-schema-function", "descriptor field modules[0].config_schema: is null"},
        BrokenRule{"null-schema", "descriptor field modules[0].config_schema: is null; every text must be set"},
        BrokenRule{"schema-no-json", "descriptor field modules[0].config_schema: is not a JSON object"},
        BrokenRule{"schema-no-object", "descriptor field modules[0].config_schema: is not a JSON object"},
        BrokenRule{"schema-loose-property", "descriptor field modules[0].config_schema: property 'size' is not a JSON object"},
        BrokenRule{"schema-throws", "descriptor field modules[0].config_schema: threw: no schema today"}),
    [](const auto& info) { return std::to_string(info.index); });

struct Loading : testing::WithStaging {};

TEST_F(Loading, AFileWithoutTheEntryIsRefused) {
  const LoadFailure failure = refusal(gallery_file("no-entry"));
  EXPECT_EQ(failure.code(), FailureCode::entry_missing);
  EXPECT_EQ(reason(failure),
            "it does not export patchbay_plugin_entry_v1; write PATCHBAY_PLUGIN(…) in one source file and link with the SDK's plugin.map");
}

TEST_F(Loading, AnEntryOfAnotherAbiIsNoEntry) { EXPECT_EQ(refusal(gallery_file("old-entry")).code(), FailureCode::entry_missing); }

TEST_F(Loading, TheEntryOfALibraryThatThePluginIsLinkedWithIsNotItsOwn) {
  const LoadFailure failure = refusal(gallery_file("borrows-entry"));
  EXPECT_EQ(failure.code(), FailureCode::entry_missing);
  EXPECT_THAT(reason(failure), HasSubstr("patchbay_plugin_entry_v1 comes from"));
  EXPECT_THAT(reason(failure), HasSubstr("gallery-borrowed-entry.so.1"));
}

TEST_F(Loading, AnUndefinedSymbolIsNamed) {
  const LoadFailure failure = refusal(gallery_file("undefined-symbol"));
  EXPECT_EQ(failure.code(), FailureCode::load_failed);
  EXPECT_THAT(reason(failure), HasSubstr("the dynamic linker refuses it"));
  EXPECT_THAT(reason(failure), HasSubstr("undefined symbol: gallery_defined_nowhere"));
}

TEST_F(Loading, ARefusedFileLeavesNothingStaged) {
  (void)refusal(gallery_file("bad-id"));
  const auto staged = std::filesystem::recursive_directory_iterator(state.path());
  EXPECT_EQ(std::count_if(begin(staged), end(staged), [](const auto& entry) { return entry.is_regular_file(); }), 0);
}

TEST_F(Loading, ASoundFileSaysWhatItBrings) {
  const auto plugin = load(gallery_file("echo"));
  EXPECT_EQ(plugin->info().path, gallery_file("echo"));
  EXPECT_EQ(plugin->info().id, "dev.patchbay.gallery-echo");
  EXPECT_EQ(plugin->info().version, "1.0.0");
  EXPECT_EQ(plugin->info().vendor, "Patchbay");
  EXPECT_EQ(plugin->info().license, "MIT");
  EXPECT_EQ(plugin->info().hash, hash_of_file(gallery_file("echo")));
  EXPECT_EQ(plugin->info().generation, 1u);
  ASSERT_EQ(plugin->info().modules.size(), 1u);
  EXPECT_EQ(plugin->info().modules[0].type, "gallery-echo");
  EXPECT_EQ(plugin->info().modules[0].kind, ModuleKind::provider);
  EXPECT_EQ(plugin->info().modules[0].status, "stable");
  EXPECT_TRUE(plugin->info().modules[0].schema.at("properties").get_object().contains("greeting"));
}

}  // namespace
}  // namespace patchbay::plugins
