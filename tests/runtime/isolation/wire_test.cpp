#include "isolation/wire.hpp"

#include <gmock/gmock.h>

#include <random>

#include "isolation/codec.hpp"
#include "isolation/frames.hpp"

namespace patchbay::isolation {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

/// A frame's body as `fill` writes it.
template <class Fill>
std::string body_of(Fill&& fill) {
  std::string bytes;
  {
    FrameWriter writer(bytes, FrameKind::data, 0);
    fill(writer);
  }
  return bytes.substr(4 + 2);
}

template <class T>
std::string body_with(const T& value) {
  return body_of([&](FrameWriter& out) { put(out, value); });
}

std::vector<std::pair<std::string, std::string>> lines(const Headers& headers) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const Header& line : headers) all.emplace_back(line.name, line.value);
  return all;
}

Error an_error() {
  return {.kind = ErrorKind::rate_limited,
          .status = 429,
          .message = "too much",
          .code = "c",
          .param = "p",
          .retry_after = std::chrono::seconds(7),
          .source = "s",
          .original = "{}",
          .original_protocol = "gemini",
          .ending = {{"e", "d"}, {"", "x"}}};
}

LocalAnswer an_answer() {
  LocalAnswer answer;
  answer.status = 201;
  answer.headers = {{"A", "b"}};
  answer.head_after = std::chrono::milliseconds(9);
  answer.pieces = {{std::chrono::milliseconds(1), "one"}, {std::chrono::milliseconds(0), std::string("\0two", 4)}};
  answer.ending = LocalAnswer::Ending::reset;
  return answer;
}

TEST(Numbers, OfEverySizeComeBack) {
  for (const std::uint64_t number : {0ull, 1ull, 127ull, 128ull, 300ull, 1ull << 32, ~0ull >> 1, ~0ull}) {
    const std::string body = body_of([&](FrameWriter& out) { out.number(number); });
    FrameReader reader(body);
    EXPECT_EQ(reader.number(), number);
    reader.finish();
  }
}

TEST(Numbers, OfMoreThan64BitsAreMalformed) {
  EXPECT_THROW((void)FrameReader("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02").number(), MalformedFrame);
  EXPECT_THROW((void)FrameReader("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff").number(), MalformedFrame);
}

TEST(Texts, LongerThanTheirFrameAreMalformed) {
  const std::string body = body_of([](FrameWriter& out) { out.number(~0ull); });
  EXPECT_THROW((void)FrameReader(body).text(), MalformedFrame);
}

