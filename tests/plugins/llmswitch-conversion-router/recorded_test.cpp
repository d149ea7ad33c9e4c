#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "golden.hpp"
#include "order.hpp"
#include "streams.hpp"

/// What providers really sent, converted for every client. The recordings are not part of the project.
namespace patchbay::conversion::testing {
namespace {

namespace fs = std::filesystem;

fs::path recordings() {
  const char* const folder = std::getenv("PATCHBAY_FIXTURES");
  return fs::path(folder != nullptr ? folder : PATCHBAY_FIXTURES) / "streams";
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<fs::path> files(std::string_view protocol, std::string_view ending) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(recordings() / protocol))
    if (entry.path().string().ends_with(ending)) found.push_back(entry.path());
  return found;
}

class Recorded : public ::testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override {
    if (!fs::exists(recordings())) GTEST_SKIP() << "no recordings at " << recordings() << "; PATCHBAY_FIXTURES says where they are";
  }
  const Codec& codec = *find_codec(GetParam());
};

bool says(const std::string& line, std::string_view what) { return line.find(what) != std::string::npos; }

/// A file may hold several answers, one after the other; nothing if it is of another protocol than its folder says.
std::vector<std::string> first_answer(std::string_view protocol, std::vector<std::string> lines) {
  if (protocol == "openai-chat" && says(lines.front(), "response.created")) return {};
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (!says(lines[i], R"("type":"message_start")") && !says(lines[i], R"("type":"response.created")")) continue;
    lines.resize(i);
    break;
  }
  return lines;
}

/// A recording that ends in an error is the provider's business, see its tests.
bool fails(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    const json::value value = json::parse(line);
    const json::object* const object = value.if_object();
    if (object == nullptr || object->contains("error")) return true;
    const json::value* const type = object->if_contains("type");
    if (type != nullptr && type->is_string() && (type->get_string() == "error" || type->get_string() == "response.failed")) return true;
  }
  return false;
}

TEST_P(Recorded, StreamsAreLegalForEveryClientAndSayTheSame) {
  std::size_t converted = 0;
  for (const fs::path& path : files(GetParam(), ".chunks.txt")) {
    SCOPED_TRACE(path.filename().string());
    const std::vector<std::string> lines = first_answer(GetParam(), lines_of(text_of(path)));
    if (lines.empty() || fails(lines)) continue;
    ++converted;
    Answer direct = aggregate(codec, lines);
    for (const std::string_view client : all_clients) {
      SCOPED_TRACE(client);
      ModelRequest request;
      request.model = "m";
      const std::vector<WrittenEvent> events = convert_stream(codec, *find_codec(client), lines, request);
      EXPECT_EQ(order_fault(client, events), "");
      EXPECT_EQ(words_of(direct), words_of(aggregate(*find_codec(client), data_of(events))));
    }
  }
  EXPECT_GT(converted, 0u);
}

TEST_P(Recorded, WholeAnswersSayTheSameToEveryClient) {
  for (const fs::path& path : files(GetParam(), ".json")) {
    SCOPED_TRACE(path.filename().string());
    json::value body = json::parse(text_of(path));
    if (GetParam() == "openai-chat" && !body.as_object().contains("choices")) continue;
    if (body.as_object().contains("error") && !body.as_object().at("error").is_null()) continue;
    json::value copy = body;
    const Answer direct = codec.decode_answer(body);
    for (const std::string_view client : all_clients) {
      SCOPED_TRACE(client);
      const Codec& target = *find_codec(client);
      json::value again = copy;
      ModelRequest request;
      const AnswerContext context{"req-1", request, 123, 1'700'000'001};
      json::value written = target.encode_answer(codec.decode_answer(again), context);
      EXPECT_EQ(words_of(direct), words_of(target.decode_answer(written)));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Protocols, Recorded, ::testing::ValuesIn(all_clients), [](const auto& info) { return name_of(info.param); });

}  // namespace
}  // namespace patchbay::conversion::testing
