#include "upstream/credentials.hpp"

#include <gtest/gtest.h>

namespace patchbay::upstream {
namespace {

TEST(Credentials, HeadersThatProveWhoSendsAreKnownByTheirNames) {
  for (const char* const name : {"Authorization", "x-api-key", "api-key", "x-goog-api-key", "Cookie", "Proxy-Authorization",
                                 "X-Vendor-Token", "x-amz-security-token", "x-client-secret"})
    EXPECT_TRUE(is_credential(name)) << name;
}

TEST(Credentials, OthersAreNone) {
  for (const char* const name : {"content-type", "accept", "anthropic-version", "user-agent", "x-request-id", "traceparent"})
    EXPECT_FALSE(is_credential(name)) << name;
}

TEST(Credentials, AKeyInTheQueryIsLeftOut) {
  EXPECT_EQ(without_key("https://a.test/v1?key=secret"), "https://a.test/v1");
  EXPECT_EQ(without_key("https://a.test/v1?key=secret&alt=sse"), "https://a.test/v1?alt=sse");
  EXPECT_EQ(without_key("https://a.test/v1?alt=sse&key=secret"), "https://a.test/v1?alt=sse");
  EXPECT_EQ(without_key("https://a.test/v1?alt=sse"), "https://a.test/v1?alt=sse");
}

}  // namespace
}  // namespace patchbay::upstream
