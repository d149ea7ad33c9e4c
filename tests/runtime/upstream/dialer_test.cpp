#include "upstream/dialer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client_fixture.hpp"

namespace patchbay::upstream::testing {
namespace {

using ::testing::HasSubstr;

class DialerTest : public ClientTest {
 protected:
  /// Makes one connection and waits for what becomes of it.
  std::optional<Failure> dial(const std::string& origin, std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
    Dialer dialer(io, clock, settings, make_tls_context(settings));
    std::optional<std::optional<Failure>> outcome;
    const auto handle = dialer.dial(origin, timeout, [&](const std::optional<Failure>& failure) { outcome = failure; });
    EXPECT_FALSE(outcome) << "never from within the call";
    EXPECT_TRUE(run_until([&] { return outcome.has_value(); })) << "nothing became of it";
    return outcome.value_or(std::nullopt);
  }

  Authority authority;
};

TEST_F(DialerTest, WhoListensIsThereAndIsLetGoOf) {
  std::atomic<bool> closed = false;
  ScriptedServer server([&](Peer& peer, int) { closed = peer.sees_close(); });
  EXPECT_FALSE(dial(server.url()));
  EXPECT_TRUE(run_until([&] { return closed.load(); }));
}

TEST_F(DialerTest, AClosedPortRefuses) {
  const std::optional<Failure> failure = dial("http://127.0.0.1:" + std::to_string(closed_port()));
  ASSERT_TRUE(failure);
  EXPECT_EQ(name_of(failure->kind), "connect");
  EXPECT_THAT(failure->message, HasSubstr("refused"));
}

TEST_F(DialerTest, ACertificateIsLookedAt) {
  ScriptedServer server([identity = authority.issue("DNS:localhost")](Peer& peer, int) { (void)peer.accept_tls(identity); });
  const std::string origin = "https://localhost:" + std::to_string(server.port());
  const std::optional<Failure> failure = dial(origin);
  ASSERT_TRUE(failure);
  EXPECT_EQ(name_of(failure->kind), "tls");
  settings.ca_file = authority.ca_file();
  EXPECT_FALSE(dial(origin));
}

TEST_F(DialerTest, WhoIsSilentInTheHandshakeIsGivenUp) {
  ScriptedServer server([](Peer& peer, int) { (void)peer.sees_close(); });
  const std::optional<Failure> failure = dial("https://127.0.0.1:" + std::to_string(server.port()), std::chrono::milliseconds(50));
  ASSERT_TRUE(failure);
  EXPECT_EQ(name_of(failure->kind), "connect_timeout");
  EXPECT_THAT(failure->message, HasSubstr("no connection within 50 ms, waiting for the TLS handshake"));
}

TEST_F(DialerTest, WhatIsNoUrlSaysSo) {
  const std::optional<Failure> failure = dial("nowhere");
  ASSERT_TRUE(failure);
  EXPECT_EQ(name_of(failure->kind), "bad_url");
}

TEST_F(DialerTest, ADialThatIsDroppedIsNotHeardOfAgain) {
  ScriptedServer server([](Peer& peer, int) { (void)peer.sees_close(); });
  Dialer dialer(io, clock, settings, make_tls_context(settings));
  bool heard = false;
  auto handle = dialer.dial(server.url(), std::chrono::seconds(10), [&](const auto&) { heard = true; });
  handle.reset();
  run_for(std::chrono::milliseconds(50));
  EXPECT_FALSE(heard);
}

}  // namespace
}  // namespace patchbay::upstream::testing
