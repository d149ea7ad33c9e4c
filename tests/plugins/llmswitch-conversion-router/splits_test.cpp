#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "golden.hpp"
#include "streams.hpp"
#include "upstream/framing/frame_decoder.hpp"

/// Streams as bytes: however the network cuts them, the client gets the same events; and what it puts together of them is what it would
/// have got without a stream.
namespace patchbay::conversion::testing {

namespace json = boost::json;

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_event = 64u << 20;

class Frames final : public upstream::FrameSink {
 public:
  void event(std::string_view, std::string_view data) override {
    if (data != "[DONE]") events.emplace_back(data);
  }
  void comment() override {}
  std::vector<std::string> events;
};

/// The body that carries the events, as each provider sends it.
std::string body_of(std::string_view protocol, const std::vector<std::string>& events) {
  std::string body;
  for (const std::string& event : events) {
    if (protocol == "ollama-chat") {
      body += event + "\n";
      continue;
    }
    const json::value value = json::parse(event);
    if (const json::value* const type = value.if_object() != nullptr ? value.get_object().if_contains("type") : nullptr)
      body.append("event: ").append(type->as_string()).append("\n");
    body += "data: " + event + "\n\n";
  }
  return protocol == "openai-chat" ? body + "data: [DONE]\n\n" : body;
}

/// The events of a body that comes in pieces: one up to `cut`, then pieces of `step`.
std::vector<std::string> framed(std::string_view protocol, std::string_view body, std::size_t cut, std::size_t step) {
  Frames frames;
  const auto decoder = upstream::make_frame_decoder(protocol == "ollama-chat" ? Framing::ndjson : Framing::sse, largest_event);
  upstream::FrameStatus status = decoder->feed(body.substr(0, cut), frames);
  for (std::size_t at = cut; at < body.size() && status == upstream::FrameStatus::ok; at += step)
    status = decoder->feed(body.substr(at, step), frames);
  EXPECT_EQ(status, upstream::FrameStatus::ok);
  EXPECT_EQ(decoder->finish(frames), upstream::FrameStatus::ok);
  return std::move(frames.events);
}

std::string converted(std::string_view from, std::string_view to, const std::vector<std::string>& events) {
  ModelRequest request;
  request.model = "m";
  request.include_usage = true;
  return text_of_events(convert_stream(*find_codec(from), *find_codec(to), events, request));
}

std::vector<std::string> hand_made(std::string_view protocol) {
  return lines_of(file_text("fixtures/streams/" + std::string(protocol) + ".txt"));
}

class EveryStream : public ::testing::TestWithParam<std::string_view> {};

/// Conversion sees whole events only, so a cut that gives the same events gives the same answer: it is converted where they differ in
/// nothing but the cuts, at every byte at once.
TEST_P(EveryStream, IsTheSameHoweverItIsCutInTwo) {
  const std::vector<std::string> events = hand_made(GetParam());
  const std::string body = body_of(GetParam(), events);
  for (std::size_t cut = 0; cut <= body.size(); ++cut)
    ASSERT_EQ(framed(GetParam(), body, cut, body.size() + 1), events) << "cut at " << cut;
}

TEST_P(EveryStream, IsTheSameForEveryClientByteByByte) {
  const std::vector<std::string> events = hand_made(GetParam());
  const std::vector<std::string> bytes = framed(GetParam(), body_of(GetParam(), events), 0, 1);
  for (const std::string_view client : all_protocols)
    EXPECT_EQ(converted(GetParam(), client, bytes), converted(GetParam(), client, events));
}

fs::path recordings() {
  const char* const folder = std::getenv("PATCHBAY_FIXTURES");
  return fs::path(folder != nullptr ? folder : PATCHBAY_FIXTURES) / "streams";
}

TEST_P(EveryStream, AsRecordedIsTheSameInPieces) {
  const fs::path folder = recordings() / GetParam();
  if (!fs::exists(folder)) GTEST_SKIP() << "no recordings at " << folder << "; PATCHBAY_FIXTURES says where they are";
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.path().string().ends_with(".chunks.txt")) continue;
    SCOPED_TRACE(entry.path().filename().string());
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    const std::vector<std::string> events = lines_of(text.str());
    const std::string body = body_of(GetParam(), events);
    for (const std::size_t step : {1, 2, 3, 5, 7, 13, 64, 1'000})
      ASSERT_EQ(framed(GetParam(), body, 0, step), events) << "pieces of " << step;
  }
}

INSTANTIATE_TEST_SUITE_P(Protocols, EveryStream, ::testing::ValuesIn(all_protocols), [](const auto& info) { return name_of(info.param); });

void without_empty(json::object& object, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys)
    if (const json::value* const value = object.if_contains(key);
        value != nullptr && (value->is_null() || (value->is_string() && value->get_string().empty())))
      object.erase(key);
}

/// An answer without the freedoms that its protocol leaves between the two ways: indices of calls that only streams have, fields that say
/// nothing, and the spelling of white space in arguments.
std::string comparable(std::string_view from, std::string_view to, json::value answer) {
  json::object& object = answer.as_object();
  // Gemini names its sources behind the calls, when these two cannot say any more what they belong to; that is reported.
  if (from == "gemini" && to == "anthropic-messages")
    for (json::value& block : object["content"].as_array()) block.as_object().erase("citations");
  if (from == "gemini" && to == "openai-responses")
    for (json::value& item : object["output"].as_array())
      if (json::value* const content = item.as_object().if_contains("content"))
        for (json::value& part : content->as_array()) part.as_object().erase("annotations");
  if (to == "openai-chat") {
    for (json::value& choice : object["choices"].as_array()) {
      json::object& message = choice.at("message").as_object();
      without_empty(message, {"content", "refusal"});
      if (json::value* const calls = message.if_contains("tool_calls"))
        for (json::value& call : calls->as_array()) call.as_object().erase("index");
    }
  }
  return pretty(sorted(answer));
}

using Pair = std::tuple<std::string_view, std::string_view>;

/// Where both sides speak the same, nothing is converted.
std::vector<Pair> pairs() {
  std::vector<Pair> pairs;
  for (const std::string_view from : all_protocols)
    for (const std::string_view to : all_protocols)
      if (from != to) pairs.emplace_back(from, to);
  return pairs;
}

class PutTogether : public ::testing::TestWithParam<Pair> {};

TEST_P(PutTogether, AStreamIsTheAnswerWithoutAStream) {
  const auto [from, to] = GetParam();
  const std::vector<std::string> events = hand_made(from);
  ModelRequest request;
  request.model = "m";
  request.include_usage = true;
  const AnswerContext context{"req-1", request, 123, 1'700'000'001};
  json::value whole = find_codec(to)->encode_answer(aggregate(*find_codec(from), events), context);
  json::value streamed = collected(to, convert_stream(*find_codec(from), *find_codec(to), events, request));
  EXPECT_EQ(comparable(from, to, std::move(whole)), comparable(from, to, std::move(streamed)));
}

INSTANTIATE_TEST_SUITE_P(Protocols, PutTogether, ::testing::ValuesIn(pairs()),
                         [](const auto& info) { return name_of(std::get<0>(info.param)) + "To" + name_of(std::get<1>(info.param)); });

}  // namespace
}  // namespace patchbay::conversion::testing
