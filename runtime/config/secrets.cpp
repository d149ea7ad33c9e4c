#include "config/secrets.hpp"

#include <boost/json/parse.hpp>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "config/file_text.hpp"

namespace patchbay::config {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr std::string_view prefix = "file:";

bool is_public(std::string_view pointer) { return pointer.starts_with("/plugins/trusted_keys/"); }

bool may_be_a_file(std::string_view pointer) {
  return is_public(pointer) || pointer.starts_with("/server/api_keys/") || pointer == "/upstream/proxy" || pointer == "/state/url" ||
         pointer == "/admin/token" || pointer.find("/config/") != std::string_view::npos;
}

}  // namespace

std::optional<SecretReference> secret_reference(std::string_view text, const std::string& folder) {
  if (!text.starts_with(prefix)) return std::nullopt;
  text.remove_prefix(prefix.size());
  const std::size_t fragment = text.find("#/");
  SecretReference reference;
  if (fragment != std::string_view::npos) reference.pointer = text.substr(fragment + 1);
  fs::path path(text.substr(0, fragment));
  if (const char* const home = std::getenv("HOME"); home != nullptr && path.string().starts_with("~/"))
    path = fs::path(home) / path.string().substr(2);
  if (path.is_relative()) path = fs::path(folder) / path;
  reference.path = path.string();
  return reference;
}

std::string read_secret(const SecretReference& reference) {
  std::optional<std::string> secret = file_text(reference.path);
  if (!secret) throw std::runtime_error("cannot read the secret file '" + reference.path + "'; does it exist, and may this user read it?");
  if (!reference.pointer.empty()) {
    json::error_code fault;
    const json::value document = json::parse(*secret, fault);
    const json::value* const found = fault ? nullptr : document.find_pointer(reference.pointer, fault);
    if (found == nullptr || !found->is_string())
      throw std::runtime_error("the secret file '" + reference.path + "' is no JSON with a text at " + reference.pointer);
    secret = std::string(found->get_string());
  }
  while (secret->ends_with('\n') || secret->ends_with('\r')) secret->pop_back();
  return std::move(*secret);
}

void resolve_secrets(Located& document, std::vector<std::string>& files, std::vector<Diagnostic>& diagnostics, std::vector<Unmet>& unmet) {
  for (const auto& [pointer, at] : document.parts) {
    if (!may_be_a_file(pointer)) continue;
    json::error_code missing;
    json::value* const value = document.value.find_pointer(pointer, missing);
    if (value == nullptr || !value->is_string()) continue;
    const std::optional<SecretReference> reference = secret_reference(value->get_string(), fs::path(at.file).parent_path().string());
    if (!reference) continue;
    try {
      *value = json::value(read_secret(*reference));
    } catch (const std::runtime_error& unreadable) {
      unmet.push_back({pointer, {at, key_of(pointer), unreadable.what(), {}}});
      continue;
    }
    std::error_code unknown;
    if (!is_public(pointer) && (fs::status(reference->path, unknown).permissions() & fs::perms::others_read) != fs::perms::none)
      diagnostics.push_back({at, key_of(pointer), "everybody may read the secret file '" + reference->path + "'; chmod 600 it", {}, true});
    files.push_back(reference->path);
  }
}

}  // namespace patchbay::config
