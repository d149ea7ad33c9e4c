#include "openai_wire.hpp"
#include "patchbay/json_walk.hpp"
#include "token_counts.hpp"
#include "usage_request.hpp"

namespace patchbay::openai_wire {

namespace {

/// Where a vendor says the same twice, under two names, what is not zero counts.
void take(std::uint64_t& count, std::string_view raw) {
  if (const std::uint64_t said = provider_kit::count(raw); said != 0) count = said;
}

/// Chat completions and embeddings say `prompt_tokens` and `completion_tokens`, Responses say `input_tokens` and `output_tokens`.
Usage read(std::string_view usage) {
  Usage counts;
  std::uint64_t cached_elsewhere = 0;
  JsonSkim skim(usage);
  while (skim.next()) {
    const std::string_view key = skim.key();
    if (key == "prompt_tokens" || key == "input_tokens") take(counts.input_tokens, skim.value());
    if (key == "completion_tokens" || key == "output_tokens") take(counts.output_tokens, skim.value());
    if (key == "prompt_tokens_details" || key == "input_tokens_details")
      take(counts.cached_input_tokens, member_of(skim.value(), "cached_tokens"));
    if (key == "completion_tokens_details" || key == "output_tokens_details")
      take(counts.reasoning_tokens, member_of(skim.value(), "reasoning_tokens"));
    if (key == "prompt_cache_hit_tokens" || key == "cached_tokens") take(cached_elsewhere, skim.value());  // DeepSeek, Moonshot
  }
  if (counts.cached_input_tokens == 0) counts.cached_input_tokens = cached_elsewhere;
  return counts;
}

}  // namespace

std::optional<Usage> usage_of(std::string_view data) {
  if (!may_say_usage(data)) return std::nullopt;
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
