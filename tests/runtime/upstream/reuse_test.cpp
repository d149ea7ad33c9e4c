// Kept-alive connections: when one is used again, when not, and what happens if the origin closed it meanwhile.
#include "client_fixture.hpp"

namespace patchbay::upstream::testing {
namespace {

using std::chrono::milliseconds;

class ReuseTest : public ClientTest {
 protected:
  /// Answers every request of every connection.
  static void answer_all(Peer& peer, int number) {
    while (!peer.read_request().empty()) peer.send(reply_with(std::to_string(number)));
  }
};

TEST_F(ReuseTest, CallsInARowShareAConnection) {
  ScriptedServer server(answer_all);

  for (int i = 0; i < 5; ++i) EXPECT_EQ(fetch(post(server.url(), "x")).body, "0");

  EXPECT_EQ(server.connections(), 1);
}

TEST_F(ReuseTest, TheConnectionIsFreeWhenCompletionIsReported) {
  ScriptedServer server(answer_all);
  Recorder first, second;
  std::unique_ptr<Call> first_call, second_call;
  first.on_complete = [&] { second_call = start(get(server.url()), second); };

  first_call = start(get(server.url()), first);

  ASSERT_TRUE(run_until([&] { return second.over(); }));
  EXPECT_EQ(second.body, "0");
}

TEST_F(ReuseTest, CallsAtTheSameTimeHaveConnectionsOfTheirOwn) {
  ScriptedServer server(answer_all);
  Recorder first, second;

  const auto first_call = start(get(server.url()), first);
  const auto second_call = start(get(server.url()), second);

  ASSERT_TRUE(run_until([&] { return first.over() && second.over(); }));
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(ReuseTest, NoMoreIdleConnectionsAreKeptThanAllowed) {
  settings.max_idle_per_origin = 1;
  std::atomic<int> closed = 0;
  ScriptedServer server([&](Peer& peer, int number) {
    answer_all(peer, number);
    ++closed;
  });
  Recorder first, second;

  const auto first_call = start(get(server.url()), first);
  const auto second_call = start(get(server.url()), second);

  ASSERT_TRUE(run_until([&] { return first.over() && second.over(); }));
  EXPECT_TRUE(run_until([&] { return closed == 1; }));
}

TEST_F(ReuseTest, OriginsThatDifferInPortDoNotShare) {
  ScriptedServer one(answer_all);
  ScriptedServer other(answer_all);

  fetch(get(one.url()));
  fetch(get(other.url()));

  EXPECT_EQ(other.connections(), 1);
}

TEST_F(ReuseTest, TheSpellingOfAHostDoesNotMatter) {
  ScriptedServer server(answer_all);
  const std::string port = std::to_string(server.port());

  fetch(get("http://localhost:" + port + "/"));
  fetch(get("HTTP://LOCALHOST:" + port + "/"));

  EXPECT_EQ(server.connections(), 1);
}

TEST_F(ReuseTest, AConnectionThatTheServerEndsIsNotKept) {
  ScriptedServer server([](Peer& peer, int) {
    peer.read_request();
    peer.send(reply_with("ok", "Connection: close\r\n"));
    peer.sees_close();
  });

  fetch(get(server.url()));
  fetch(get(server.url()));

  EXPECT_EQ(server.connections(), 2);
}

TEST_F(ReuseTest, AConnectionWithBytesBeyondTheReplyIsNotKept) {
  ScriptedServer server([](Peer& peer, int number) {
    peer.read_request();
    peer.send(reply_with(std::to_string(number)) + reply_with("smuggled"));
    peer.sees_close();
  });

  fetch(get(server.url()));

  EXPECT_EQ(fetch(get(server.url())).body, "1");
}

TEST_F(ReuseTest, BytesThatComeUnaskedEndAnIdleConnection) {
  std::atomic<bool> sent = false;
  ScriptedServer server([&](Peer& peer, int number) {
    peer.read_request();
    peer.send(reply_with(std::to_string(number)));
    if (number == 0) {
      std::this_thread::sleep_for(milliseconds(20));
      peer.send(reply_with("poison"));
      sent = peer.sees_close();
    }
  });
  fetch(get(server.url()));
  ASSERT_TRUE(run_until([&] { return sent.load(); }));

  EXPECT_EQ(fetch(get(server.url())).body, "1");
}

TEST_F(ReuseTest, AnIdleConnectionThatTheOriginClosesIsReplaced) {
  ScriptedServer server([](Peer& peer, int number) {
    peer.read_request();
    peer.send(reply_with(std::to_string(number)));
    if (number == 1) peer.sees_close();
  });
  fetch(get(server.url()));
  run_for(milliseconds(50));

  EXPECT_EQ(fetch(post(server.url(), "x")).body, "1");
}

TEST_F(ReuseTest, ARequestThatRacesWithTheOriginsCloseIsRepeatedUnnoticed) {
  ScriptedServer server([](Peer& peer, int number) {
    const std::string request = peer.read_request();
    peer.send(reply_with(std::to_string(number) + request.back()));
    if (number == 0) {
      peer.read_request();  // takes the second request, and goes without a word
      peer.reset();
    }
  });
  fetch(post(server.url(), "a"));

  const Recorder second = fetch(post(server.url(), "b"));

  EXPECT_EQ(second.body, "1b") << second.message();
}

TEST_F(ReuseTest, ARequestIsRepeatedOnlyOnce) {
  ScriptedServer server([](Peer& peer, int number) {
    peer.read_request();
    if (number > 0) return;
    peer.send(reply_with("ok"));
    peer.read_request();
  });
  fetch(post(server.url(), "a"));

  const Recorder second = fetch(post(server.url(), "b"));

  ASSERT_TRUE(second.failure);
  EXPECT_EQ(second.failure->kind, FailureKind::reset);
  EXPECT_FALSE(second.failure->replay_safe);
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(ReuseTest, ARequestIsNotRepeatedOnceAReplyHasBegun) {
  ScriptedServer server([](Peer& peer, int) {
    peer.read_request();
    peer.send(reply_with("ok"));
    peer.read_request();
    peer.send("HTTP/1.1 2");
  });
  fetch(post(server.url(), "a"));

  const Recorder second = fetch(post(server.url(), "b"));

  ASSERT_TRUE(second.failure);
  EXPECT_EQ(second.failure->kind, FailureKind::reset);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(ReuseTest, AnIdleConnectionIsClosedWhenItsTimeIsUp) {
  settings.keep_alive = milliseconds(60);
  std::atomic<bool> closed = false;
  ScriptedServer server([&](Peer& peer, int number) {
    answer_all(peer, number);
    closed = true;
  });
  fetch(get(server.url()));

  EXPECT_TRUE(run_until([&] { return closed.load(); }));
}

TEST_F(ReuseTest, CloseIdleClosesWhatNobodyUses) {
  std::atomic<bool> closed = false;
  ScriptedServer server([&](Peer& peer, int number) {
    answer_all(peer, number);
    closed = true;
  });
  fetch(get(server.url()));

  client().close_idle();

  EXPECT_TRUE(run_until([&] { return closed.load(); }));
}

}  // namespace
}  // namespace patchbay::upstream::testing
