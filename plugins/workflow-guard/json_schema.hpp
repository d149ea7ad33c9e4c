#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>

namespace patchbay::guard {

/// Where and how a value breaks a JSON Schema: "/items/0/name must be a string"; nothing if it keeps it. [thread-safe]
///
/// Understood: type (a name or several; Gemini's upper case too), nullable, enum, const, properties, required, additionalProperties,
/// minProperties, maxProperties, items, prefixItems, minItems, maxItems, minLength, maxLength (in code points), pattern (RE2), minimum,
/// maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, anyOf, oneOf, allOf, not, and $ref within the schema. Anything else is passed
/// over, `format` among it, as are patterns that RE2 does not take.
[[nodiscard]] std::optional<std::string> broken_schema(const boost::json::value& schema, const boost::json::value& value);

}  // namespace patchbay::guard
