#include "fixture.hpp"

/// What RFC 9110 and RFC 9112 ask of a server, and what keeps two readers of one stream of bytes from seeing different requests.
namespace patchbay::server {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace server::testing;

struct Http : ServerTest {
  void SetUp() override {
    engine.on_start = [](pipeline::Client& client) { answer_with(client, R"({"ok":1})"); };
  }
};

TEST_F(Http, AnswersOneRequestAfterTheOtherOnAConnection) {
  start();
  Socket socket(port());
  for (int i = 0; i < 3; ++i) {
    socket.send(post("{}"));
    EXPECT_THAT(socket.response(),
                AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("\r\n\r\n{\"ok\":1}"), Not(HasSubstr("Connection:"))));
  }
  EXPECT_EQ(server->counters().accepted, 1u);
}

TEST_F(Http, AnswersPipelinedRequestsInOrder) {
  int count = 0;
  engine.on_start = [&count](pipeline::Client& client) { answer_with(client, "{\"n\":" + std::to_string(++count) + "}"); };
  start();
  Socket socket(port());
  socket.send(post("{}") + post("{}") + post("{}"));
  EXPECT_THAT(socket.response(), HasSubstr("{\"n\":1}"));
  EXPECT_THAT(socket.response(), HasSubstr("{\"n\":2}"));
  EXPECT_THAT(socket.response(), HasSubstr("{\"n\":3}"));
}

