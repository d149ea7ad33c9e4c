#include "fixture.hpp"
#include "server/error_shapes.hpp"
#include "server/policy.hpp"

namespace patchbay::server {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using namespace server::testing;

struct Access : ServerTest {
  void SetUp() override {
    engine.on_start = [](pipeline::Client& client) { answer_with(client, "{}"); };
  }
  std::string get(std::string_view path, std::string_view headers = {}) {
    return exchange("GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(headers) + "\r\n");
  }
};

class KeyHeader : public Access, public ::testing::WithParamInterface<const char*> {};

TEST_P(KeyHeader, OpensTheDoorWithTheRightKeyOnly) {
  settings.api_keys = {"sk-other", "sk-right"};
  start();
  EXPECT_THAT(exchange(post("{}", std::string(GetParam()) + "sk-right\r\n")), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(exchange(post("{}", std::string(GetParam()) + "sk-wrong\r\n")),
              AllOf(StartsWith("HTTP/1.1 401"), HasSubstr("WWW-Authenticate: Bearer\r\n"), HasSubstr("authentication_error"),
                    Not(HasSubstr("sk-"))));
}

INSTANTIATE_TEST_SUITE_P(Every, KeyHeader,
                         ::testing::Values("Authorization: Bearer ", "authorization: bearer ",
                                           "x-api-key: ", "api-key: ", "x-goog-api-key: "));

TEST_F(Access, WithoutAKeyIsRefusedExceptForHealth) {
  settings.api_keys = {"sk-right"};
  start();
  EXPECT_THAT(get("/v1/models"), StartsWith("HTTP/1.1 401"));
  EXPECT_THAT(get("/health"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(get("/ready"), StartsWith("HTTP/1.1 200"));
}

TEST_F(Access, WhatIsTheClientsOwnStaysHere) {
  settings.api_keys = {"sk-right"};
  start();
  exchange(post(
      "{}",
      "Authorization: Bearer sk-right\r\nCookie: a=b\r\nConnection: keep-alive\r\nTE: trailers\r\nX-Team: blue\r\nOpenAI-Beta: x\r\n"));
  const Headers& headers = engine.at(0).request.headers;
  for (const char* name : {"authorization", "cookie", "connection", "te", "host", "content-length"})
    EXPECT_FALSE(headers.contains(name)) << name;
  EXPECT_EQ(headers.find("x-team"), "blue");
  EXPECT_EQ(headers.find("openai-beta"), "x");
}

TEST_F(Access, RequestsCarryTheirEndpointsProtocolAndOperation) {
  start();
  exchange(post("{}"));
  exchange(post("{}", {}, "/v1/embeddings?x=1"));
  EXPECT_EQ(engine.at(0).request.operation, Operation::generate);
  EXPECT_EQ(engine.at(1).request.operation, Operation::embed);
  EXPECT_EQ(engine.at(1).request.protocol, "openai-chat");
}

TEST_F(Access, ARequestIdIsTheClientsIfItIsHarmless) {
  start();
  EXPECT_THAT(exchange(post("{}", "x-request-id: abc-1\r\n")), HasSubstr("\r\nx-request-id: abc-1\r\n"));
  EXPECT_EQ(engine.at(0).request.id, "abc-1");
  EXPECT_THAT(exchange(post("{}", "x-request-id: with space\r\n")), HasSubstr("\r\nx-request-id: req_"));
  EXPECT_THAT(exchange(post("{}", "x-request-id: " + std::string(129, 'a') + "\r\n")), HasSubstr("\r\nx-request-id: req_"));
}

TEST_F(Access, ModelsAreListedAndShown) {
  start();
  EXPECT_THAT(get("/v1/models"),
              HasSubstr(R"({"object":"list","data":[{"id":"m1","object":"model","created":0,"owned_by":"provider-fake"},)"));
  EXPECT_THAT(get("/v1/models/vendor/m2"), HasSubstr("\"id\":\"vendor/m2\""));
  EXPECT_THAT(get("/v1/models/vendor%2Fm2"), HasSubstr("\"id\":\"vendor/m2\""));
  EXPECT_THAT(get("/v1/models/none"), AllOf(StartsWith("HTTP/1.1 404"), HasSubstr("model_not_found")));
}

TEST_F(Access, ReadyAndHealthSayHowItIs) {
  engine.why_not_ready = "warming up";
  start();
  EXPECT_THAT(get("/ready"), AllOf(StartsWith("HTTP/1.1 503"), HasSubstr(R"({"ready":false,"reason":"warming up"})")));
  EXPECT_THAT(get("/health"), HasSubstr(R"({"status":"ok","routes":1})"));
}

TEST_F(Access, CorsIsOffByDefault) {
  start();
  EXPECT_THAT(get("/health", "Origin: https://app.test\r\n"), Not(HasSubstr("Access-Control")));
  EXPECT_THAT(exchange("OPTIONS /v1/models HTTP/1.1\r\nHost: x\r\nOrigin: https://app.test\r\n\r\n"), StartsWith("HTTP/1.1 405"));
}

TEST_F(Access, CorsLetsTheNamedOriginsIn) {
  settings.cors_origins = {"https://app.test"};
  start();
  EXPECT_THAT(get("/health", "Origin: https://app.test\r\n"),
              AllOf(HasSubstr("Access-Control-Allow-Origin: https://app.test\r\n"), HasSubstr("Vary: Origin\r\n")));
  EXPECT_THAT(get("/health", "Origin: https://evil.test\r\n"), Not(HasSubstr("Access-Control-Allow-Origin")));
  EXPECT_THAT(
      exchange(
          "OPTIONS /v1/chat/completions HTTP/1.1\r\nHost: x\r\nOrigin: https://app.test\r\nAccess-Control-Request-Headers: x-a\r\n\r\n"),
      AllOf(StartsWith("HTTP/1.1 204"), HasSubstr("Access-Control-Allow-Methods: GET, POST"),
            HasSubstr("Access-Control-Allow-Headers: x-a\r\n")));
}

TEST_F(Access, APolicyIsReplacedWhileConnectionsStay) {
  start();
  Socket socket(port());
  socket.send(post("{}"));
  EXPECT_THAT(socket.response(), StartsWith("HTTP/1.1 200"));
  config::ServerSettings next = settings;
  next.api_keys = {"sk-new"};
  server->apply(next);
  on_worker([] {});
  socket.send(post("{}"));
  EXPECT_THAT(socket.response(), StartsWith("HTTP/1.1 401"));
}

TEST_F(Access, AnAddressInUseIsNamedWithTheCure) {
  start();
  config::ServerSettings same = settings;
  same.listen = server->address();
  try {
    const Server second({&worker}, engine, hooks, *gatekeeper, same);
    FAIL() << "bound twice";
  } catch (const BindError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("cannot listen on " + same.listen), HasSubstr("another program has that port")));
  }
}

TEST(BindObjection, OnlyLoopbackMayBeBoundWithoutKeys) {
  config::ServerSettings settings;
  settings.listen = "127.0.0.1:1";
  EXPECT_THAT(bind_objection(settings), IsEmpty());
  settings.listen = "[::1]:1";
  EXPECT_THAT(bind_objection(settings), IsEmpty());
  settings.listen = "0.0.0.0:1";
  EXPECT_THAT(bind_objection(settings), HasSubstr("there are no keys"));
  settings.allow_unauthenticated = true;
  EXPECT_THAT(bind_objection(settings), IsEmpty());
  settings.allow_unauthenticated = false;
  settings.api_keys = {"k"};
  EXPECT_THAT(bind_objection(settings), IsEmpty());
}

TEST(ParseListen, TakesLiteralAddressesWithAPort) {
  EXPECT_EQ(parse_listen("localhost:80").host, "127.0.0.1");
  EXPECT_EQ(parse_listen("[::1]:8080").host, "::1");
  EXPECT_EQ(parse_listen("0.0.0.0:65535").port, 65535);
  for (const char* wrong : {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:x", "example.test:80"})
    EXPECT_THROW((void)parse_listen(wrong), std::invalid_argument) << wrong;
}

TEST(ErrorShapes, EachProtocolHasItsOwn) {
  const Error error{.kind = ErrorKind::rate_limited, .message = "slow", .code = "limit", .param = "model"};
  EXPECT_EQ(error_body(error, "openai-chat"), R"({"error":{"message":"slow","type":"rate_limit_error","param":"model","code":"limit"}})");
  EXPECT_EQ(error_body(error, "anthropic-messages"), R"({"type":"error","error":{"type":"rate_limit_error","message":"slow"}})");
  EXPECT_EQ(error_body(error, "gemini"), R"({"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED"}})");
}

TEST(ErrorShapes, TheProvidersOwnBytesReachAClientOfItsProtocol) {
  Error error{.kind = ErrorKind::upstream, .message = "x"};
  error.original = R"({ "error" : {} })";
  error.original_protocol = "openai-chat";
  EXPECT_EQ(error_body(error, "openai-chat"), R"({ "error" : {} })");
  EXPECT_THAT(error_body(error, "gemini"), HasSubstr("UNAVAILABLE"));
}

TEST(ErrorShapes, AStreamEndsInTheProtocolsOwnWay) {
  const Error error{.kind = ErrorKind::overloaded, .message = "busy"};
  EXPECT_THAT(error_events(error, "openai-chat"), ::testing::EndsWith("\n\ndata: [DONE]\n\n"));
  EXPECT_EQ(error_events(error, "anthropic-messages"),
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}\n\n");
  EXPECT_THAT(error_events(error, "openai-responses"), StartsWith("event: response.failed\ndata: {\"type\":\"response.failed\""));
  EXPECT_EQ(end_of_stream("openai-chat"), "data: [DONE]\n\n");
  EXPECT_EQ(end_of_stream("anthropic-messages"), "");
}

}  // namespace
}  // namespace patchbay::server
