#include "config/hooks.hpp"

#include "loading.hpp"

namespace patchbay::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class HooksTest : public SettingsTest {
 protected:
  HookUse hook(std::string_view lines) { return settings("[[hooks]]\nid = 'h'\n" + std::string(lines)).hooks.at(0); }
  std::vector<std::string> hook_faults(std::string_view lines) { return faults("[[hooks]]\nid = 'h'\n" + std::string(lines)); }
};

TEST_F(HooksTest, AWebhook) {
  const HookUse got =
      hook("events = ['request.*']\nwhere = { status = '^5' }\nwebhook = { url = 'http://x/y', headers = { a = 'b' }, timeout = '2s' }");
  ASSERT_TRUE(got.webhook);
  EXPECT_EQ(got.webhook->url, "http://x/y");
  EXPECT_EQ(got.webhook->headers.at("a"), "b");
  EXPECT_EQ(got.webhook->timeout, std::chrono::seconds(2));
  EXPECT_EQ(got.webhook->batch, 100u);
  EXPECT_EQ(got.where.at("status"), "^5");
}

TEST_F(HooksTest, ACommand) {
  EXPECT_THAT(hook("command = { argv = ['logger', '-t', 'x'] }").command->argv, ElementsAre("logger", "-t", "x"));
}

TEST_F(HooksTest, TheLog) { EXPECT_EQ(hook("log = { level = 'error' }").log->level, "error"); }

TEST_F(HooksTest, AModule) { EXPECT_EQ(hook("config = { type = 'hook-x' }").module.type, "hook-x"); }

TEST_F(HooksTest, IsExactlyOneThing) {
  EXPECT_THAT(hook_faults(""), ElementsAre(HasSubstr("hooks[0]: a hook is one of `config` (a module), `webhook`, `command` and `log`")));
  EXPECT_THAT(hook_faults("log = {}\ncommand = { argv = ['a'] }"), ElementsAre(HasSubstr("give exactly one")));
}

TEST_F(HooksTest, ACommandNeedsAProgram) {
  EXPECT_THAT(hook_faults("command = { argv = [] }"), ElementsAre(HasSubstr("hooks[0].command.argv: there is no program in it")));
}

TEST_F(HooksTest, AMisspeltEventHasASuggestion) {
  EXPECT_THAT(hook_faults("events = ['request.complete']\nlog = {}"), ElementsAre(HasSubstr("did you mean 'request.completed'?")));
}

}  // namespace
}  // namespace patchbay::config
