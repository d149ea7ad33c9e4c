#pragma once

#include <gtest/gtest.h>

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::conversion::testing {

/// Those that clients speak.
inline constexpr std::string_view all_clients[] = {"openai-chat", "openai-responses", "anthropic-messages", "gemini"};
/// Those that providers speak: each of them with a folder in the plugin.
inline constexpr std::string_view all_protocols[] = {"openai-chat", "openai-responses", "anthropic-messages", "gemini", "ollama-chat"};

/// A file beside the tests: `fixtures/…` or `golden/…`.
[[nodiscard]] std::string file_text(const std::string& name);
[[nodiscard]] boost::json::value fixture(const std::string& name);
/// The lines of a recorded stream, one JSON text each.
[[nodiscard]] std::vector<std::string> lines_of(const std::string& text);

/// JSON for people to read and compare: a field a line, keys in their order.
[[nodiscard]] std::string pretty(const boost::json::value& value);

/// Compares with `golden/NAME`, or writes it if PATCHBAY_ACCEPT is set.
void expect_golden(const std::string& name, const std::string& text);

/// A test's name for a protocol.
[[nodiscard]] std::string name_of(std::string_view protocol);

}  // namespace patchbay::conversion::testing
