#pragma once

#include <gmock/gmock.h>

#include <ostream>

#include "doctor/finding.hpp"

namespace patchbay::doctor {

/// For the messages of tests that fail.
inline void PrintTo(const Finding& finding, std::ostream* out) {
  *out << name_of(finding.level) << " " << finding.subject << ": " << finding.found << " -> " << finding.cure;
}

/// A finding of that level whose text matches.
template <class Matcher>
auto Found(Level level, Matcher text) {
  return ::testing::AllOf(::testing::Field("level", &Finding::level, level), ::testing::Field("found", &Finding::found, text));
}

/// One whose cure matches.
template <class Matcher>
auto Cured(Matcher text) {
  return ::testing::Field("cure", &Finding::cure, text);
}

}  // namespace patchbay::doctor
