#include "plugins/validator/result.hpp"

#include <algorithm>

namespace patchbay::plugins::validator {

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::success: return "success";
    case Verdict::skipped: return "skipped";
    case Verdict::warning: return "warning";
    case Verdict::failed: return "failed";
    case Verdict::crashed: return "crashed";
  }
  return {};
}

namespace {

int badness(Verdict verdict) {  // anything that was tested counts more than what was not
  return verdict == Verdict::skipped ? -1 : static_cast<int>(verdict);
}

}  // namespace

Result Findings::result() const {
  if (all_.empty()) return {Verdict::skipped, "it has no module of a kind that this test is about"};
  const auto worst =
      std::max_element(all_.begin(), all_.end(), [](const Result& a, const Result& b) { return badness(a.verdict) < badness(b.verdict); });
  const auto like_it = std::count_if(all_.begin(), all_.end(), [&](const Result& one) { return one.verdict == worst->verdict; });
  Result result = *worst;
  if (like_it > 1 && result.verdict != Verdict::success) result.sentence += " (and " + std::to_string(like_it - 1) + " more)";
  return result;
}

}  // namespace patchbay::plugins::validator
