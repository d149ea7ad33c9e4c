#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace patchbay::conversion {

/// Appends a JSON string (RFC 8259 section 7): for the few fields of a stream event, which are not worth a tree.
void append_quoted(std::string& out, std::string_view text);

/// The value that a JSON text says, or the text as a string if it is not JSON. Empty text is an empty object: a call without arguments.
[[nodiscard]] boost::json::value arguments_value(std::string_view text);

/// Whether a value is that string.
[[nodiscard]] bool says(const boost::json::value& value, std::string_view text);

/// A member that is a string; empty if it is absent or something else.
[[nodiscard]] std::string string_at(const boost::json::object& object, std::string_view key);

/// A member that is a whole number; `otherwise` if it is absent or something else.
[[nodiscard]] std::int64_t integer_at(const boost::json::object& object, std::string_view key, std::int64_t otherwise = -1);

/// Parts of a content: a single one that is nothing but text as a string, which every server takes; else the array.
[[nodiscard]] boost::json::value as_content(boost::json::array&& parts);

/// Sets a field unless its value says nothing: null, or an empty string.
void put(boost::json::object& object, std::string_view key, boost::json::value value);

/// Adds fields that the hub had no word for, without replacing any.
void merge(boost::json::object& into, boost::json::object&& extras);

}  // namespace patchbay::conversion
