#include "token_counts.hpp"

#include <bit>
#include <charconv>

#include "patchbay/json_walk.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace patchbay::provider_kit {

std::size_t find_key(std::string_view json, std::string_view quoted_key) {
  std::size_t at = 0;
#if defined(__SSE2__)
  // Where a key begins, its quote and its first letter stand together: both at once are rare enough to look closer at each.
  const __m128i quote = _mm_set1_epi8(quoted_key[0]);
  const __m128i letter = _mm_set1_epi8(quoted_key[1]);
  for (; at + 16 < json.size(); at += 16) {
    const __m128i quotes = _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(json.data() + at)), quote);
    const __m128i letters = _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(json.data() + at + 1)), letter);
    for (auto hits = static_cast<unsigned>(_mm_movemask_epi8(_mm_and_si128(quotes, letters))); hits != 0; hits &= hits - 1)
      if (const std::size_t hit = at + static_cast<std::size_t>(std::countr_zero(hits)); json.substr(hit).starts_with(quoted_key))
        return hit;
  }
#endif
  return json.find(quoted_key, at);
}

std::uint64_t count(std::string_view raw) {
  std::uint64_t count = 0;
  std::from_chars(raw.data(), raw.data() + raw.size(), count);  // leaves 0 where there is no number
  return count;
}

std::uint64_t count_of(std::string_view object, std::string_view key) { return count(member_of(object, key)); }

std::optional<Usage> unless_empty(const Usage& usage) { return usage == Usage{} ? std::nullopt : std::optional(usage); }

}  // namespace patchbay::provider_kit
