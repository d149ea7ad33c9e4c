#pragma once

#include <boost/json/object.hpp>

#include "monitoring/request_notes.hpp"

namespace patchbay::monitoring {

/// Which request it is and where it went, as far as that is known: what hooks are told at each step.
[[nodiscard]] boost::json::object place_of(const RequestNotes& notes);

/// All that is known of a request that has ended, as the access log writes it and hooks are told; what is not known is not in it.
[[nodiscard]] boost::json::object summary_of(const RequestNotes& notes);

}  // namespace patchbay::monitoring
