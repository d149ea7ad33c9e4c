#include "openai_wire.hpp"
#include "patchbay/json_walk.hpp"
#include "token_counts.hpp"

namespace patchbay::openai_wire {

namespace {

using provider_kit::count_of;

/// Chat completions and embeddings say `prompt_tokens` and `completion_tokens`, Responses say `input_tokens` and `output_tokens`.
Usage read(std::string_view usage) {
  const bool responses = !member_of(usage, "input_tokens").empty();
  const std::string_view input_details = member_of(usage, responses ? "input_tokens_details" : "prompt_tokens_details");
  const std::string_view output_details = member_of(usage, responses ? "output_tokens_details" : "completion_tokens_details");
  Usage counts;
  counts.input_tokens = count_of(usage, responses ? "input_tokens" : "prompt_tokens");
  counts.output_tokens = count_of(usage, responses ? "output_tokens" : "completion_tokens");
  counts.cached_input_tokens = count_of(input_details, "cached_tokens");
  if (counts.cached_input_tokens == 0) counts.cached_input_tokens = count_of(usage, "prompt_cache_hit_tokens");  // DeepSeek
  if (counts.cached_input_tokens == 0) counts.cached_input_tokens = count_of(usage, "cached_tokens");            // Moonshot
  counts.reasoning_tokens = count_of(output_details, "reasoning_tokens");
  return counts;
}

}  // namespace

std::optional<Usage> usage_of(std::string_view data) {
  if (!provider_kit::mentions(data, "\"usage\"")) return std::nullopt;
  std::string_view choices;
  JsonSkim skim(data);
  while (skim.next()) {
    if (skim.key() == "usage" && !says_nothing(skim.value())) return provider_kit::unless_empty(read(skim.value()));
    if (skim.key() == "response") {  // the last event of a stream of Responses
      const std::string_view usage = member_of(skim.value(), "usage");
      if (!says_nothing(usage)) return provider_kit::unless_empty(read(usage));
    }
    if (skim.key() == "choices") choices = skim.value();
  }
  std::optional<Usage> found;  // Moonshot's streams say it in the last choice
  for_each_object(choices, [&found](JsonSkim& choice) {
    while (choice.next())
      if (choice.key() == "usage" && !says_nothing(choice.value())) found = provider_kit::unless_empty(read(choice.value()));
  });
  return found;
}

}  // namespace patchbay::openai_wire
