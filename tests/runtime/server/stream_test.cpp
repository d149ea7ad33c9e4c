#include "fixture.hpp"

/// What a client sees of a stream, and what the engine sees of a client.
namespace patchbay::server {
namespace {

using std::chrono::milliseconds;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace server::testing;

struct Stream : ServerTest {
  void open(Socket& socket) {
    socket.send(post("{\"stream\":true}"));
    ASSERT_TRUE(engine.wait_for(1));
  }
};

TEST_F(Stream, EachEventIsThereBeforeTheNextIsMade) {
  start();
  Socket socket(port());
  open(socket);
  with_client([](auto& client) { client.event(event("{\"n\":1}")); });
  EXPECT_THAT(socket.read_until("data: {\"n\":1}\n\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("Content-Type: text/event-stream"), HasSubstr("Transfer-Encoding: chunked"),
                    EndsWith("\r\n\r\nf\r\ndata: {\"n\":1}\n\n\r\n")));
  with_client([](auto& client) { client.event(event("{\"n\":2}")); });
  EXPECT_EQ(socket.read_until("\n\n\r\n"), "f\r\ndata: {\"n\":2}\n\n\r\n");
}

TEST_F(Stream, EventsOfOneTurnGoInOneChunk) {
  start();
  Socket socket(port());
  open(socket);
  with_client([](auto& client) {
    client.event(event("1"));
    client.event(event("2"));
  });
  EXPECT_THAT(socket.read_until("data: 2\n\n\r\n"), EndsWith("\r\n12\r\ndata: 1\n\ndata: 2\n\n\r\n"));
}

TEST_F(Stream, EndsWithTheTerminatorOfTheProtocolAndTheLastChunk) {
  start();
  Socket socket(port());
  open(socket);
  with_client([](auto& client) {
    client.event(event("1"));
    client.end();
  });
  EXPECT_THAT(socket.read_until("0\r\n\r\n"), EndsWith("data: 1\n\ndata: [DONE]\n\n\r\n0\r\n\r\n"));
  engine.on_start = [](auto& client) { answer_with(client, "{}"); };
  socket.send(post("{}"));
  EXPECT_THAT(socket.response(), StartsWith("HTTP/1.1 200"));
}

TEST_F(Stream, NamesAndSeveralLinesAreFramedAsTheStandardSays) {
  start();
  Socket socket(port());
  open(socket);
  with_client([](auto& client) { client.event(event("{\n}", "message_start")); });
  EXPECT_THAT(socket.read_until("data: }\n\n"), EndsWith("event: message_start\ndata: {\ndata: }\n\n"));
}

TEST_F(Stream, ToAnHttp10ClientEndsWithTheConnection) {
  start();
  Socket socket(port());
  socket.send("POST /v1/chat/completions HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}");
  with_client([](auto& client) {
    client.event(event("1"));
    client.end();
  });
  EXPECT_THAT(socket.rest(), AllOf(HasSubstr("Connection: close"), EndsWith("\r\n\r\ndata: 1\n\ndata: [DONE]\n\n")));
}

TEST_F(Stream, AnErrorAfterItsBeginningIsAnEvent) {
  start();
  Socket socket(port());
  open(socket);
  with_client([](auto& client) {
    client.event(event("1"));
    client.error(Error{.kind = ErrorKind::upstream, .message = "cut off", .code = "truncated_stream"});
  });
  EXPECT_THAT(
      socket.read_until("0\r\n\r\n"),
      EndsWith("data: {\"error\":{\"message\":\"cut off\",\"type\":\"server_error\",\"param\":null,\"code\":\"truncated_stream\"}}\n\n"
               "data: [DONE]\n\n\r\n0\r\n\r\n"));
}

TEST_F(Stream, AnErrorBeforeItsBeginningIsAStatus) {
  start();
  Socket socket(port());
  open(socket);
  with_client([](auto& client) {
    Error error{.kind = ErrorKind::rate_limited, .message = "slow down"};
    error.retry_after = std::chrono::seconds(7);
    client.error(std::move(error));
  });
  EXPECT_THAT(socket.response(), AllOf(StartsWith("HTTP/1.1 429"), HasSubstr("Retry-After: 7\r\n"), HasSubstr("rate_limit_error")));
}

TEST_F(Stream, AClientThatHearsNothingForLongGetsAComment) {
  settings.sse_keep_alive = milliseconds(50);
  start();
  Socket socket(port());
  open(socket);
  with_client([](auto& client) { client.event(event("1")); });
  EXPECT_THAT(socket.read_until(": keep-alive\n\n"), EndsWith(": keep-alive\n\n"));
}

TEST_F(Stream, SignsOfLifeOfTheProviderArePassedOn) {
  start();
  Socket socket(port());
  open(socket);
  with_client([](auto& client) {
    client.event(event("1"));
    client.keep_alive();
  });
  EXPECT_THAT(socket.read_until(": keep-alive\n\n"), EndsWith("data: 1\n\n: keep-alive\n\n"));
}

TEST_F(Stream, HeadersOfTheProviderReachTheClient) {
  start();
  Socket socket(port());
  open(socket);
  with_client([](auto& client) {
    client.provider_headers({{"x-ratelimit-remaining", "3"}});
    client.end();
  });
  EXPECT_THAT(socket.read_until("\r\n\r\n"), HasSubstr("x-ratelimit-remaining: 3\r\n"));
}

TEST_F(Stream, AClientThatLeavesCancelsTheConnection) {
  start();
  Socket socket(port());
  open(socket);
  with_client([](auto& client) { client.event(event("1")); });
  socket.read_until("data: 1");
  socket.close();
  EXPECT_TRUE(engine.wait_until(0, [](const Exchange& exchange) { return exchange.destroyed; }));
}

TEST_F(Stream, AClientThatLeavesBeforeItsAnswerCancelsTheConnection) {
  start();
  Socket socket(port());
  open(socket);
  socket.close();
  EXPECT_TRUE(engine.wait_until(0, [](const Exchange& exchange) { return exchange.destroyed; }));
  EXPECT_EQ(server->counters().abandoned, 1u);
}

TEST_F(Stream, ASlowReaderHoldsTheEngineUpAndLetsItGoOnLater) {
  start();
  Socket socket(port(), 4096);
  open(socket);
  std::size_t unsent = 0;
  int before = 0;
  with_client([&](auto& client) {
    before = engine.at(0).resumed;
    for (int i = 0; i < 20'000 && client.unsent() < pipeline::high_water; ++i) client.event(event(std::string(1000, 'x')));
    unsent = client.unsent();
  });
  EXPECT_GE(unsent, pipeline::high_water);
  std::thread reader([&] { socket.read_until("data: [DONE]"); });
  EXPECT_TRUE(engine.wait_until(0, [before](const Exchange& exchange) { return exchange.resumed > before; }));
  with_client([](auto& client) { client.end(); });
  reader.join();
}

TEST_F(Stream, AClientThatTakesNothingIsDropped) {
  settings.write_timeout = milliseconds(100);
  start();
  Socket socket(port(), 4096);
  open(socket);
  with_client([](auto& client) { client.event(event(std::string(16u << 20, 'x'))); });
  EXPECT_TRUE(engine.wait_until(0, [](const Exchange& exchange) { return exchange.destroyed; }));
}

struct Stop : Stream {
  /// Stops the server in the background; `stopped` says when it is done.
  void stop_server() {
    server->stop([this] { stopped = true; });
  }
  bool wait_until_stopped() {
    for (int i = 0; i < 1000 && !stopped; ++i) std::this_thread::sleep_for(milliseconds(10));
    return stopped;
  }
  std::atomic<bool> stopped = false;
};

TEST_F(Stop, IdleConnectionsAreClosedAtOnce) {
  start();
  Socket socket(port());
  socket.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  socket.response();
  stop_server();
  EXPECT_TRUE(socket.closed());
  EXPECT_TRUE(wait_until_stopped());
}

TEST_F(Stop, AStreamInFlightIsFinishedFirst) {
  start();
  Socket socket(port());
  open(socket);
  with_client([](auto& client) { client.event(event("1")); });
  stop_server();
  with_client([](auto& client) {
    client.event(event("2"));
    client.end();
  });
  EXPECT_THAT(socket.rest(), EndsWith("data: 2\n\ndata: [DONE]\n\n\r\n0\r\n\r\n"));
  EXPECT_TRUE(wait_until_stopped());
}

TEST_F(Stop, IsBounded) {
  settings.shutdown_timeout = milliseconds(100);
  start();
  Socket socket(port());
  open(socket);
  stop_server();
  EXPECT_TRUE(wait_until_stopped());
  EXPECT_TRUE(engine.wait_until(0, [](const Exchange& exchange) { return exchange.destroyed; }));
}

TEST_F(Stop, NoNewConnectionIsTaken) {
  start();
  const std::uint16_t closed_port = port();
  stop_server();
  EXPECT_TRUE(wait_until_stopped());
  boost::asio::io_context other;
  boost::asio::ip::tcp::socket late(other);
  boost::system::error_code error;
  late.connect({boost::asio::ip::address_v4::loopback(), closed_port}, error);
  EXPECT_EQ(error, boost::asio::error::connection_refused);
}

}  // namespace
}  // namespace patchbay::server
