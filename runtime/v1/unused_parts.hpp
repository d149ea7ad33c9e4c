#pragma once

#include <boost/json/value.hpp>
#include <vector>

#include "v1/configuration.hpp"
#include "v1/node.hpp"

namespace patchbay::v1 {

/// What becomes of the parts of a document that no reader wanted: those that the format knows with their reason, others as unknown.
void note_unused(const boost::json::value& document, const Used& used, std::vector<Note>& notes);

}  // namespace patchbay::v1
