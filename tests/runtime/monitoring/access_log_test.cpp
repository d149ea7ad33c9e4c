#include "monitoring/access_log.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <mutex>

#include "notes.hpp"

namespace patchbay::monitoring {
namespace {

using testing::answered;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::refused;
using ::testing::SizeIs;

std::shared_ptr<const RequestNotes> shared(RequestNotes notes) { return std::make_shared<const RequestNotes>(std::move(notes)); }

TEST(AccessLine, SaysWhatHappenedOnOneLine) {
  EXPECT_EQ(access_line(answered()),
            "2023-11-14T22:13:20.000Z 200 POST /v1/chat/completions model=gpt-4o route=gpt target=first 30.0ms first=20.0ms in=100 out=200 "
            "id=req-1");
}

TEST(AccessLine, SaysWhatTheAnswerCost) {
  RequestNotes notes = answered();
  notes.usage = {.input_tokens = 7, .output_tokens = 5};
  EXPECT_THAT(access_line(notes), HasSubstr(" tokens=7/5"));
  EXPECT_THAT(access_line(notes), Not(HasSubstr("cost=")));
  notes.cost = 12'300;
  EXPECT_THAT(access_line(notes), HasSubstr(" tokens=7/5 cost=0.000012300"));
}

TEST(AccessLine, SaysWhyItFailed) { EXPECT_THAT(access_line(refused()), HasSubstr(" 429 ")); }

TEST(AccessLine, NobodyCanBreakIt) {
  RequestNotes notes = answered();
  notes.model = "x\n2023 200 GET /forged\x1b[31m";
  EXPECT_THAT(access_line(notes), AllOf(Not(HasSubstr("\n")), Not(HasSubstr("\x1b"))));
}

TEST(AccessJson, HasWhatIsKnown) {
  RequestNotes notes = refused();
  notes.usage = {.input_tokens = 7, .output_tokens = 5};
  notes.cost = 500'000'000;
  const boost::json::object line = boost::json::parse(access_json(notes)).as_object();
  EXPECT_EQ(line.at("time"), "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(line.at("cost"), 0.5);
  EXPECT_EQ(line.at("status").to_number<int>(), 429);
  EXPECT_EQ(line.at("outcome"), "failed");
  EXPECT_EQ(line.at("error"), "rate_limited");
  EXPECT_EQ(line.at("first_byte_ms").to_number<double>(), 20.0);
  EXPECT_EQ(line.at("output_tokens").to_number<int>(), 5);
  EXPECT_FALSE(line.contains("trace_id"));
}

struct Written {
  std::vector<std::string> lines;  // read after the log is gone
  AccessLog::Write write = [this](std::string_view line) { lines.emplace_back(line); };
};

TEST(AccessLog, HasALineForEachRequest) {
  Written written;
  {
    AccessLog log({.path = "x"}, written.write);
    for (int i = 0; i < 100; ++i) log.ended(shared(answered()));
  }
  EXPECT_THAT(written.lines, SizeIs(100));
}

TEST(AccessLog, ASampleOfSuccessesHasEveryFailure) {
  Written written;
  {
    AccessLog log({.path = "x", .success_ratio = 0.25}, written.write);
    for (int i = 0; i < 100; ++i) {
      log.ended(shared(answered()));
      log.ended(shared(refused()));
    }
  }
  EXPECT_THAT(written.lines, SizeIs(125));
}

TEST(AccessLog, ADiskThatIsFullIsCountedAndHurtsNobody) {
  bool full = true;
  std::vector<std::string> lines;
  std::uint64_t lost = 0;
  {
    AccessLog log({.path = "x"}, [&](std::string_view line) {
      if (std::exchange(full, false)) throw std::runtime_error("no space left on device");
      lines.emplace_back(line);
    });
    log.ended(shared(answered("1")));
    log.ended(shared(answered("2")));
    while (lost == 0) lost = log.lost();
  }
  EXPECT_THAT(lines, ElementsAre(HasSubstr("id=2")));
}

}  // namespace
}  // namespace patchbay::monitoring
