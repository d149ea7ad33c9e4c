#include "config/unmet.hpp"

#include <algorithm>

namespace patchbay::config {

namespace {

constexpr std::string_view library = "/library/";

/// The entry that a pointer is in, as a token; empty outside of the library.
std::string_view entry_of(std::string_view pointer) {
  if (!pointer.starts_with(library)) return {};
  pointer.remove_prefix(library.size());
  return pointer.substr(0, pointer.find('/'));
}

}  // namespace

std::vector<Diagnostic> faults_of(std::vector<Unmet> unmet, const std::vector<std::string>& used) {
  std::vector<Diagnostic> faults;
  for (Unmet& one : unmet) {
    const std::string_view entry = entry_of(one.pointer);
    if (entry.empty() || std::find(used.begin(), used.end(), entry) != used.end()) faults.push_back(std::move(one.fault));
  }
  return faults;
}

void add_used_entries(const Located& document, std::vector<std::string>& used) {
  for (const auto& [pointer, at] : document.parts) {
    if (!pointer.ends_with("/config") || !entry_of(pointer).empty()) continue;
    boost::json::error_code missing;
    const boost::json::value* const name = document.value.find_pointer(pointer, missing);
    if (name != nullptr && name->is_string()) used.push_back(pointer_token(std::string_view(name->get_string())));
  }
}

}  // namespace patchbay::config
