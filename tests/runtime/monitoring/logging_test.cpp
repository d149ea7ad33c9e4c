#include "monitoring/logging.hpp"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <thread>

namespace patchbay::monitoring {
namespace {

/// What is on standard error after `act`.
template <class Act>
std::string logged(Act&& act) {
  testing::internal::CaptureStderr();
  act();
  spdlog::default_logger()->flush();
  return testing::internal::GetCapturedStderr();
}

TEST(Logging, SaysMessagesFromTheLevelUp) {
  ASSERT_TRUE(set_up_logging("warning", LogFormat::text));
  const std::string text = logged([] {
    spdlog::info("not this");
    spdlog::warn("but this");
  });
  EXPECT_EQ(text.find("not this"), std::string::npos);
  EXPECT_NE(text.find("but this"), std::string::npos);
}

TEST(Logging, WritesOneJsonObjectALine) {
  ASSERT_TRUE(set_up_logging("info", LogFormat::json));
  const std::string text = logged([] { spdlog::info("a \"quoted\"\nmessage"); });
  const boost::json::value line = boost::json::parse(text);
  EXPECT_EQ(line.at("message"), "a \"quoted\"\nmessage");
  EXPECT_EQ(line.at("level"), "info");
}

TEST(Logging, RefusesALevelThatDoesNotExist) {
  ASSERT_TRUE(set_up_logging("info", LogFormat::text));
  EXPECT_FALSE(set_up_logging("loud", LogFormat::json));
  EXPECT_EQ(spdlog::get_level(), spdlog::level::info) << "what was in force before stays";
}

TEST(Logging, ChangesWhileOtherThreadsLog) {
  ASSERT_TRUE(set_up_logging("info", LogFormat::text));
  const std::string text = logged([] {
    std::jthread other([] {
      for (int line = 0; line < 2'000; ++line) spdlog::info("line");
    });
    for (int change = 0; change < 100; ++change) set_up_logging("info", change % 2 == 0 ? LogFormat::json : LogFormat::text);
  });
  EXPECT_EQ(std::ranges::count(text, '\n'), 2'000);
}

}  // namespace
}  // namespace patchbay::monitoring
