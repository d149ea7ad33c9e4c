#include "state/redis_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace patchbay::state {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(RedisUrl, HasDefaults) {
  const RedisUrl url = parse_redis_url("redis://cache.internal");
  EXPECT_EQ(url.host, "cache.internal");
  EXPECT_EQ(url.port, 6379);
  EXPECT_EQ(url.database, 0u);
  EXPECT_EQ(url.user, "");
  EXPECT_EQ(url.password, "");
}

TEST(RedisUrl, HasEveryPart) {
  const RedisUrl url = parse_redis_url("redis://me:p%40ss%2Fword@10.0.0.1:7000/3");
  EXPECT_EQ(url.host, "10.0.0.1");
  EXPECT_EQ(url.port, 7000);
  EXPECT_EQ(url.database, 3u);
  EXPECT_EQ(url.user, "me");
  EXPECT_EQ(url.password, "p@ss/word");
}

TEST(RedisUrl, MayHaveAPasswordOnly) {
  const RedisUrl url = parse_redis_url("redis://:secret@h");
  EXPECT_EQ(url.user, "");
  EXPECT_EQ(url.password, "secret");
}

TEST(RedisUrl, MayNameAnIPv6Address) {
  EXPECT_EQ(parse_redis_url("redis://[::1]").host, "::1");
  EXPECT_EQ(parse_redis_url("redis://[::1]:7000").port, 7000);
}

TEST(RedisUrl, IsShownWithoutItsPassword) { EXPECT_EQ(parse_redis_url("redis://me:secret@h:1/2").place(), "h:1/2"); }

class FaultyRedisUrl : public ::testing::TestWithParam<const char*> {};

TEST_P(FaultyRedisUrl, IsRefusedWithoutShowingIt) {
  try {
    (void)parse_redis_url(GetParam());
    FAIL() << GetParam();
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), HasSubstr("redis://[USER:PASSWORD@]HOST"));
    EXPECT_THAT(error.what(), Not(HasSubstr("secret")));
  }
}

INSTANTIATE_TEST_SUITE_P(All, FaultyRedisUrl,
                         ::testing::Values("http://h", "redis://", "redis://h:x", "redis://h:0", "redis://h:70000", "redis://h/db",
                                           "redis://secret@h", "redis://:secret%zz@h"));

}  // namespace
}  // namespace patchbay::state
