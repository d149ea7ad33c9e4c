#include "patchbay/json_skim.hpp"

#include <array>
#include <bit>
#include <boost/json/parse.hpp>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace patchbay {

namespace {

/// The first quote in [at, end). Text has few of them: four blocks a turn.
const char* find_quote(const char* at, const char* end) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const auto hits_in = [&quote](const char* block) {
    return _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(block)), quote);
  };
  const auto first_of = [](const char* block, __m128i hits) {
    const auto bits = static_cast<unsigned>(_mm_movemask_epi8(hits));
    return bits != 0 ? block + std::countr_zero(bits) : nullptr;
  };
  if (end - at >= 16)  // most strings are short
    if (const char* const found = first_of(at, hits_in(at))) return found;
  for (; end - at >= 64; at += 64) {
    const __m128i a = hits_in(at);
    const __m128i b = hits_in(at + 16);
    const __m128i c = hits_in(at + 32);
    const __m128i d = hits_in(at + 48);
    if (_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d))) == 0) continue;
    if (const char* const found = first_of(at, a)) return found;
    if (const char* const found = first_of(at + 16, b)) return found;
    if (const char* const found = first_of(at + 32, c)) return found;
    return first_of(at + 48, d);
  }
  for (; end - at >= 16; at += 16)
    if (const char* const found = first_of(at, hits_in(at))) return found;
#endif
  while (at != end && *at != '"') ++at;
  return at;
}

/// The first quote or bracket in [at, end).
const char* find_structure(const char* at, const char* end) {
#if defined(__SSE2__)
  // '[' and '{' differ in one bit only, and so do ']' and '}'.
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i fold = _mm_set1_epi8(0x20);
  const __m128i open = _mm_set1_epi8('{');
  const __m128i close = _mm_set1_epi8('}');
  for (; end - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i folded = _mm_or_si128(block, fold);
    const __m128i brackets = _mm_or_si128(_mm_cmpeq_epi8(folded, open), _mm_cmpeq_epi8(folded, close));
    const int hits = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(block, quote), brackets));
    if (hits != 0) return at + std::countr_zero(static_cast<unsigned>(hits));
  }
#endif
  while (at != end && *at != '"' && *at != '{' && *at != '}' && *at != '[' && *at != ']') ++at;
  return at;
}

constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Past the closing quote of the string whose opening quote stands at `at`; null if it is not closed.
const char* past_string(const char* at, const char* end) {
  const char* const inside = at + 1;
  for (at = inside;; ++at) {
    at = find_quote(at, end);
    if (at == end) return nullptr;
    // Escaped if an odd number of backslashes stands before it.
    const char* before = at;
    while (before != inside && before[-1] == '\\') --before;
    if ((at - before) % 2 == 0) return at + 1;
  }
}

/// Past the bracket that closes the one at `at`; null if none does, if one of the other kind does, or beyond 128 levels.
const char* past_container(const char* at, const char* end) {
  std::array<char, 128> closers{};
  std::size_t depth = 0;
  while (at != end) {
    switch (*at) {
      case '"':
        at = past_string(at, end);
        if (at == nullptr) return nullptr;
        break;
      case '{':
      case '[':
        if (depth == closers.size()) return nullptr;
        closers[depth++] = *at == '{' ? '}' : ']';
        ++at;
        break;
      default:
        if (closers[--depth] != *at) return nullptr;
        ++at;
        if (depth == 0) return at;
    }
    at = find_structure(at, end);
  }
  return nullptr;
}

constexpr bool ends_scalar(char c) { return c == ',' || c == '}' || c == ']' || is_space(c); }

constexpr bool is_of_number(char c) { return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E'; }

/// Past a number, true, false or null; null if there is none.
const char* past_scalar(const char* at, const char* end) {
  const char* const start = at;
  while (at != end && is_of_number(*at)) ++at;
  if (at != start && (at == end || ends_scalar(*at))) return at;
  while (at != end && !ends_scalar(*at)) ++at;
  const std::string_view word(start, static_cast<std::size_t>(at - start));
  return word == "true" || word == "false" || word == "null" ? at : nullptr;
}

const char* past_value(const char* at, const char* end) {
  if (at == end) return nullptr;
  if (*at == '"') return past_string(at, end);
  if (*at == '{' || *at == '[') return past_container(at, end);
  return past_scalar(at, end);
}

const char* past_space(const char* at, const char* end) {
  while (at != end && is_space(*at)) ++at;
  return at;
}

}  // namespace

JsonSkim::JsonSkim(std::string_view text) : begin_(text.data()), at_(text.data()), end_(text.data() + text.size()) {
  at_ = past_space(at_, end_);
  if (at_ == end_ || *at_ != '{')
    fail();
  else
    ++at_;
}

bool JsonSkim::fail() {
  malformed_ = finished_ = true;
  return false;
}

bool JsonSkim::next() {
  if (finished_) return false;
  at_ = past_space(at_, end_);
  if (at_ == end_) return fail();
  if (*at_ == '}') {
    finished_ = true;
    at_ = past_space(at_ + 1, end_);
    return at_ == end_ ? false : fail();
  }
  if (!first_) {
    if (*at_ != ',') return fail();
    at_ = past_space(at_ + 1, end_);
  }
  first_ = false;

  if (at_ == end_ || *at_ != '"') return fail();
  const char* const key_end = past_string(at_, end_);
  if (key_end == nullptr) return fail();
  key_ = {at_ + 1, static_cast<std::size_t>(key_end - at_ - 2)};
  if (key_.find('\\') != std::string_view::npos) {
    unescaped_ = string_value({at_, static_cast<std::size_t>(key_end - at_)});
    key_ = unescaped_;
  }
  at_ = past_space(key_end, end_);
  if (at_ == end_ || *at_ != ':') return fail();
  at_ = past_space(at_ + 1, end_);

  const char* const value_end = past_value(at_, end_);
  if (value_end == nullptr) return fail();
  value_ = {at_, static_cast<std::size_t>(value_end - at_)};
  at_ = value_end;
  return true;
}

std::string string_value(std::string_view raw) {
  if (raw.size() < 2 || raw.front() != '"') return {};
  const std::string_view inside = raw.substr(1, raw.size() - 2);
  if (inside.find('\\') == std::string_view::npos) return std::string(inside);
  boost::json::error_code fault;
  const boost::json::value value = boost::json::parse(raw, fault);
  return !fault && value.is_string() ? std::string(value.get_string()) : std::string();
}

bool has_string_token(std::string_view raw, std::string_view token) {
  // A quote inside another string is written \", so a token that starts with a bare quote can only be a string of its own…
  for (std::size_t at = raw.find(token); at != std::string_view::npos; at = raw.find(token, at + 1)) {
    std::size_t backslashes = 0;
    while (backslashes < at && raw[at - 1 - backslashes] == '\\') ++backslashes;
    if (backslashes % 2 == 0) return true;
  }
  return false;
}

bool is_nonempty_array(std::string_view raw) {
  if (raw.size() < 2 || raw.front() != '[') return false;
  const char* const end = raw.data() + raw.size();
  return *past_space(raw.data() + 1, end) != ']';
}

bool is_json_outline(std::string_view text) {
  const char* const end = text.data() + text.size();
  const char* at = past_value(past_space(text.data(), end), end);
  return at != nullptr && past_space(at, end) == end;
}

}  // namespace patchbay
