#include "pipeline/refusal.hpp"

#include <algorithm>

namespace patchbay::pipeline {

Error refusal_of(const AssembledRoute& route, const Shortage& shortage) {
  using std::chrono::seconds;
  const std::string& id = route.settings.id;
  Error error;
  error.source = "patchbay";
  error.kind = ErrorKind::unavailable;
  error.retry_after = seconds(1);
  if (shortage.full) {
    error.code = "targets_full";
    error.message = "every target of route " + id + " has as many requests as it may; try again soon";
    return error;
  }
  if (shortage.back_at != HealthTime::max()) {
    const auto wait = shortage.back_at - std::chrono::steady_clock::now();
    error.retry_after = std::max(seconds(1), std::chrono::ceil<seconds>(wait));
  }
  const std::string back = "; the first is back in " + std::to_string(error.retry_after->count()) + " s";
  switch (shortage.reason) {
    case RestReason::rate_limited:
      error.kind = ErrorKind::rate_limited;
      error.code = "keys_spent";
      error.message = "the provider's rate limit is reached for every key of route " + id + back;
      return error;
    case RestReason::refused:
      error.code = "keys_refused";
      error.message = "the provider takes none of the keys of route " + id + "; check them" + back;
      return error;
    case RestReason::none:
    case RestReason::failing:
    case RestReason::probe_failed: break;
  }
  error.code = "targets_resting";
  error.message = "every target of route " + id + " rests after failures" + back;
  return error;
}

}  // namespace patchbay::pipeline
