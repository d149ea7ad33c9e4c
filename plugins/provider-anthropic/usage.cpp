#include "anthropic_wire.hpp"
#include "patchbay/json_walk.hpp"
#include "token_counts.hpp"

namespace patchbay::anthropic {

using provider_kit::count_of;

std::optional<Usage> usage_of(std::string_view data) {
  if (!provider_kit::mentions(data, "\"usage\"")) return std::nullopt;
  std::string_view usage;
  JsonSkim skim(data);
  while (skim.next()) {
    if (skim.key() == "usage")
      usage = skim.value();
    else if (skim.key() == "message" && usage.empty())
      usage = member_of(skim.value(), "usage");
  }
  Usage counts;
  counts.cached_input_tokens = count_of(usage, "cache_read_input_tokens");
  counts.cache_write_tokens = count_of(usage, "cache_creation_input_tokens");
  // Anthropic's input_tokens are those after the last cache breakpoint only.
  counts.input_tokens = count_of(usage, "input_tokens") + counts.cached_input_tokens + counts.cache_write_tokens;
  counts.output_tokens = count_of(usage, "output_tokens");
  return provider_kit::unless_empty(counts);
}

}  // namespace patchbay::anthropic
