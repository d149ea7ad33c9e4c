#include "v1/references.hpp"

#include <boost/json/parse.hpp>
#include <cstdlib>
#include <filesystem>

#include "config/file_text.hpp"

namespace patchbay::v1 {

namespace fs = std::filesystem;

namespace {

bool is_name(std::string_view text) {
  if (text.empty() || (text.front() >= '0' && text.front() <= '9')) return false;
  for (const char c : text)
    if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  return true;
}

fs::path expanded(const std::string& path, const std::string& folder) {
  const char* const home = std::getenv("HOME");
  if (path.starts_with("~/") && home != nullptr) return fs::path(home) / path.substr(2);
  return fs::path(path).is_relative() ? fs::path(folder) / path : fs::path(path);
}

}  // namespace

std::optional<std::string> environment_reference(std::string_view text) {
  if (text.size() > 1 && text[0] == '$' && is_name(text.substr(1))) return "${" + std::string(text.substr(1)) + "}";
  if (!text.starts_with("${") || !text.ends_with('}') || text.find('}') != text.size() - 1) return std::nullopt;
  text = text.substr(2, text.size() - 3);
  const std::size_t colon = text.find(':');
  const std::string name(text.substr(0, colon));
  if (!is_name(name)) return std::nullopt;
  if (colon == std::string_view::npos) return "${" + name + "}";
  std::string_view otherwise = text.substr(colon + 1);
  if (otherwise.starts_with('-')) otherwise.remove_prefix(1);
  return "${" + name + ":" + std::string(otherwise) + "}";
}

std::string variable_of(std::string_view reference) {
  if (!reference.starts_with("${") || !reference.ends_with('}')) return {};
  reference = reference.substr(2, reference.size() - 3);
  return std::string(reference.substr(0, reference.find(':')));
}

std::string literal(std::string_view text) {
  std::string result;
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${")) {
    result.append(text.substr(0, at)).append("$${");
    text.remove_prefix(at + 2);
  }
  return result.append(text);
}

std::string reference_or_literal(std::string_view text) {
  std::optional<std::string> reference = environment_reference(text);
  return reference ? std::move(*reference) : literal(text);
}

TokenFile token_file(std::string path, const std::string& folder) {
  const fs::path place = expanded(path, folder);
  const std::optional<std::string> content = config::file_text(place.string());
  if (!content) return {"", "its token file " + path + " cannot be read, and nobody can sign in from here"};
  boost::json::error_code fault;
  const boost::json::value token = boost::json::parse(*content, fault);
  const std::string reference = "file:" + place.lexically_normal().string();
  if (fault || !token.is_object()) return {reference, ""};
  for (const char* const name : {"apiKey", "api_key", "access_token", "token"})
    if (const boost::json::value* const found = token.get_object().if_contains(name); found != nullptr && found->is_string())
      return {reference + "#/" + name, ""};
  return {"", "its token file " + path + " has no access_token"};
}

std::string variable_for(std::string_view provider, std::size_t number) {
  std::string name;
  for (const char c : provider) {
    if (c >= 'a' && c <= 'z')
      name += static_cast<char>(c - 'a' + 'A');
    else
      name += (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
  }
  if (name.empty() || (name.front() >= '0' && name.front() <= '9')) name.insert(0, "_");
  return name + "_API_KEY_" + std::to_string(number);
}

}  // namespace patchbay::v1
