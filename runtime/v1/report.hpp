#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "v1/plan.hpp"

namespace patchbay::v1 {

/// What became of a V1 file, part by part, by JSON pointer: `{ source, dialect, mapped, defaulted, changed, not_mappable, unknown,
/// variables }`.
[[nodiscard]] boost::json::value report_json(const Plan& plan, const std::string& source, const std::string& dialect);

/// The same for people.
[[nodiscard]] std::string report_text(const boost::json::value& report);

}  // namespace patchbay::v1
