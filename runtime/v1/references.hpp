#pragma once

#include <optional>
#include <string>
#include <string_view>

/// What a string of a V1 file refers to, as Patchbay's TOML writes it. [thread-safe]
namespace patchbay::v1 {

/// `${VAR}`, `$VAR`, `${VAR:default}` or `${VAR:-default}` as the whole of a text, as `${VAR}` or `${VAR:default}`; nothing for any other.
[[nodiscard]] std::optional<std::string> environment_reference(std::string_view text);

/// The variable of a reference to one; empty if it is none.
[[nodiscard]] std::string variable_of(std::string_view reference);

/// A text that is to be taken literally, whatever it looks like.
[[nodiscard]] std::string literal(std::string_view text);

/// A reference if the text is one, else the text.
[[nodiscard]] std::string reference_or_literal(std::string_view text);

/// A token in a file, or why it cannot be had from there.
struct TokenFile {
  std::string reference;  ///< `file:PATH`, with the pointer to the token if the file is JSON
  std::string obstacle;
};
[[nodiscard]] TokenFile token_file(std::string path, const std::string& folder);

/// The name of a variable for a key: `GLM_API_KEY_1`.
[[nodiscard]] std::string variable_for(std::string_view provider, std::size_t number);

}  // namespace patchbay::v1
