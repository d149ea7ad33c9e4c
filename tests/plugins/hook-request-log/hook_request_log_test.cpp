#include <gmock/gmock.h>

#include <boost/json/object.hpp>

#include "patchbay/testing.hpp"

namespace patchbay::testing {
namespace {

using ::testing::ElementsAre;

struct RequestLog : ::testing::Test {
  void tell(const Hook& hook, std::string_view name) {
    hook.on({name, host().wall_time() + std::chrono::milliseconds(250), boost::json::object{{"id", "req-1"}, {"model", "m"}, {"status", 200}}});
  }
  const RecordingHost& host() const { return modules.host; }
  std::vector<std::string> lines() const { return host().files.at("requests.jsonl"); }

  Modules modules{*patchbay_plugin_entry_v1()};
};

TEST_F(RequestLog, WritesALineForEachEvent) {
  const auto hook = modules.hook("hook-request-log", R"({"path":"requests.jsonl"})");
  tell(*hook, "request.completed");
  tell(*hook, "request.failed");
  EXPECT_THAT(lines(),
              ElementsAre(R"({"time":"2026-01-01T00:00:00.250Z","event":"request.completed","id":"req-1","model":"m","status":200})",
                          R"({"time":"2026-01-01T00:00:00.250Z","event":"request.failed","id":"req-1","model":"m","status":200})"));
}

TEST_F(RequestLog, ChoosesAndOrdersFields) {
  const auto hook = modules.hook("hook-request-log", R"({"path":"requests.jsonl","fields":["status","id","nothing"]})");
  tell(*hook, "request.completed");
  EXPECT_THAT(lines(), ElementsAre(R"({"time":"2026-01-01T00:00:00.250Z","event":"request.completed","status":200,"id":"req-1"})"));
}

TEST_F(RequestLog, WantsTheEndOfRequestsOnly) {
  const auto hook = modules.hook("hook-request-log", R"({"path":"requests.jsonl"})");
  EXPECT_TRUE(hook->wants("request.completed"));
  EXPECT_TRUE(hook->wants("request.disconnected"));
  EXPECT_FALSE(hook->wants("request.routed"));
  EXPECT_FALSE(hook->wants("plugin.added"));
}

TEST_F(RequestLog, WantsEverythingWhenTold) {
  const auto hook = modules.hook("hook-request-log", R"({"path":"requests.jsonl","every_event":true})");
  EXPECT_TRUE(hook->wants("request.routed"));
}

TEST_F(RequestLog, NeedsAPath) { EXPECT_THAT(modules.faults("hook-request-log", "{}"), ElementsAre("/path: 'path' is required")); }

}  // namespace
}  // namespace patchbay::testing
