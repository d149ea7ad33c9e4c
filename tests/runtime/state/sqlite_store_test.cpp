#include "state/sqlite_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>

#include "../config/temporary_folder.hpp"

namespace patchbay::state {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Charge charge(std::int64_t must, std::int64_t want = 0, std::int64_t limit = 100) {
  Charge charge;
  charge.counter = "team/tokens/total";
  charge.must = must;
  charge.want = want;
  charge.need = want;
  charge.limit = limit;
  return charge;
}

struct SqliteStoreTest : ::testing::Test {
  [[nodiscard]] std::string path() const { return folder.path("state.sqlite"); }
  [[nodiscard]] static Grant one(SqliteStore& store, const Charge& charge) { return store.charge({&charge, 1}).front(); }
  /// What a store says that has the file to itself.
  [[nodiscard]] std::int64_t used() const {
    SqliteStore store(path());
    return one(store, charge(0)).used;
  }

  config::TemporaryFolder folder;
};

TEST_F(SqliteStoreTest, CountsWhatMustBeCounted) {
  SqliteStore store(path());
  EXPECT_EQ(one(store, charge(30)).used, 30);
  EXPECT_EQ(one(store, charge(90)).used, 120);
}

TEST_F(SqliteStoreTest, GrantsWhatTheLimitHasRoomFor) {
  SqliteStore store(path());
  EXPECT_EQ(one(store, charge(0, 60)).granted, 60);
  const Grant second = one(store, charge(0, 60));
  EXPECT_EQ(second.granted, 40);
  EXPECT_EQ(second.used, 100);
  EXPECT_EQ(one(store, charge(0, 1)).granted, 0);
}

TEST_F(SqliteStoreTest, TakesBack) {
  SqliteStore store(path());
  EXPECT_EQ(one(store, charge(60)).used, 60);
  EXPECT_EQ(one(store, charge(-20)).used, 40);
  EXPECT_EQ(one(store, charge(-50)).used, 0);
}

TEST_F(SqliteStoreTest, RemembersAcrossProcesses) {
  {
    SqliteStore store(path());
    (void)one(store, charge(42));
  }
  EXPECT_EQ(used(), 42);
}

TEST_F(SqliteStoreTest, AProcessThatIsKilledLosesNothingThatWasCharged) {
  const pid_t child = fork();
  if (child == 0) {
    SqliteStore store(path());
    (void)one(store, charge(10));
    (void)one(store, charge(32));
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(used(), 42);
}

TEST_F(SqliteStoreTest, AFullDiskIsAnErrorAndLosesNothing) {
  const pid_t child = fork();
  if (child == 0) {  // for this process, the disk is full at 64 KiB a file
    const rlimit small{64 << 10, 64 << 10};
    setrlimit(RLIMIT_FSIZE, &small);
    signal(SIGXFSZ, SIG_IGN);
    try {
      SqliteStore store(path());
      for (;;) (void)one(store, charge(1));
    } catch (const StoreError&) {
      _exit(0);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  const std::int64_t before = used();
  EXPECT_GT(before, 0);
  SqliteStore store(path());
  EXPECT_EQ(one(store, charge(1)).used, before + 1);
}

TEST_F(SqliteStoreTest, ASecondProcessIsToldWhatToDo) {
  SqliteStore first(path());
  (void)one(first, charge(1));
  try {
    SqliteStore second(path());
    FAIL();
  } catch (const StoreError& error) {
    EXPECT_THAT(error.what(), HasSubstr("another process has it open"));
  }
}

TEST_F(SqliteStoreTest, APlaceThatCannotBeWrittenIsNamed) {
  try {
    SqliteStore store("/nonexistent/state.sqlite");
    FAIL();
  } catch (const StoreError& error) {
    EXPECT_THAT(error.what(), HasSubstr("/nonexistent/state.sqlite"));
    EXPECT_THAT(error.what(), HasSubstr("must be able to write"));
  }
}

TEST_F(SqliteStoreTest, AFileThatIsNoStateIsLeftAlone) {
  const std::string text(4096, 'x');
  std::ofstream(path()) << text;
  EXPECT_THROW(SqliteStore store(path()), StoreError);
  std::ifstream file(path());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), text);
}

TEST_F(SqliteStoreTest, KeepsKeysByName) {
  SqliteStore store(path());
  const std::int64_t before = store.keys_version();
  EXPECT_TRUE(store.add_key("a", "first"));
  EXPECT_FALSE(store.add_key("a", "second"));
  EXPECT_TRUE(store.add_key("b", "third"));
  EXPECT_THAT(store.keys(), ElementsAre("first", "third"));
  EXPECT_NE(store.keys_version(), before);
  EXPECT_TRUE(store.remove_key("a"));
  EXPECT_FALSE(store.remove_key("a"));
  EXPECT_THAT(store.keys(), ElementsAre("third"));
}

}  // namespace
}  // namespace patchbay::state
