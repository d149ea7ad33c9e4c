#include "access/refusals.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <iterator>

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
struct HeaderNames {
  std::string_view limit, remaining, reset;
};

HeaderNames names_for(Resource resource, bool anthropic) {
  if (resource == Resource::requests)
    return anthropic ? HeaderNames{"anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining",
                                   "anthropic-ratelimit-requests-reset"}
                     : HeaderNames{"x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"};
  return anthropic
             ? HeaderNames{"anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"}
             : HeaderNames{"x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"};
}

/// A number without a std::string of its own.
class Digits {
 public:
  explicit Digits(std::int64_t number) : end_(std::to_chars(text_, std::end(text_), number).ptr) {}
  [[nodiscard]] std::string_view text() const { return {text_, static_cast<std::size_t>(end_ - text_)}; }

 private:
  char text_[20];
  const char* end_;
};

/// RFC 3339, as Anthropic's clients read it.
std::string date_text(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc));
}

/// "1m", "12s": as OpenAI's clients read it. Minutes are the longest windows told of.
std::string delay_text(WallTime time) {
  const auto left = std::chrono::ceil<std::chrono::seconds>(time - std::chrono::system_clock::now());
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

Headers limit_headers(const Verdict& verdict, std::string_view protocol) {
  Headers headers;
  headers.reserve(3 * verdict.remainders.size() + 1);
  const bool anthropic = protocol == protocols::anthropic_messages;
  for (const Remainder& remainder : verdict.remainders) {
    const HeaderNames names = names_for(remainder.limit.resource, anthropic);
    headers.add(names.limit, Digits(remainder.limit.amount).text());
    headers.add(names.remaining, Digits(remainder.remaining).text());
    headers.add(names.reset, anthropic ? date_text(remainder.resets_at) : delay_text(remainder.resets_at));
  }
  // OpenAI's and Anthropic's own clients would try again by themselves.
  if (verdict.denial != Denial::none && !verdict.retry_after) headers.add("x-should-retry", "false");
  return headers;
}

}  // namespace patchbay::access
