#include "server/caller.hpp"

#include <gmock/gmock.h>

#include "fixture.hpp"

namespace patchbay::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace server::testing;

std::string caller_name(const Headers& headers, std::string_view target, std::string_view address) {
  return Caller().name(headers, target, address);
}

TEST(Caller, IsTheSameForTheSameKeyWhereverItIsPresented) {
  const std::string bearer = caller_name({{"authorization", "Bearer sk-1"}}, "/", "10.0.0.1");
  EXPECT_THAT(bearer, StartsWith("key:"));
  EXPECT_EQ(caller_name({{"x-api-key", "sk-1"}}, "/", "10.0.0.2"), bearer);
  EXPECT_EQ(caller_name({}, "/v1beta/models?key=sk-1", "10.0.0.3"), bearer);
  EXPECT_NE(caller_name({{"x-api-key", "sk-2"}}, "/", "10.0.0.1"), bearer);
}

TEST(Caller, DoesNotHoldTheKey) { EXPECT_THAT(caller_name({{"x-api-key", "sk-secret"}}, "/", "10.0.0.1"), Not(HasSubstr("secret"))); }

TEST(Caller, WithoutAKeyIsTheSession) {
  const std::string one = caller_name({{"x-session-id", "one"}}, "/", "10.0.0.1");
  EXPECT_THAT(one, StartsWith("session:"));
  EXPECT_EQ(caller_name({{"session_id", "one"}}, "/", "10.0.0.2"), one);
  EXPECT_NE(caller_name({{"x-session-id", "two"}}, "/", "10.0.0.1"), one);
}

TEST(Caller, WithoutAnythingElseIsTheAddress) { EXPECT_EQ(caller_name({}, "/", "10.0.0.1"), "address:10.0.0.1"); }

TEST(Caller, IsNotTheOneBeforeOnTheSameConnection) {
  Caller caller;
  const std::string one = caller.name({{"x-api-key", "sk-1"}}, "/", "10.0.0.1");
  EXPECT_EQ(caller.name({{"x-api-key", "sk-1"}}, "/", "10.0.0.1"), one);
  EXPECT_EQ(caller.name({{"x-api-key", "sk-2"}}, "/", "10.0.0.1"), caller_name({{"x-api-key", "sk-2"}}, "/", "10.0.0.1"));
  EXPECT_EQ(caller.name({{"x-session-id", "sk-2"}}, "/", "10.0.0.1"), caller_name({{"x-session-id", "sk-2"}}, "/", "10.0.0.1"));
  EXPECT_EQ(caller.name({}, "/", "10.0.0.1"), "address:10.0.0.1");
  EXPECT_EQ(caller.name({{"x-api-key", "sk-1"}}, "/", "10.0.0.1"), one);
}

TEST_F(ServerTest, TheEngineIsToldWhoCalls) {
  std::string caller;
  engine.on_start = [&](pipeline::Client& client) {
    caller = client.caller();
    answer_with(client, "{}");
  };
  start();
  exchange(post("{}"));
  EXPECT_EQ(caller, "address:127.0.0.1");
}

}  // namespace
}  // namespace patchbay::server
