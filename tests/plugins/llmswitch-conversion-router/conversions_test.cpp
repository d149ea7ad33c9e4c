#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "golden.hpp"
#include "order.hpp"
#include "streams.hpp"

/// The table: every fixture into every protocol, held against files that people have read.
namespace patchbay::conversion::testing {
namespace {

using Pair = std::tuple<std::string_view, std::string_view>;

class EveryPair : public ::testing::TestWithParam<Pair> {
 protected:
  std::string_view from = std::get<0>(GetParam());
  std::string_view to = std::get<1>(GetParam());
  const Codec& source = *find_codec(from);
  const Codec& target = *find_codec(to);
  std::string name = std::string(from) + ".to." + std::string(to);
};

ModelRequest request_of(const Codec& codec) {
  json::value body = fixture("requests/" + std::string(codec.protocol()) + ".json");
  patchbay::Request request;
  request.set_model("model-1");
  request.set_stream(true);
  return codec.decode_request(body, request);
}

TEST_P(EveryPair, Request) {
  ModelRequest request = request_of(source);
  const Settings settings;
  if (from != to) (void)lower_tools(request, target.takes_custom_tools(settings));
  name_calls(request.messages);
  Fidelity fidelity;
  const json::value body = target.encode_request(request, settings, fidelity);
  std::string text = pretty(body);
  for (const Loss& loss : fidelity.losses()) text += "lost: " + loss.what + " (" + loss.why + ")\n";
  expect_golden("requests/" + name + ".json", text);
}

TEST_P(EveryPair, Answer) {
  json::value body = fixture("answers/" + std::string(from) + ".json");
  const ModelRequest request = request_of(target);
  const AnswerContext context{"req-1", request, 123, 1'700'000'001};
  expect_golden("answers/" + name + ".json", pretty(target.encode_answer(source.decode_answer(body), context)));
}

TEST_P(EveryPair, Stream) {
  const ModelRequest request = request_of(target);
  const std::vector<WrittenEvent> events =
      convert_stream(source, target, lines_of(file_text("fixtures/streams/" + std::string(from) + ".txt")), request);
  EXPECT_EQ(order_fault(to, events), "");
  expect_golden("streams/" + name + ".txt", text_of_events(events));
}

TEST_P(EveryPair, StreamSaysWhatTheWholeAnswerSays) {
  const ModelRequest request = request_of(target);
  const std::vector<std::string> lines = lines_of(file_text("fixtures/streams/" + std::string(from) + ".txt"));
  Answer direct = aggregate(source, lines);
  const std::vector<WrittenEvent> events = convert_stream(source, target, lines, request);
  Answer back = aggregate(target, data_of(events));
  direct.origin = back.origin = target.protocol();
  EXPECT_EQ(words_of(direct), words_of(back));
}

INSTANTIATE_TEST_SUITE_P(Protocols, EveryPair, ::testing::Combine(::testing::ValuesIn(all_protocols), ::testing::ValuesIn(all_protocols)),
                         [](const auto& info) { return name_of(std::get<0>(info.param)) + "To" + name_of(std::get<1>(info.param)); });

class EveryProtocol : public ::testing::TestWithParam<std::string_view> {
 protected:
  const Codec& codec = *find_codec(GetParam());
};

TEST_P(EveryProtocol, RequestComesBackAsItWas) {
  const json::value original = fixture("requests/" + std::string(GetParam()) + ".json");
  ModelRequest request = request_of(codec);
  Fidelity fidelity;
  const json::value back = codec.encode_request(request, {}, fidelity);
  EXPECT_EQ(pretty(sorted(original)), pretty(sorted(back)));
  EXPECT_TRUE(fidelity.losses().empty()) << fidelity.losses().front().what;
}

INSTANTIATE_TEST_SUITE_P(Protocols, EveryProtocol, ::testing::ValuesIn(all_protocols),
                         [](const auto& info) { return name_of(info.param); });

}  // namespace
}  // namespace patchbay::conversion::testing
