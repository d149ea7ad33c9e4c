#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace patchbay::config {

/// The options that a JSON Schema of an object declares, as a Markdown table: key, type, default, meaning.
[[nodiscard]] std::string markdown_table(const boost::json::value& schema);

/// The reference of every table of a configuration file, as Markdown, from the declarations that read them.
[[nodiscard]] std::string reference_markdown();

/// JSON Schema (draft 2020-12) of a whole configuration file, from the same declarations. What modules take is not in it.
[[nodiscard]] boost::json::value configuration_schema();

}  // namespace patchbay::config
