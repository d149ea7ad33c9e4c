#include "access/refusals.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <iterator>
#include <utility>

namespace patchbay::access {

namespace {

std::string amount_text(const Limit& limit) {
  return limit.resource == Resource::cost ? to_text(limit.amount) : std::to_string(limit.amount);
}

std::string what_of(const Limit& limit) {
  if (limit.resource == Resource::concurrency) return amount_text(limit) + " requests at once";
  const std::string per = limit.window == Window::total ? " in all" : " per " + std::string(name_of(limit.window));
  const std::string what = limit.resource == Resource::cost ? "a cost of " + amount_text(limit)
                                                            : amount_text(limit) + " " + std::string(name_of(limit.resource));
  return what + per;
}

/// What a protocol's clients look for.
struct LineNames {
  std::string_view limit, remaining, reset;
};

constexpr LineNames openai_requests{"x-ratelimit-limit-requests: ", "x-ratelimit-remaining-requests: ", "x-ratelimit-reset-requests: "};
constexpr LineNames openai_tokens{"x-ratelimit-limit-tokens: ", "x-ratelimit-remaining-tokens: ", "x-ratelimit-reset-tokens: "};
constexpr LineNames anthropic_requests{
    "anthropic-ratelimit-requests-limit: ", "anthropic-ratelimit-requests-remaining: ", "anthropic-ratelimit-requests-reset: "};
constexpr LineNames anthropic_tokens{
    "anthropic-ratelimit-tokens-limit: ", "anthropic-ratelimit-tokens-remaining: ", "anthropic-ratelimit-tokens-reset: "};

const LineNames& names_for(Resource resource, bool anthropic) {
  if (resource == Resource::requests) return anthropic ? anthropic_requests : openai_requests;
  return anthropic ? anthropic_tokens : openai_tokens;
}

/// Lines of a head, in room for so many.
class Lines {
 public:
  explicit Lines(std::size_t most) : text_(most * longest, '\0'), end_(text_.data()) {}

  void add(std::string_view name, std::int64_t number) {
    put(name);
    end_ = std::to_chars(end_, end_ + 20, number).ptr;
    put("\r\n");
  }
  void add(std::string_view name, std::string_view value) {
    put(name);
    put(value);
    put("\r\n");
  }
  [[nodiscard]] std::string take() && {
    text_.resize(static_cast<std::size_t>(end_ - text_.data()));
    return std::move(text_);
  }

 private:
  static constexpr std::size_t longest = 80;

  void put(std::string_view part) { end_ = std::copy(part.begin(), part.end(), end_); }

  std::string text_;
  char* end_;
};

/// RFC 3339, as Anthropic's clients read it.
std::string date_text(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc));
}

/// "1m0s", "12s": as OpenAI's clients read it. Minutes are the longest windows told of.
std::string delay_text(std::chrono::nanoseconds delay) {
  const auto left = std::chrono::ceil<std::chrono::seconds>(delay);
  return left >= std::chrono::minutes(1) ? "1m0s" : std::to_string(std::max<std::int64_t>(left.count(), 0)) + "s";
}

}  // namespace

Error explain(const Verdict& verdict, std::string_view key) {
  Error error;
  error.source = "patchbay";
  if (verdict.denial == Denial::state) {
    error.kind = ErrorKind::unavailable;
    error.code = "state_unavailable";
    error.message = "the gateway cannot count what key '" + std::string(key) + "' uses at the moment; try again soon";
    error.retry_after = verdict.retry_after;
    return error;
  }
  error.kind = ErrorKind::rate_limited;
  error.retry_after = verdict.retry_after;
  const bool budget = verdict.denial == Denial::budget;
  error.code = budget ? "insufficient_quota" : "rate_limit_exceeded";
  error.message = "key '" + std::string(key) + "' may use " + what_of(verdict.limit);
  if (verdict.too_large)
    error.message += ", and this request alone needs more";
  else if (budget)
    error.message += ", and what is left does not do for this request";
  else
    error.message += "; try again " + (verdict.retry_after ? "in " + std::to_string(verdict.retry_after->count()) + " s" : "later");
  return error;
}

std::string limit_lines(const Verdict& verdict, std::string_view protocol) {
  Lines lines(3 * verdict.remainders.size() + 1);
  const bool anthropic = protocol == protocols::anthropic_messages;
  for (const Remainder& remainder : verdict.remainders) {
    const LineNames& names = names_for(remainder.limit.resource, anthropic);
    lines.add(names.limit, remainder.limit.amount);
    lines.add(names.remaining, remainder.remaining);
    lines.add(names.reset, anthropic ? date_text(remainder.resets_at) : delay_text(remainder.resets_at - verdict.at));
  }
  // OpenAI's and Anthropic's own clients would try again by themselves.
  if (verdict.denial != Denial::none && !verdict.retry_after) lines.add("x-should-retry: ", "false");
  return std::move(lines).take();
}

}  // namespace patchbay::access
