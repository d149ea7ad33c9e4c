#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "doctor/finding.hpp"

namespace patchbay::doctor {

/// The findings of one kind of examination.
struct Section {
  std::string name;
  Findings findings;
};

struct Report {
  std::string file;  ///< the configuration that was examined
  std::vector<Section> sections;

  [[nodiscard]] std::size_t count(Level level) const;
};

/// For people: a line for each finding, its cure below it, and the sum at the end.
[[nodiscard]] std::string text_of(const Report& report);

/// For programs: `{"file", "errors", "warnings", "sections": [{"name", "findings": [{"level", "subject", "found", "cure"}, …]}, …]}`.
[[nodiscard]] boost::json::value describe(const Report& report);

}  // namespace patchbay::doctor
