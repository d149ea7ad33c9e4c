#include "gemini_wire.hpp"
#include "patchbay/json_walk.hpp"
#include "token_counts.hpp"

namespace patchbay::gemini {

using provider_kit::count_of;

std::optional<Usage> usage_of(std::string_view data) {
  if (!provider_kit::mentions(data, "\"usageMetadata\"")) return std::nullopt;
  const std::string_view usage = member_of(data, "usageMetadata");
  Usage counts;
  // Tokens of tool results and of thoughts stand beside the prompt's and the candidates', not within.
  counts.input_tokens = count_of(usage, "promptTokenCount") + count_of(usage, "toolUsePromptTokenCount");
  counts.cached_input_tokens = count_of(usage, "cachedContentTokenCount");
  counts.reasoning_tokens = count_of(usage, "thoughtsTokenCount");
  counts.output_tokens = count_of(usage, "candidatesTokenCount") + counts.reasoning_tokens;
  return provider_kit::unless_empty(counts);
}

}  // namespace patchbay::gemini
