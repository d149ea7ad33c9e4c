#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace patchbay {

/// JSON for people and for what they look for in it: every number in plain decimals (10502.983, never 1.0502983E4), with as many digits as
/// it has. A number that is none is `null`. [thread-safe]
[[nodiscard]] std::string plain_json(const boost::json::value& value);
[[nodiscard]] std::string plain_json(const boost::json::object& object);
[[nodiscard]] std::string plain_json(const boost::json::array& array);

/// The same of what stands alone: a text is itself, without quotes.
[[nodiscard]] std::string plain_text(const boost::json::value& value);

}  // namespace patchbay
