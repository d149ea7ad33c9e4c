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

constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Whether an odd number of backslashes stands before `quote` in a string whose text begins at `inside`.
bool is_escaped(const char* quote, const char* inside) {
  const char* before = quote;
  while (before != inside && before[-1] == '\\') --before;
  return (quote - before) % 2 != 0;
}

/// Past the closing quote of a string whose text begins at `inside`, and has none before `at`; null if it is not closed.
const char* past_text(const char* inside, const char* at, const char* end) {
  for (;; ++at) {
    at = find_quote(at, end);
    if (at == end) return nullptr;
    if (!is_escaped(at, inside)) return at + 1;
  }
}

/// Whether there is one in `size` bytes from `at` on.
bool has_backslash(const char* at, std::size_t size, const char* end) {
#if defined(__SSE2__)
  if (size <= 16 && end - at >= 16) {  // most keys are short
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    return (static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')))) & ((1u << size) - 1)) != 0;
  }
#endif
  return end != at && std::memchr(at, '\\', size) != nullptr;
}

/// Past the closing quote of the string whose opening quote stands at `at`; null if it is not closed.
const char* past_string(const char* at, const char* end) { return past_text(at + 1, at + 1, end); }

/// The brackets that are open.
class Nesting {
 public:
  enum class Step { inside, end, fault };

  /// Takes one in. A fault: it closes another kind than is open, or the nesting is deeper than 128.
  Step take(char bracket) {
    if (bracket == '{' || bracket == '[') {
      if (depth_ == closers_.size()) return Step::fault;
      closers_[depth_++] = bracket == '{' ? '}' : ']';
      return Step::inside;
    }
    if (closers_[--depth_] != bracket) return Step::fault;
    return depth_ == 0 ? Step::end : Step::inside;
  }

 private:
  std::array<char, 128> closers_{};  // as they will have to come, the first one last
  std::size_t depth_ = 0;
};

#if defined(__SSE2__)

/// Where quotes and brackets stand in 16 bytes: a bit for each.
struct Block {
  explicit Block(const char* at) {
    // '[' and '{' differ in one bit only, and so do ']' and '}'.
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    const __m128i brackets = _mm_or_si128(_mm_cmpeq_epi8(folded, _mm_set1_epi8('{')), _mm_cmpeq_epi8(folded, _mm_set1_epi8('}')));
    quotes = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'))));
    structure = quotes | static_cast<unsigned>(_mm_movemask_epi8(brackets));
  }
  unsigned quotes;
  unsigned structure;  // both
};

/// Past the string that opens at bit `open` of the block at `at`; null if it is not closed.
const char* past_string_in(const Block& block, const char* at, unsigned open, const char* end) {
  const char* const inside = at + open + 1;
  for (unsigned quotes = block.quotes & ~0u << open << 1; quotes != 0; quotes &= quotes - 1)
    if (const char* const quote = at + std::countr_zero(quotes); !is_escaped(quote, inside)) return quote + 1;
  return past_text(inside, at + 16, end);
}

#endif

/// Past the bracket that closes the one at `at`; null if none does, if one of the other kind does, or beyond 128 levels.
const char* past_container(const char* at, const char* end) {
  Nesting nesting;
#if defined(__SSE2__)
  while (end - at >= 16) {
    const Block block(at);
    const char* next = at + 16;
    for (unsigned structure = block.structure; structure != 0;) {
      const auto bit = static_cast<unsigned>(std::countr_zero(structure));
      if (at[bit] == '"') {
        const char* const past = past_string_in(block, at, bit, end);
        if (past == nullptr) return nullptr;
        if (past - at >= 16) {
          next = past;
          break;
        }
        structure &= ~0u << (past - at);
        continue;
      }
      const Nesting::Step step = nesting.take(at[bit]);
      if (step == Nesting::Step::fault) return nullptr;
      if (step == Nesting::Step::end) return at + bit + 1;
      structure &= structure - 1;
    }
    at = next;
  }
#endif
  while (at != end) {
    if (*at == '"') {
      at = past_string(at, end);
      if (at == nullptr) return nullptr;
      continue;
    }
    if (*at == '{' || *at == '[' || *at == '}' || *at == ']') {
      const Nesting::Step step = nesting.take(*at);
      if (step == Nesting::Step::fault) return nullptr;
      if (step == Nesting::Step::end) return at + 1;
    }
    ++at;
  }
  return nullptr;
}

constexpr bool ends_scalar(char c) { return c == ',' || c == '}' || c == ']' || is_space(c); }

constexpr std::array<bool, 256> of_numbers = [] {
  std::array<bool, 256> found{};
  for (const char c : std::string_view("0123456789+-.eE")) found[static_cast<unsigned char>(c)] = true;
  return found;
}();

/// Past a number, true, false or null; null if there is none.
const char* past_scalar(const char* at, const char* end) {
  const char* const start = at;
  while (at != end && of_numbers[static_cast<unsigned char>(*at)]) ++at;
  if (at == start) {
    const std::string_view rest(at, static_cast<std::size_t>(end - at));
    if (rest.starts_with("null") || rest.starts_with("true"))
      at += 4;
    else if (rest.starts_with("false"))
      at += 5;
  }
  return at != start && (at == end || ends_scalar(*at)) ? at : nullptr;
}

const char* past_value(const char* at, const char* end) {
  if (at == end) return nullptr;
  if (*at == '"') return past_string(at, end);
  if (*at == '{' || *at == '[') return past_container(at, end);
  return past_scalar(at, end);
}

[[gnu::noinline]] const char* past_all_space(const char* at, const char* end) {
  while (at != end && is_space(*at)) ++at;
  return at;
}

/// Machines write none.
inline const char* past_space(const char* at, const char* end) {
  return at == end || static_cast<unsigned char>(*at) > ' ' ? at : past_all_space(at, end);
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
  if (has_backslash(at_ + 1, key_.size(), end_)) {
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
