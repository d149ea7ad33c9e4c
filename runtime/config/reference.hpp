#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>

namespace patchbay::config {

/// The options that a JSON Schema of an object declares, as a Markdown table: key, type, default, meaning.
[[nodiscard]] std::string markdown_table(const boost::json::value& schema);

/// The reference of every table of a configuration file, as Markdown, from the declarations that read them.
[[nodiscard]] std::string reference_markdown();

/// JSON Schema (draft 2020-12) of a whole configuration file, from the same declarations. `modules` is what each module type takes, by its
/// name; they become its `$defs`, and the `config` of a module of that type must keep to them. Modules of other types take anything.
[[nodiscard]] boost::json::value configuration_schema(boost::json::object modules);

}  // namespace patchbay::config
