#include "config/secrets.hpp"

#include <filesystem>

#include "config/file_text.hpp"

namespace patchbay::config {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr std::string_view prefix = "file:";

bool is_public(std::string_view pointer) { return pointer.starts_with("/plugins/trusted_keys/"); }

bool may_be_a_file(std::string_view pointer) {
  return is_public(pointer) || pointer.starts_with("/server/api_keys/") || pointer == "/upstream/proxy" || pointer == "/admin/token" ||
         pointer.find("/config/") != std::string_view::npos;
}

}  // namespace

void resolve_secrets(Located& document, std::vector<std::string>& files, std::vector<Diagnostic>& diagnostics, std::vector<Unmet>& unmet) {
  for (const auto& [pointer, at] : document.parts) {
    if (!may_be_a_file(pointer)) continue;
    json::error_code missing;
    json::value* const value = document.value.find_pointer(pointer, missing);
    if (value == nullptr || !value->is_string() || !std::string_view(value->get_string()).starts_with(prefix)) continue;

    fs::path path(std::string_view(value->get_string()).substr(prefix.size()));
    if (path.is_relative()) path = fs::path(at.file).parent_path() / path;
    std::optional<std::string> secret = file_text(path.string());
    if (!secret) {
      unmet.push_back(
          {pointer,
           {at, key_of(pointer), "cannot read the secret file '" + path.string() + "'; does it exist, and may this user read it?", {}}});
      continue;
    }
    std::error_code unknown;
    if (!is_public(pointer) && (fs::status(path, unknown).permissions() & fs::perms::others_read) != fs::perms::none)
      diagnostics.push_back({at, key_of(pointer), "everybody may read the secret file '" + path.string() + "'; chmod 600 it", {}, true});
    while (secret->ends_with('\n') || secret->ends_with('\r')) secret->pop_back();
    *value = json::value(*secret);
    files.push_back(path.string());
  }
}

}  // namespace patchbay::config
