#include "server/request_outline.hpp"

#include <algorithm>
#include <charconv>

#include "patchbay/json_skim.hpp"
#include "patchbay/message.hpp"

namespace patchbay::server {

namespace {

constexpr std::uint64_t most_tokens = 1u << 30;  // who allows more leaves it open

/// Says how long an answer may be. There may be two names for it (OpenAI's older one is still read beside the newer one).
struct LengthNames {
  std::string_view tokens, tokens_too, answers;
  std::string_view object;  // that they stand in; empty: the top level
};

LengthNames names_of(std::string_view protocol) {
  if (protocol == protocols::openai_chat) return {"max_completion_tokens", "max_tokens", "n", {}};
  if (protocol == protocols::openai_responses) return {"max_output_tokens", {}, {}, {}};
  if (protocol == protocols::anthropic_messages) return {"max_tokens", {}, {}, {}};
  if (protocol == protocols::gemini) return {"maxOutputTokens", {}, "candidateCount", "generationConfig"};
  return {};  // also the text completions of OpenAI: `prompt` may be many, and `best_of` makes more than are sent
}

/// A number that was said, or several; nothing once one is no plain count.
class Said {
 public:
  void take(std::string_view raw) {
    std::uint64_t value = 0;
    const char* const end = raw.data() + raw.size();
    const auto parsed = std::from_chars(raw.data(), end, value);
    unclear_ = unclear_ || parsed.ec != std::errc() || parsed.ptr != end || value == 0 || value > most_tokens;
    largest_ = std::max(largest_, value);
  }
  /// The largest; nothing if there is none, or it is not clear.
  [[nodiscard]] std::optional<std::uint64_t> number() const { return unclear_ || largest_ == 0 ? std::nullopt : std::optional(largest_); }
  [[nodiscard]] bool unclear() const { return unclear_; }

 private:
  std::uint64_t largest_ = 0;
  bool unclear_ = false;
};

/// What a request says of the length of its answer.
struct Length {
  Said tokens;   // of each…
  Said answers;  // …of so many

  void read(const LengthNames& names, std::string_view key, std::string_view value) {
    if (key.empty()) return;
    if (key == names.tokens || key == names.tokens_too)
      tokens.take(value);
    else if (key == names.answers)
      answers.take(value);
  }
  [[nodiscard]] std::optional<std::uint64_t> longest() const {
    const std::optional<std::uint64_t> each = tokens.number();
    const std::uint64_t count = answers.number().value_or(1);
    return !each || answers.unclear() || *each > most_tokens / count ? std::nullopt : std::optional(*each * count);
  }
};

}  // namespace

RequestOutline outline_of(std::string_view body, std::string_view protocol) {
  const LengthNames names = names_of(protocol);
  RequestOutline outline;
  Length length;
  JsonSkim members(body);
  while (members.next()) {
    const std::string_view key = members.key();
    if (key == "model") {
      outline.model = string_value(members.value());
    } else if (key == "stream") {
      outline.stream = members.value() == "true";
    } else if (names.object.empty()) {
      length.read(names, key, members.value());
    } else if (key == names.object) {
      JsonSkim inner(members.value());
      while (inner.next()) length.read(names, inner.key(), inner.value());
    }
  }
  outline.longest_output = length.longest();
  return outline;
}

}  // namespace patchbay::server
