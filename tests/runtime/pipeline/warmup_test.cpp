#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <thread>

#include "fake_chain.hpp"
#include "pipeline/pipeline_assembler.hpp"
#include "pipeline/warmup_manager.hpp"

namespace patchbay::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace pipeline::testing;

struct Warmup : ::testing::Test {
  Warmup() {
    registry.add(factory("provider", ModuleKind::provider, [this](const auto&) -> std::shared_ptr<Module> {
      if (broken) throw std::runtime_error("no such host");
      return std::make_shared<FakeProvider>();
    }));
    registry.add(factory("workflow", ModuleKind::workflow, [this](const auto&) -> std::shared_ptr<Module> {
      if (broken) throw std::runtime_error("no room");
      return std::make_shared<FakeTransform>([] { return nullptr; });
    }));
    settings.routes.push_back(route("r", {provider(1), use(ModuleKind::workflow, "workflow")}));
  }

  static config::ModuleUse provider(int number) { return use(ModuleKind::provider, "provider", boost::json::object{{"number", number}}); }
  void add_library(const std::string& name, const std::string& type, int number) {
    config::LibraryEntry entry;
    entry.name = name;
    entry.type = type;
    entry.config.value = boost::json::object{{"number", number}};
    settings.library.emplace(name, std::move(entry));
  }
  void assemble() {
    Assembled assembled = PipelineAssembler(registry, pool).assemble(settings, 1);
    ASSERT_THAT(assembled.diagnostics, IsEmpty());
    assembly = assembled.assembly;
  }
  WarmupPlan plan() { return plan_warmup(*assembly, registry, pool); }
  std::vector<std::string> planned() {
    std::vector<std::string> planned;
    for (const WarmupItem& item : plan().items) planned.push_back(item.name + " " + item.instance->key().type);
    return planned;
  }
  WarmupReport wait() {
    while (manager.report().running) std::this_thread::yield();
    return manager.report();
  }
  std::size_t present() {
    std::size_t count = 0;
    for (const auto& instance : pool.instances()) count += instance->counters().present ? 1 : 0;
    return count;
  }

  std::atomic<bool> broken = false;
  ModuleRegistry registry;
  StaticInstancePool pool;
  config::Settings settings;
  std::shared_ptr<const Assembly> assembly;
  std::string told;  // by the manager, which ends before these two
  std::counting_semaphore<> through{0};
  WarmupManager manager;
};

TEST_F(Warmup, TakesTheMostImportantFirstAndEachInstanceOnce) {
  settings.routes.push_back(route("twin", {provider(1)}));
  assemble();
  EXPECT_THAT(planned(), ElementsAre("r provider", "r workflow"));
}

TEST_F(Warmup, OfRoutesOnlyWhatRequestsTakeFirst) {
  settings.routes.front().balance = "priority";
  settings.routes.front().targets.push_back({.id = "reserve", .modules = {provider(2)}});
  settings.pool.preload = "routes";
  assemble();
  EXPECT_THAT(planned(), ElementsAre("r provider", "r workflow"));
  EXPECT_EQ(present(), 2u);
}

TEST_F(Warmup, NoneAndAListIsTheList) {
  settings.pool.preload = "none";
  settings.pool.preload_library = {"spare"};
  add_library("spare", "provider", 3);
  assemble();
  EXPECT_EQ(present(), 0u);
  EXPECT_THAT(planned(), ElementsAre("spare provider"));
}

TEST_F(Warmup, MakesWhatIsAbsentAndReportsIt) {
  settings.pool.preload_library = {"spare"};
  add_library("spare", "provider", 3);
  assemble();
  manager.begin(plan());
  const WarmupReport report = wait();
  EXPECT_EQ(report.wanted, 3u);
  EXPECT_EQ(report.ready(), 3u);
  EXPECT_THAT(manager.not_ready(), IsEmpty());
  EXPECT_EQ(present(), 3u);
}

TEST_F(Warmup, WhatIsToStayIsNotRecycled) {
  settings.pool.preload = "none";
  settings.pool.preload_library = {"spare"};
  add_library("spare", "provider", 3);
  assemble();
  manager.begin(plan());
  wait();
  pool.recycle(std::chrono::seconds(0), true);
  EXPECT_EQ(present(), 1u);
}

TEST_F(Warmup, ACriticalFailureKeepsTheHostFromBeingReadyUntilARetryDoes) {
  settings.pool.preload = "none";
  settings.pool.preload_library = {"spare"};
  add_library("spare", "provider", 3);
  assemble();
  broken = true;
  manager.begin(plan());
  EXPECT_EQ(wait().failed(), 1u);
  EXPECT_THAT(manager.not_ready(), HasSubstr("spare (provider) could not be made: no such host"));
  broken = false;
  manager.retry();
  EXPECT_EQ(wait().ready(), 1u);
  EXPECT_THAT(manager.not_ready(), IsEmpty());
}

TEST_F(Warmup, TellsWhenAPlanOrARetryIsThrough) {
  settings.pool.preload = "none";
  settings.pool.preload_library = {"spare"};
  add_library("spare", "provider", 3);
  assemble();
  manager.listen([&] {
    told = manager.not_ready();
    through.release();
  });
  broken = true;
  manager.begin(plan());
  through.acquire();
  EXPECT_THAT(told, HasSubstr("no such host"));
  broken = false;
  manager.retry();
  through.acquire();
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(Warmup, AFailureThatIsRecoverableDoesNot) {
  settings.pool.preload = "none";
  settings.pool.preload_library = {"spare"};
  add_library("spare", "workflow", 3);
  assemble();
  broken = true;
  manager.begin(plan());
  EXPECT_TRUE(wait().done.at(0).recoverable());
  EXPECT_THAT(manager.not_ready(), IsEmpty());
}

TEST_F(Warmup, ALibraryEntryWhoseModuleNobodyBringsIsReported) {
  settings.pool.preload_library = {"spare"};
  add_library("spare", "nobody-brings-it", 3);
  assemble();
  manager.begin(plan());
  EXPECT_EQ(describe(wait()).at("modules").at(0).at("error"), "no plugin brings module nobody-brings-it");
}

}  // namespace
}  // namespace patchbay::pipeline
