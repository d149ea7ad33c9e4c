#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/located.hpp"
#include "config/unmet.hpp"

namespace patchbay::config {

/// What `file:PATH` means, or `file:PATH#/POINTER` for a text within a JSON file; nothing for a text of another form.
struct SecretReference {
  std::string path;     ///< absolute or relative to where the process runs
  std::string pointer;  ///< empty: the whole file
};
[[nodiscard]] std::optional<SecretReference> secret_reference(std::string_view text, const std::string& folder);

/// The secret itself, without a trailing line break. Throws std::runtime_error, which says what to do.
[[nodiscard]] std::string read_secret(const SecretReference& reference);

/// Replaces every string of the form `file:PATH` or `file:PATH#/POINTER` within `server.api_keys`, `upstream.proxy`, `state.url` and the `config` of
/// modules by the content of that file, without its trailing line break, or by the text that a JSON pointer finds in it. Relative paths
/// start at the folder of the file that names them, `~/` at the user's own. Adds the files to `files`. What cannot be read is unmet,
/// a file that everybody may read is a warning.
void resolve_secrets(Located& document, std::vector<std::string>& files, std::vector<Diagnostic>& diagnostics, std::vector<Unmet>& unmet);

}  // namespace patchbay::config
