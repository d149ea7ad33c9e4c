#include "modes/scripted_upstream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

namespace patchbay::modes {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Observer final : upstream::CallObserver {
  void head(int given, Headers&& lines) override {
    status = given;
    headers = std::move(lines);
  }
  void data(std::string_view bytes) override {
    body.append(bytes);
    ++pieces;
    if (call != nullptr && drop_at_data) call.reset();
    if (call != nullptr && pause_at_data) call->pause();
  }
  void complete() override { ended = true; }
  void failed(upstream::Failure&& given) override { failure = given.message; }

  int status = 0;
  int pieces = 0;
  Headers headers;
  std::string body;
  std::string failure;
  bool ended = false;
  bool drop_at_data = false;
  bool pause_at_data = false;
  std::unique_ptr<upstream::Call> call;
};

struct Scripted : ::testing::Test {
  void call(std::string url, std::string body = "{}") {
    HttpCall call;
    call.url = std::move(url);
    call.body = std::move(body);
    observer.call = upstream.start(std::move(call), {}, observer);
    EXPECT_EQ(observer.status, 0) << "nothing comes from within start";
    io.poll();
  }

  boost::asio::io_context io;
  ScriptedUpstream upstream{io};
  Observer observer;
};

TEST_F(Scripted, ACallIsAnsweredInItsOwnProtocol) {
  upstream.script({}, "text", false);
  call("https://api.test/v1/messages");
  EXPECT_EQ(observer.status, 200);
  EXPECT_THAT(observer.body, HasSubstr(R"("type":"message")"));
  EXPECT_TRUE(observer.ended);
}

TEST_F(Scripted, ACallForAStreamGetsOne) {
  upstream.script({}, "text", false);
  call("https://api.test/v1/chat/completions", R"({"stream":true})");
  EXPECT_EQ(observer.headers.find("content-type"), "text/event-stream");
  EXPECT_THAT(observer.body, EndsWith("data: [DONE]\n\n"));
}

TEST_F(Scripted, GeminiSaysItInThePath) {
  upstream.script({}, "text", false);
  call("https://api.test/v1beta/models/g:streamGenerateContent");
  EXPECT_THAT(observer.body, StartsWith("[{"));
}

TEST_F(Scripted, OllamaStreamsLinesUnlessItIsToldNotTo) {
  upstream.script({}, "text", false);
  call("http://localhost/api/chat");
  EXPECT_EQ(observer.headers.find("content-type"), "application/x-ndjson");
}

TEST_F(Scripted, ARefusalIsInTheWordsOfItsProtocol) {
  upstream.script({}, "text", true);
  call("https://api.test/v1/messages");
  EXPECT_EQ(observer.status, 400);
  EXPECT_THAT(observer.body, HasSubstr(R"({"type":"error")"));
}

TEST_F(Scripted, WhereNothingTellsTheProtocolItIsTheOneThatWasNamed) {
  upstream.script("gemini", "text", false);
  call("https://api.test/own/path");
  EXPECT_THAT(observer.body, HasSubstr("candidates"));
}

TEST_F(Scripted, AProtocolWithoutSamplesFailsTheCallAndIsNamed) {
  upstream.script("some-protocol", "text", false);
  call("https://api.test/own/path");
  EXPECT_THAT(observer.failure, HasSubstr("some-protocol"));
  EXPECT_EQ(upstream.unknown_protocol(), "some-protocol");
}

struct Played : ::testing::Test {
  boost::asio::io_context io;
  Observer observer;
};

TEST_F(Played, MayBeDroppedFromWithinItsObserver) {
  observer.drop_at_data = true;
  observer.call = play_reply(io, {200, {}, std::string(100'000, 'x')}, observer);
  io.poll();
  EXPECT_EQ(observer.pieces, 1);
  EXPECT_FALSE(observer.ended);
}

TEST_F(Played, WaitsWhileItIsPaused) {
  observer.pause_at_data = true;
  observer.call = play_reply(io, {200, {}, std::string(40'000, 'x')}, observer);
  io.poll();
  EXPECT_EQ(observer.pieces, 1);
  observer.call->resume();
  io.restart();
  io.poll();
  EXPECT_EQ(observer.pieces, 2);
}

}  // namespace
}  // namespace patchbay::modes
