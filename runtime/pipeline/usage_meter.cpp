#include "pipeline/usage_meter.hpp"

#include <algorithm>
#include <iterator>

namespace patchbay::pipeline {

namespace {

constexpr std::uint64_t bytes_per_token = 4;
constexpr std::size_t until_known = 3;  // so many events may be without the smallest frame
constexpr std::size_t most_kinds = 32;  // a provider may name its events as it likes; further names count as the last one

bool is_delta(std::string_view name) { return name.ends_with("delta"); }

}  // namespace

void UsageMeter::event(std::string_view name, std::size_t bytes) {
  auto kind = std::find_if(kinds_.begin(), kinds_.end(), [name](const Kind& one) { return one.name == name; });
  if (kind == kinds_.end())
    kind = kinds_.size() < most_kinds ? kinds_.insert(kind, Kind{.name = std::string(name), .smallest = bytes}) : std::prev(kind);
  if (bytes < kind->smallest) {
    if (kind->events <= until_known) kind->text_bytes += kind->events * (kind->smallest - bytes);
    kind->smallest = bytes;
  }
  kind->text_bytes += bytes - kind->smallest;
  ++kind->events;
}

std::uint64_t UsageMeter::tokens_of_events() const {
  const bool has_deltas = std::any_of(kinds_.begin(), kinds_.end(), [](const Kind& kind) { return is_delta(kind.name); });
  std::uint64_t tokens = 0;
  for (const Kind& kind : kinds_)
    if (!has_deltas || is_delta(kind.name)) tokens += kind.events + kind.text_bytes / bytes_per_token;
  return tokens;
}

std::uint64_t UsageMeter::estimated_output() const {
  return std::min(allowed_, kinds_.empty() ? whole_bytes_ / bytes_per_token : tokens_of_events());
}

std::uint64_t UsageMeter::output_tokens() const { return std::max(reported_.output_tokens, estimated_output()); }

UsageMeter::Sum UsageMeter::sum(Ending ending) const {
  Sum sum{reported_, false};
  if (!called_) return sum;
  const bool counted = reported_ != Usage{};
  if (ending == Ending::complete && counted) return sum;
  const bool heard = !kinds_.empty() || whole_bytes_ > 0;
  if (ending == Ending::failed && !heard) return sum;  // who refuses a request does not charge for it
  if (reported_.input_tokens == 0) {
    sum.usage.input_tokens = request_bytes_ / bytes_per_token;
    sum.estimated = true;
  }
  if (const std::uint64_t output = estimated_output(); output > reported_.output_tokens) {
    sum.usage.output_tokens = output;
    sum.estimated = true;
  }
  return sum;
}

}  // namespace patchbay::pipeline
