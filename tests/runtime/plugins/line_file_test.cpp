#include "plugins/line_file.hpp"

#include <gtest/gtest.h>

#include "gallery.hpp"

namespace patchbay::plugins {
namespace {

namespace fs = std::filesystem;

struct LineFiles : ::testing::Test {
  std::string path(const std::string& name) const { return (folder.path() / name).string(); }
  testing::TemporaryDirectory folder;
};

TEST_F(LineFiles, HaveEachLineAtOnce) {
  const auto file = open_line_file(path("new/log.jsonl"), {});
  file->write("one");
  file->write("two {} %v");
  EXPECT_EQ(testing::content_of(path("new/log.jsonl")), "one\ntwo {} %v\n");
}

TEST_F(LineFiles, GoOnWhereTheyEnded) {
  open_line_file(path("log"), {})->write("one");
  open_line_file(path("log"), {})->write("two");
  EXPECT_EQ(testing::content_of(path("log")), "one\ntwo\n");
}

TEST_F(LineFiles, BeginAnewAtTheirSizeAndKeepSoManyOldOnes) {
  const auto file = open_line_file(path("log"), {.bytes = 1024, .keep = 2});
  for (int i = 0; i < 40; ++i) file->write(std::string(100, static_cast<char>('a' + i % 26)));
  EXPECT_TRUE(fs::exists(path("log.1")));
  EXPECT_TRUE(fs::exists(path("log.2")));
  EXPECT_FALSE(fs::exists(path("log.3")));
  EXPECT_LE(fs::file_size(path("log.1")), 1024u);
}

TEST_F(LineFiles, ThatCannotBeOpenedAreNamed) {
  (void)folder.write("file", "x");
  try {
    (void)open_line_file(path("file/log"), {});
    ADD_FAILURE() << "it was opened";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()).substr(0, path("file/log").size() + 21), "'" + path("file/log") + "' cannot be written:");
  }
}

}  // namespace
}  // namespace patchbay::plugins
