#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "config/located.hpp"

namespace patchbay::config {

/// What keeps a value from being valid against a JSON Schema, of which the part is understood that config::schema writes: type,
/// properties, required, additionalProperties, items, enum, minimum, maximum, format "duration".
[[nodiscard]] std::vector<Fault> validate(const boost::json::value& value, const boost::json::value& schema);

}  // namespace patchbay::config