TEST_F(Http, AnHttp10ConnectionEndsWithItsAnswerUnlessAskedToStay) {
  start();
  Socket plain(port());
  plain.send("POST /v1/chat/completions HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_THAT(plain.response(), AllOf(StartsWith("HTTP/1.0 200"), HasSubstr("Connection: close")));
  EXPECT_TRUE(plain.closed());

  Socket kept(port());
  kept.send("POST /v1/chat/completions HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_THAT(kept.response(), HasSubstr("Connection: keep-alive"));
  kept.send("GET /health HTTP/1.0\r\n\r\n");
  EXPECT_THAT(kept.response(), StartsWith("HTTP/1.0 200"));
}

TEST_F(Http, ConnectionCloseIsHonoured) {
  start();
  Socket socket(port());
  socket.send(post("{}", "Connection: close\r\n"));
  EXPECT_THAT(socket.response(), HasSubstr("Connection: close"));
  EXPECT_TRUE(socket.closed());
}

TEST_F(Http, Expect100ContinueIsAnsweredBeforeTheBody) {
  start();
  Socket socket(port());
  socket.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(socket.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.send("{}");
  EXPECT_THAT(socket.response(), StartsWith("HTTP/1.1 200"));
}

TEST_F(Http, AnotherExpectationIsRefused) {
  start();
  EXPECT_THAT(exchange(post("{}", "Expect: miracles\r\n")), StartsWith("HTTP/1.1 417"));
}

TEST_F(Http, ChunkedBodiesArriveWhole) {
  start();
  Socket socket(port());
  socket.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n");
  socket.send("4;ext=1\r\n\":1}\r\n0\r\nTrailer: x\r\n\r\n");
  EXPECT_THAT(socket.response(), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(engine.at(0).request.body.text(), "{\"a\":1}");
}

TEST_F(Http, ABodyThatComesByteByByteArrivesWhole) {
  start();
  Socket socket(port());
  for (const char c : post("{\"text\":\"slowly\"}")) socket.send(std::string_view(&c, 1));
  EXPECT_THAT(socket.response(), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(engine.at(0).request.body.text(), "{\"text\":\"slowly\"}");
}

TEST_F(Http, ALargeBodyArrivesWhole) {
  start();
  const std::string body = "{\"text\":\"" + std::string(30u << 20, 'x') + "\"}";
  EXPECT_THAT(exchange(post(body)), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(engine.at(0).request.body.text(), body);
}

TEST_F(Http, HeadAnswersWithoutABody) {
  start();
  Socket socket(port());
  socket.send("HEAD /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string response = socket.rest();
  EXPECT_THAT(response, AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("Content-Length: 26\r\n"), ::testing::EndsWith("\r\n\r\n")));
}

TEST_F(Http, AnUnknownPathListsTheEndpointsAndAWrongMethodTheRightOnes) {
  start();
  EXPECT_THAT(exchange("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 404"), HasSubstr("POST /v1/chat/completions")));
  EXPECT_THAT(exchange("DELETE /v1/models HTTP/1.1\r\nHost: x\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 405"), HasSubstr("Allow: GET, HEAD\r\n")));
}

struct Malformed {
  const char* name;
  std::string request;
  const char* status;
};

class Refused : public Http, public ::testing::WithParamInterface<Malformed> {};

TEST_P(Refused, WithItsStatusAndTheEndOfTheConnection) {
  start();
  Socket socket(port());
  socket.send(GetParam().request);
  const std::string response = socket.rest();
  EXPECT_THAT(response, StartsWith(std::string("HTTP/1.1 ") + GetParam().status));
  EXPECT_THAT(response, AllOf(HasSubstr("Connection: close"), HasSubstr("\"error\"")));
  EXPECT_EQ(response.find("HTTP/1.1", 1), std::string::npos) << "a second request was read out of the first";
}

const std::string start_line = "POST /v1/chat/completions HTTP/1.1\r\n";
const std::string host = "Host: x\r\n";
const std::string hidden = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";

INSTANTIATE_TEST_SUITE_P(
    Requests, Refused,
    ::testing::Values(
        Malformed{"LengthAndTransferEncoding",
                  start_line + host + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden, "400"},
        Malformed{"TwoLengths", start_line + host + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}" + hidden, "400"},
        Malformed{"LengthThatIsNoNumber", start_line + host + "Content-Length: 2x\r\n\r\n{}" + hidden, "400"},
        Malformed{"FoldedHeader", start_line + host + "X-A: 1\r\n 2\r\nContent-Length: 2\r\n\r\n{}" + hidden, "400"},
        Malformed{"BareLineFeed", start_line + host + "X-A: 1\nContent-Length: 2\r\n\r\n{}" + hidden, "400"},
        Malformed{"BadChunkSize", start_line + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n" + hidden, "400"},
        Malformed{"UnknownTransferEncoding", start_line + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + hidden, "501"},
        Malformed{"SpaceBeforeColon", start_line + host + "Content-Length : 2\r\n\r\n{}" + hidden, "400"},
        Malformed{"NoHost", start_line + "Content-Length: 2\r\n\r\n{}" + hidden, "400"},
        Malformed{"TwoHosts", start_line + host + host + "Content-Length: 2\r\n\r\n{}" + hidden, "400"},
        Malformed{"NoRequestLine", "\x16\x03\x01 hello\r\n\r\n", "400"}),
    [](const auto& info) { return info.param.name; });

struct Limits : Http {};

TEST_F(Limits, ABodyBeyondTheLimitIsRefusedByItsLength) {
  settings.max_body_bytes = 100;
  start();
  EXPECT_THAT(exchange(post(std::string(101, ' '))), StartsWith("HTTP/1.1 413"));
}

TEST_F(Limits, AChunkedBodyBeyondTheLimitIsRefused) {
  settings.max_body_bytes = 100;
  start();
  Socket socket(port());
  socket.send(start_line + host + "Transfer-Encoding: chunked\r\n\r\n80\r\n" + std::string(128, ' '));
  EXPECT_THAT(socket.response(), StartsWith("HTTP/1.1 413"));
}

TEST_F(Limits, HeadersBeyondTheLimitAreRefused) {
  settings.max_header_bytes = 8192;
  start();
  Socket socket(port());
  socket.send(start_line + "X-A: " + std::string(9000, 'a'));
  EXPECT_THAT(socket.response(), StartsWith("HTTP/1.1 431"));
}

TEST_F(Limits, HeadersThatDoNotComeInTimeAreA408) {
  settings.header_timeout = milliseconds(100);
  start();
  Socket socket(port());
  socket.send(start_line);
  EXPECT_THAT(socket.response(), StartsWith("HTTP/1.1 408"));
  EXPECT_TRUE(socket.closed());
}

TEST_F(Limits, ABodyThatDoesNotComeInTimeIsA408) {
  settings.body_timeout = milliseconds(100);
  start();
  Socket socket(port());
  socket.send(start_line + host + "Content-Length: 2\r\n\r\n{");
  EXPECT_THAT(socket.response(), StartsWith("HTTP/1.1 408"));
}

TEST_F(Limits, AnIdleConnectionIsClosedInSilence) {
  settings.keep_alive_timeout = milliseconds(100);
  start();
  Socket socket(port());
  socket.send(post("{}"));
  socket.response();
  EXPECT_EQ(socket.rest(), "");
  EXPECT_TRUE(socket.closed());
}

TEST_F(Limits, OneConnectionTooManyIsA503) {
  settings.max_connections = 1;
  start();
  Socket first(port());
  first.send(post("{}"));
  first.response();
  Socket second(port());
  const std::string refusal = second.rest();
  EXPECT_THAT(refusal, StartsWith("HTTP/1.1 503"));
  const std::size_t body = refusal.find("\r\n\r\n") + 4;
  EXPECT_THAT(refusal, ::testing::HasSubstr("Content-Length: " + std::to_string(refusal.size() - body) + "\r\n"));
  EXPECT_EQ(server->counters().turned_away, 1u);
}

}  // namespace
}  // namespace patchbay::server
