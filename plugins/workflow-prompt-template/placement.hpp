#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace patchbay::prompt_template {

enum class Position { front, behind, instead };

/// Puts a text among the instructions of a request: before those that the client gave, behind them, or in their place. `role` is what
/// Chat Completions calls who says it. [thread-safe]
void place(boost::json::object& body, std::string_view protocol, std::string_view text, Position position, std::string_view role);

}  // namespace patchbay::prompt_template
