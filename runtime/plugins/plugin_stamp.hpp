#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::plugins {

/// The fields of a stamp by name; names that start with '~' are only shown.
using Stamp = std::map<std::string, std::string, std::less<>>;

/// Reads the stamp from the ELF note of a file, without running any of its code. The file may be hostile: every offset in it is checked.
/// Throws LoadFailure (not_a_plugin, stamp_missing) about `origin`, the file that `path` is a copy of. [load]
[[nodiscard]] Stamp read_stamp(const std::string& path, const std::string& origin);

/// The stamp that a plugin must have for this host.
[[nodiscard]] Stamp host_stamp();

/// The stamp that a plugin behind patchbay.h must have.
[[nodiscard]] Stamp c_stamp();

/// Whether a stamp is that of such a plugin, of whatever version.
[[nodiscard]] bool is_c_stamp(const Stamp& stamp);

/// "key=value;key=value;" as a Stamp.
[[nodiscard]] Stamp parse_stamp(std::string_view text);

/// Every field in which a plugin differs, as "sdk_abi: the plugin has 2, this host 1"; empty if it fits.
[[nodiscard]] std::vector<std::string> differences(const Stamp& plugin, const Stamp& host);

}  // namespace patchbay::plugins
