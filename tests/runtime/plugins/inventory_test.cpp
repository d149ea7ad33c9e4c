#include <gmock/gmock.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "gallery.hpp"
#include "plugins/host_services.hpp"
#include "plugins/inventory_report.hpp"
#include "plugins/plugin_inventory.hpp"

namespace patchbay::plugins {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Inventory : ::testing::Test {
  /// Puts a plugin of the gallery where the inventory looks, as an operator would: whole, under its final name.
  std::string put(const std::string& gallery_name, const std::string& name) {
    const fs::path file = files.path() / name;
    fs::copy_file(testing::gallery_file(gallery_name), file.string() + ".tmp");
    fs::rename(file.string() + ".tmp", file);
    return file.string();
  }
  void scan() { inventory.scan({files.path().string()}, rules); }
  void load(const std::string& file) { inventory.commit(inventory.load(file, rules, false)); }
  std::string refusal(const std::string& file) {
    try {
      (void)inventory.load(file, rules, false);
      return "loaded";
    } catch (const LoadFailure& failure) {
      return std::string(name_of(failure.code()));
    }
  }
  std::vector<std::string> versions() const {
    std::vector<std::string> all;
    for (const auto& plugin : inventory.live()) all.push_back(plugin->info().version);
    return all;
  }

  testing::TemporaryDirectory files;
  testing::TemporaryDirectory state;
  LoadRules rules;
  PluginInventory inventory{state.path().string()};
};

TEST_F(Inventory, HasWhatTheScanFound) {
  put("echo", "echo.so");
  const std::string bad = files.write("bad.so", "text");
  scan();
  EXPECT_THAT(versions(), ElementsAre("1.0.0"));
  ASSERT_THAT(inventory.records(), SizeIs(2));
  EXPECT_EQ(inventory.records()[0].refused->path(), bad);
}

TEST_F(Inventory, WhatWasTriedIsNoNews) {
  const std::string good = put("echo", "echo.so");
  const std::string bad = files.write("bad.so", "text");
  scan();
  EXPECT_FALSE(inventory.is_news(good));
  EXPECT_FALSE(inventory.is_news(bad));
}

TEST_F(Inventory, OtherContentIsNewsWhateverItsTimeOfChange) {
  const std::string file = put("echo", "echo.so");
  scan();
  const auto changed = fs::last_write_time(file);
  put("echo2", "echo.so");
  fs::last_write_time(file, changed);
  EXPECT_TRUE(inventory.is_news(file));
}

TEST_F(Inventory, ASignatureThatCameLaterIsNews) {
  const std::string file = put("echo", "echo.so");
  scan();
  (void)files.write("echo.so.sig", "signature");
  EXPECT_TRUE(inventory.is_news(file));
}

TEST_F(Inventory, ADraftIsNotLiveBeforeItIsCommitted) {
  const std::string file = put("echo", "echo.so");
  PluginInventory::Draft draft = inventory.load(file, rules, false);
  EXPECT_THAT(draft.plugins, SizeIs(1));
  EXPECT_THAT(versions(), IsEmpty());
  inventory.commit(std::move(draft));
  EXPECT_THAT(versions(), ElementsAre("1.0.0"));
}

TEST_F(Inventory, AChangedFileTakesThePlaceOfWhatItWas) {
  const std::string file = put("echo", "echo.so");
  scan();
  put("echo2", "echo.so");
  load(file);
  EXPECT_THAT(versions(), ElementsAre("2.0.0"));
  EXPECT_EQ(inventory.records()[0].version_before, "1.0.0");
}

TEST_F(Inventory, AReplacedPluginIsUnloadedWhenNobodyUsesItAnyMore) {
  if (testing::plugins_are_kept()) GTEST_SKIP() << "PATCHBAY_KEEP_PLUGINS is set: nothing is unloaded";
  const std::string file = put("echo", "echo.so");
  scan();
  std::shared_ptr<Module> in_use = inventory.live()[0]->make(0, boost::json::object{}, make_host_services("gallery-echo"));
  put("echo2", "echo.so");
  load(file);
  ASSERT_THAT(inventory.retired(), SizeIs(1));
  EXPECT_EQ(inventory.retired()[0].version, "1.0.0");

  in_use.reset();
  inventory.reaper().settle();
  EXPECT_THAT(inventory.retired(), IsEmpty());
  EXPECT_EQ(pinned_libraries(), 0u);
}

TEST_F(Inventory, ABadVersionLeavesTheOldOneAndSaysWhy) {
  const std::string file = put("echo", "echo.so");
  scan();
  (void)files.write("echo.so", "text");
  EXPECT_EQ(refusal(file), "not_a_plugin");
  EXPECT_THAT(versions(), ElementsAre("1.0.0"));
  EXPECT_EQ(inventory.records()[0].refused->code(), FailureCode::not_a_plugin);
  EXPECT_FALSE(inventory.is_news(file));
}

TEST_F(Inventory, ARefusalIsForgottenWhenTheNextContentServes) {
  const std::string file = files.write("echo.so", "text");
  scan();
  put("echo", "echo.so");
  load(file);
  EXPECT_FALSE(inventory.records()[0].refused);
  EXPECT_EQ(inventory.records()[0].refusals, 1u);
}

TEST_F(Inventory, AnOlderVersionIsRefusedUnlessAllowed) {
  const std::string file = put("echo2", "echo.so");
  scan();
  put("echo", "echo.so");
  EXPECT_EQ(refusal(file), "downgrade");
  rules.allow_downgrade = true;
  load(file);
  EXPECT_THAT(versions(), ElementsAre("1.0.0"));
}

TEST_F(Inventory, AnotherFileWithTheSameIdIsRefusedUnlessItTakesOver) {
  put("echo", "echo.so");
  scan();
  const std::string other = put("echo2", "another.so");
  EXPECT_EQ(refusal(other), "duplicate_id");
  inventory.commit(inventory.load(other, rules, true));
  EXPECT_THAT(versions(), ElementsAre("2.0.0"));
  EXPECT_EQ(inventory.path_of("gallery-echo"), other);
}

TEST_F(Inventory, RollsBackToTheVersionBeforeAndForthAgain) {
  const std::string file = put("echo", "echo.so");
  scan();
  put("echo2", "echo.so");
  load(file);
  inventory.commit(inventory.roll_back("dev.patchbay.gallery-echo", rules));
  EXPECT_THAT(versions(), ElementsAre("1.0.0"));
  EXPECT_FALSE(inventory.is_news(file)) << "the file must not come back by itself";
  inventory.commit(inventory.roll_back("dev.patchbay.gallery-echo", rules));
  EXPECT_THAT(versions(), ElementsAre("2.0.0"));
}

TEST_F(Inventory, WithoutAVersionBeforeThereIsNoRollingBack) {
  put("echo", "echo.so");
  scan();
  EXPECT_THROW((void)inventory.roll_back("echo", rules), std::invalid_argument);
}

TEST_F(Inventory, ARemovedPluginIsGoneAndItsFileNoNews) {
  const std::string file = put("echo", "echo.so");
  scan();
  inventory.commit(inventory.remove("gallery-echo"));
  EXPECT_THAT(versions(), IsEmpty());
  EXPECT_FALSE(inventory.is_news(file));
  EXPECT_THROW((void)inventory.remove("gallery-echo"), std::invalid_argument);
}

TEST_F(Inventory, AFileThatGoesIsNotUnloaded) {
  const std::string file = put("echo", "echo.so");
  scan();
  fs::remove(file);
  EXPECT_FALSE(inventory.is_news(file));
  EXPECT_THAT(versions(), ElementsAre("1.0.0"));
}

TEST_F(Inventory, TooManyVersionsInUseAtOnceAreRefused) {
  rules.max_retired = 1;
  const std::string file = put("echo", "echo.so");
  scan();
  const std::shared_ptr<Module> in_use = inventory.live()[0]->make(0, boost::json::object{}, make_host_services("gallery-echo"));
  put("echo2", "echo.so");
  load(file);
  EXPECT_THROW((void)inventory.roll_back("echo", rules), LoadFailure);
}

TEST_F(Inventory, ReportsGenerationsRefusalsAndVersionsBefore) {
  const std::string file = put("echo", "echo.so");
  const std::string bad = files.write("bad.so", "text");
  scan();
  put("echo2", "echo.so");
  load(file);
  EXPECT_THAT(list_text(inventory, {}), AllOf(HasSubstr("dev.patchbay.gallery-echo 2.0.0  " + file), HasSubstr("generation 3, since 2"),
                                              HasSubstr("before it 1.0.0"), HasSubstr("refused (not_a_plugin): " + bad)));
  const std::string json = boost::json::serialize(describe(inventory, {}));
  EXPECT_THAT(json, AllOf(HasSubstr(R"("generation":3)"), HasSubstr(R"("version_before":"1.0.0")"), HasSubstr(R"("code":"not_a_plugin")")));
}

TEST_F(Inventory, ReportsHowManyRequestsHoldEachGeneration) {
  const std::string file = put("echo", "echo.so");
  scan();
  const std::shared_ptr<Module> in_use = inventory.live()[0]->make(0, boost::json::object{}, make_host_services("gallery-echo"));
  put("echo2", "echo.so");
  load(file);
  const Holders holders{{inventory.retired().at(0).generation, 5}, {inventory.live().at(0)->info().generation, 1}};
  EXPECT_THAT(list_text(inventory, holders), AllOf(ContainsRegex("generation 2, since [^,]*, before it 1.0.0, held by 1 request\n"),
                                                   ContainsRegex("retired: .* 1.0.0, generation 1, replaced at .*, held by 5 requests\n")));
  EXPECT_THAT(boost::json::serialize(describe(inventory, holders)), AllOf(HasSubstr(R"("requests":1)"), HasSubstr(R"("requests":5)")));
  monitoring::PrometheusText text;
  add_metrics(inventory, holders, text);
  EXPECT_THAT(text.take(), AllOf(HasSubstr("patchbay_plugin_requests{plugin=\"dev.patchbay.gallery-echo\",state=\"live\"} 1\n"),
                                 HasSubstr("patchbay_plugin_requests{plugin=\"dev.patchbay.gallery-echo\",state=\"retired\"} 5\n")));
}

TEST_F(Inventory, CountsInMetrics) {
  put("echo", "echo.so");
  const std::string bad = files.write("bad.so", "text");
  scan();
  monitoring::PrometheusText text;
  add_metrics(inventory, {}, text);
  EXPECT_THAT(text.take(), AllOf(HasSubstr("patchbay_plugin_generation{plugin=\"dev.patchbay.gallery-echo\",version=\"1.0.0\"} 2\n"),
                                 HasSubstr("patchbay_plugin_refused{path=\"" + bad + "\",reason=\"not_a_plugin\"} 1\n")));
}

}  // namespace
}  // namespace patchbay::plugins
