#include "upstream/name_resolver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <optional>

namespace patchbay::upstream {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

struct Found {
  error_code error;
  NameResolver::Endpoints endpoints;
};

class NameResolverTest : public testing::Test {
 protected:
  NameResolver::Done into(std::optional<Found>& found) {
    return [&found](const error_code& error, const NameResolver::Endpoints& endpoints) { found = Found{error, endpoints}; };
  }
  /// A lookup is work, so that the loop runs until it has ended.
  void run() { io_.run_for(std::chrono::seconds(60)); }

  boost::asio::io_context io_;
};

TEST_F(NameResolverTest, ANameIsItsAddressesWithThePortThatWasAskedFor) {
  NameResolver names(io_);
  std::optional<Found> found;
  names.look_up("localhost", 8080, into(found));
  EXPECT_FALSE(found.has_value()) << "it was told within the call";
  run();
  ASSERT_TRUE(found.has_value());
  ASSERT_FALSE(found->endpoints.empty()) << found->error.message();
  EXPECT_TRUE(std::all_of(found->endpoints.begin(), found->endpoints.end(),
                          [](const tcp::endpoint& one) { return one.address().is_loopback() && one.port() == 8080; }));
}

TEST_F(NameResolverTest, ANameThatDoesNotExistIsAnError) {
  NameResolver names(io_);
  std::optional<Found> found;
  names.look_up("no-such-host.invalid", 1, into(found));
  run();
  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(found->error);
  EXPECT_TRUE(found->endpoints.empty());
}

TEST_F(NameResolverTest, WhoeverAsksForTheSameNameIsToldAsWellWithTheirOwnPort) {
  NameResolver names(io_);
  std::optional<Found> first;
  std::optional<Found> second;
  names.look_up("localhost", 1, into(first));
  names.look_up("localhost", 2, into(second));
  run();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->endpoints.at(0).port(), 1);
  EXPECT_EQ(second->endpoints.at(0).port(), 2);
}

TEST_F(NameResolverTest, MoreNamesThanThreadsAreAllLookedUp) {
  NameResolver names(io_);
  constexpr int count = 60;
  int told = 0;
  for (int i = 0; i < count; ++i)
    names.look_up("host-" + std::to_string(i) + ".invalid", 1, [&told](const error_code& error, const NameResolver::Endpoints&) {
      EXPECT_TRUE(error);
      ++told;
    });
  run();
  EXPECT_EQ(told, count);
}

TEST_F(NameResolverTest, OneWhoIsToldMayAskAgain) {
  NameResolver names(io_);
  std::optional<Found> again;
  names.look_up("localhost", 1, [&](const error_code&, const NameResolver::Endpoints&) { names.look_up("localhost", 2, into(again)); });
  run();
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->endpoints.at(0).port(), 2);
}

TEST_F(NameResolverTest, NobodyIsToldAfterItIsGone) {
  bool told = false;
  {
    NameResolver names(io_);
    names.look_up("localhost", 1, [&told](const error_code&, const NameResolver::Endpoints&) { told = true; });
  }
  run();
  EXPECT_FALSE(told);
}

}  // namespace
}  // namespace patchbay::upstream
