#include "wire.hpp"

#include <time.h>

#include <charconv>
#include <stdexcept>

namespace bench {
namespace {

constexpr std::string_view number_mark = R"("delta":{"content":" tok)";
constexpr std::string_view stamp_mark = R"("id":"chatcmpl-)";
constexpr std::string_view received_mark = R"("prompt_tokens":)";
constexpr std::size_t number_width = 6;
constexpr std::size_t stamp_width = 20;
constexpr std::size_t received_width = 10;

template <class T>
bool read_number(std::string_view data, std::string_view mark, std::size_t width, T& value) {
  const auto at = data.find(mark);
  if (at == std::string_view::npos || at + mark.size() + width > data.size()) return false;
  const char* begin = data.data() + at + mark.size();
  const auto [end, fault] = std::from_chars(begin, begin + width, value);
  return fault == std::errc() && end == begin + width;
}

std::string event_text(bool last) {
  return std::string(R"(data: {"id":"chatcmpl-00000000000000000000","object":"chat.completion.chunk","created":1700000000,)") +
         R"("model":"bench-model","system_fingerprint":"fp_bench","choices":[{"index":0,)" +
         R"("delta":{"content":" tok000000"},"logprobs":null,"finish_reason":)" + (last ? R"("stop")" : "null") + "}]}\n\n";
}

}  // namespace

std::size_t PatchedText::find(std::string_view mark) const {
  const auto at = text_.find(mark);
  if (at == std::string::npos) throw std::logic_error("template lacks " + std::string(mark));
  return at;
}

void PatchedText::patch(std::size_t at, std::size_t width, std::uint64_t value, char fill) {
  for (std::size_t i = width; i-- > 0; value /= 10) {
    text_[at + i] = value != 0 || i == width - 1 ? static_cast<char>('0' + value % 10) : fill;
  }
}

ChatReply::ChatReply()
    : text_(std::string(R"({"id":"chatcmpl-bench","object":"chat.completion","created":1700000000,"model":"bench-model",)") +
            R"("system_fingerprint":"fp_bench","choices":[{"index":0,"message":{"role":"assistant","content":)" +
            R"("The answer has the length that answers of small models tend to have when nobody asks them for more."},)" +
            R"("logprobs":null,"finish_reason":"stop"}],)" +
            R"("usage":{"prompt_tokens":          ,"completion_tokens":20,"total_tokens":20}})"),
      received_at_(text_.find(received_mark) + received_mark.size()) {}

std::string_view ChatReply::body(std::uint64_t received_bytes) {
  text_.patch(received_at_, received_width, received_bytes, ' ');
  return text_.text();
}

ChatEvent::ChatEvent(bool last)
    : text_(event_text(last)),
      number_at_(text_.find(number_mark) + number_mark.size()),
      stamp_at_(text_.find(stamp_mark) + stamp_mark.size()) {}

std::string_view ChatEvent::make(std::uint32_t number, std::uint64_t nanoseconds) {
  text_.patch(number_at_, number_width, number, '0');
  text_.patch(stamp_at_, stamp_width, nanoseconds, '0');
  return text_.text();
}

bool parse_event(std::string_view data, EventFacts& facts) {
  return read_number(data, number_mark, number_width, facts.number) && read_number(data, stamp_mark, stamp_width, facts.nanoseconds);
}

std::uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace bench