TEST(Lists, LongerThanTheirFrameAreMalformed) {
  const std::string body = body_of([](FrameWriter& out) { out.number(1'000); });
  EXPECT_THROW((void)FrameReader(body).count(), MalformedFrame);
}

TEST(Flags, AreZeroOrOne) { EXPECT_THROW((void)FrameReader("\x02").flag(), MalformedFrame); }

TEST(Choices, BeyondTheLastAreMalformed) {
  EXPECT_EQ(FrameReader("\x02").choice(Operation::count_tokens), Operation::count_tokens);
  EXPECT_THROW((void)FrameReader("\x03").choice(Operation::count_tokens), MalformedFrame);
}

TEST(Frames, WithMoreThanTheirContentsAreMalformed) { EXPECT_THROW(FrameReader("x").finish(), MalformedFrame); }

TEST(Codec, AnErrorComesBackWhole) {
  const std::string body = body_with(an_error());
  FrameReader reader(body);
  const auto error = get<Error>(reader);
  reader.finish();
  EXPECT_EQ(body_with(error), body);
  EXPECT_EQ(error.kind, ErrorKind::rate_limited);
  EXPECT_EQ(error.retry_after, std::chrono::seconds(7));
  EXPECT_EQ(error.ending.at(1).data, "x");
}

TEST(Codec, AStatusThatNoClientCouldBeToldIsLeftToTheKind) {
  Error odd = an_error();
  odd.status = 42;
  const std::string body = body_with(odd);
  FrameReader reader(body);
  EXPECT_EQ(get<Error>(reader).http_status(), 429);
}

TEST(Codec, ALocalAnswerComesBackWhole) {
  const std::string body = body_with(an_answer());
  FrameReader reader(body);
  const auto answer = get<LocalAnswer>(reader);
  reader.finish();
  EXPECT_EQ(body_with(answer), body);
  EXPECT_EQ(answer.pieces.at(1).bytes, std::string("\0two", 4));
}

TEST(Codec, ARequestComesBackWholeAndMayKeepItsBody) {
  Request request;
  request.id = "id";
  request.protocol = "gemini";
  request.operation = Operation::embed;
  request.headers = {{"X", "1"}, {"x", "2"}};
  request.body = Document(std::string(R"({"model":"m","stream":true})"));
  const std::string whole = body_of([&](FrameWriter& out) { put(out, request, true); });
  Request other;
  FrameReader reader(whole);
  get(reader, other, true);
  reader.finish();
  EXPECT_EQ(other.model(), "m");
  EXPECT_TRUE(other.stream());
  EXPECT_EQ(other.body.text(), request.body.text());
  EXPECT_THAT(lines(other.headers), ElementsAre(Pair("X", "1"), Pair("x", "2")));

  const std::string without = body_of([&](FrameWriter& out) { put(out, request, false); });
  other.body = Document(std::string("[]"));
  FrameReader again(without);
  get(again, other, false);
  again.finish();
  EXPECT_EQ(other.body.text(), "[]");
}

TEST(Codec, EveryMessageThatIsTornAnywhereIsMalformed) {
  HttpCall call{.method = "PUT", .url = "http://x/", .headers = {{"a", "b"}}, .body = "body", .framing = Framing::ndjson};
  const auto torn = [](const std::string& body, auto read) {
    for (std::size_t size = 0; size < body.size(); ++size) {
      FrameReader reader(std::string_view(body).substr(0, size));
      EXPECT_THROW(read(reader), MalformedFrame) << size;
    }
  };
  torn(body_with(call), [](FrameReader& in) { (void)get<HttpCall>(in); });
  torn(body_with(an_error()), [](FrameReader& in) { (void)get<Error>(in); });
  torn(body_with(an_answer()), [](FrameReader& in) { (void)get<LocalAnswer>(in); });
  torn(body_with(HttpReply{200, {{"a", "b"}}, "x"}), [](FrameReader& in) { (void)get<HttpReply>(in); });
  torn(body_with(upstream::Failure{upstream::FailureKind::reset, "m", true}), [](FrameReader& in) { (void)get<upstream::Failure>(in); });
  torn(body_with(std::vector<config::Fault>{{"p", "m", "s"}}), [](FrameReader& in) { (void)get<std::vector<config::Fault>>(in); });
  torn(body_with(ModuleAnswers{"p", {"k"}, {"m"}, 3, 0, HttpCall{.url = "http://x/"}}),
       [](FrameReader& in) { (void)get<ModuleAnswers>(in); });
}

TEST(Codec, AnyBytesAreReadOrRefusedAndNothingElse) {
  std::mt19937 random(7);  // the same bytes each time
  const std::string seeds[] = {body_with(an_error()), body_with(an_answer()), body_with(Headers{{"a", "b"}, {"c", "d"}})};
  const auto attempt = [](const std::string& body, auto read) {
    try {
      FrameReader reader(body);
      read(reader);
    } catch (const MalformedFrame&) {
    }
  };
  for (int round = 0; round < 20'000; ++round) {
    std::string body = seeds[random() % 3];
    for (unsigned changes = 1 + random() % 3; changes > 0; --changes) body[random() % body.size()] = static_cast<char>(random());
    attempt(body, [](FrameReader& in) { (void)get<Error>(in); });
    attempt(body, [](FrameReader& in) { (void)get<LocalAnswer>(in); });
    attempt(body, [](FrameReader& in) { (void)get<HttpCall>(in); });
    attempt(body, [](FrameReader& in) { (void)get<ModuleAnswers>(in); });
  }
}

void give(FrameCutter& cutter, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::span<char> room = cutter.room();
    const std::size_t size = std::min(room.size(), bytes.size());
    bytes.copy(room.data(), size);
    bytes.remove_prefix(size);
    cutter.filled(size);
  }
}

TEST(Cutter, FramesThatComeInPiecesAreCutWhole) {
  std::string bytes;
  FrameWriter(bytes, FrameKind::event, 300).bytes("first");
  FrameWriter(bytes, FrameKind::data, 1).bytes(std::string(200'000, 'x'));
  FrameCutter cutter;
  std::vector<std::size_t> sizes;
  for (std::size_t at = 0; at < bytes.size(); at += 999) {
    give(cutter, std::string_view(bytes).substr(at, 999));
    while (std::optional<Frame> frame = cutter.next()) {
      EXPECT_EQ(frame->connection, sizes.empty() ? 300u : 1u);
      sizes.push_back(frame->body.rest().size());
    }
  }
  EXPECT_THAT(sizes, ElementsAre(5u, 200'000u));
}

TEST(Cutter, AFrameLargerThanAnyIsMalformedBeforeItsBytesCome) {
  FrameCutter cutter;
  give(cutter, std::string_view("\xff\xff\xff\x7f", 4));
  EXPECT_THROW((void)cutter.next(), MalformedFrame);
}

TEST(Cutter, AFrameWithoutAKindIsMalformed) {
  FrameCutter cutter;
  give(cutter, std::string_view("\0\0\0\0", 4));
  EXPECT_THROW((void)cutter.next(), MalformedFrame);
}

}  // namespace
}  // namespace patchbay::isolation
