#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <vector>

#include "monitoring/request_notes.hpp"

namespace patchbay::monitoring {

/// A request as `patchbay trace` shows it: its summary, when each step was (milliseconds from its beginning), every attempt with its
/// stages, and if bodies were kept what each stage changed as a JSON diff, those bodies, and all that `patchbay replay` needs: the client's
/// headers, the calls that were made, and what of it was too large and is `cut`.
[[nodiscard]] boost::json::object trace_report(const RequestNotes& notes);

/// A report for people.
[[nodiscard]] std::string trace_text(const boost::json::object& report);

/// A line for each request.
[[nodiscard]] std::string list_text(const std::vector<std::shared_ptr<const RequestNotes>>& requests);

}  // namespace patchbay::monitoring
