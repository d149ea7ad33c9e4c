#include "hooks/command_hook.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

namespace patchbay::hooks {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

struct Command : ::testing::Test {
  Command() {
    std::string pattern = (fs::temp_directory_path() / "patchbay-command-XXXXXX").string();
    folder = mkdtemp(pattern.data());
  }
  ~Command() override { fs::remove_all(folder); }

  /// A hook that has a shell run this, in the folder.
  std::shared_ptr<CommandHook> shell(const std::string& script, std::chrono::milliseconds timeout = 20s, std::uint32_t max_parallel = 1) {
    return std::make_shared<CommandHook>(
        "h", config::CommandSettings{
                 .argv = {"sh", "-c", "cd " + folder.string() + "; " + script}, .timeout = timeout, .max_parallel = max_parallel});
  }
  void tell(const CommandHook& hook, const char* id) {
    hook.on({"request.completed", std::chrono::system_clock::time_point{}, {{"id", id}}});
  }
  /// What is settled until nothing runs any more; the complaint of the last one that failed.
  static std::string finish(const CommandHook& hook) {
    std::string complaint;
    for (bool running = true; running;) {
      try {
        running = hook.settle().has_value();
      } catch (const std::runtime_error& error) {
        complaint = error.what();
      }
    }
    return complaint;
  }
  std::string content(const char* name) const {
    std::ifstream file(folder / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  fs::path folder;
};

TEST_F(Command, ReadsTheEventAsOneLineOfJson) {
  const auto hook = shell("cat > told");
  tell(*hook, "1");
  EXPECT_EQ(finish(*hook), "");
  const std::string line = content("told");
  EXPECT_EQ(line.back(), '\n');
  EXPECT_EQ(boost::json::parse(line), boost::json::parse(R"({"time":"1970-01-01T00:00:00.000Z","event":"request.completed","id":"1"})"));
}

TEST_F(Command, RunsOneAfterTheOther) {
  const auto hook = shell("cat >> told");
  for (const char* const id : {"1", "2", "3"}) tell(*hook, id);
  finish(*hook);
  EXPECT_THAT(content("told"), ::testing::MatchesRegex(".*\"1\".*\n.*\"2\".*\n.*\"3\".*\n"));
}

TEST_F(Command, RunsAsManyAtOnceAsItMay) {
  // Each waits until the other has begun.
  const auto hook = shell("touch begun.$$; while [ $(ls begun.* | wc -l) -lt 2 ]; do sleep 0.01; done", 20s, 2);
  tell(*hook, "1");
  tell(*hook, "2");
  EXPECT_EQ(finish(*hook), "");
}

TEST_F(Command, ThatFailsIsComplainedOf) {
  const auto hook = shell("exit 3");
  tell(*hook, "1");
  EXPECT_EQ(finish(*hook), "sh ended with status 3");
}

TEST_F(Command, HasDeliveredWhatItsProgramTookToTheEnd) {
  const auto hook = shell("read line; case $line in *bad*) exit 1;; esac", 20s, 3);
  for (const char* const id : {"1", "bad", "2"}) tell(*hook, id);
  EXPECT_EQ(hook->progress().delivered, 0u) << "not before the programs have ended";
  finish(*hook);
  EXPECT_EQ(hook->progress().delivered, 2u);
  EXPECT_EQ(hook->progress().under_way, 0u);
}

TEST_F(Command, ThatTakesTooLongIsKilledWithAllThatItStarted) {
  const auto hook = shell("sleep 1000 & echo $! > child; wait", 100ms);
  tell(*hook, "1");
  EXPECT_THAT(finish(*hook), HasSubstr("was killed: it took longer than 100 ms"));
  const int child = std::atoi(content("child").c_str());
  ASSERT_GT(child, 0);
  const auto gone = [child] {
    std::ifstream status("/proc/" + std::to_string(child) + "/stat");
    std::string pid, name, state;
    status >> pid >> name >> state;
    return state.empty() || state == "Z";
  };
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (!gone() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
  EXPECT_TRUE(gone());
}

TEST_F(Command, ThatIsNotThereIsNamed) {
  const CommandHook hook("h", {.argv = {"/nowhere/program"}});
  try {
    tell(hook, "1");
    ADD_FAILURE() << "it ran";
  } catch (const std::system_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/nowhere/program"));
  }
}

TEST_F(Command, MayIgnoreItsInput) {
  const auto hook = shell("true");
  tell(*hook, std::string(1'000'000, 'x').c_str());
  EXPECT_EQ(finish(*hook), "");
}

}  // namespace
}  // namespace patchbay::hooks
