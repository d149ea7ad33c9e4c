#include "pipeline/usage_meter.hpp"

#include <algorithm>

namespace patchbay::pipeline {

namespace {

constexpr std::uint64_t bytes_per_token = 4;

}  // namespace

std::uint64_t UsageMeter::estimated_output() const {
  if (events_ == 0) return whole_bytes_ / bytes_per_token;
  return events_ + (event_bytes_ - events_ * smallest_event_) / bytes_per_token;
}

std::uint64_t UsageMeter::output_tokens() const { return std::max(reported_.output_tokens, estimated_output()); }

UsageMeter::Sum UsageMeter::sum(Ending ending) const {
  Sum sum{reported_, false};
  if (!called_) return sum;
  const bool counted = reported_ != Usage{};
  if (ending == Ending::complete && counted) return sum;
  const bool heard = events_ > 0 || whole_bytes_ > 0;
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
