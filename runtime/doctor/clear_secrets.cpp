#include "doctor/clear_secrets.hpp"

#include <algorithm>
#include <boost/json/value.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "config/file_text.hpp"

namespace patchbay::doctor {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr std::size_t shortest_secret = 8;  // a shorter one is there because something has to be: "none", "ollama"

bool others_may_read(const std::string& file) {
  std::error_code unknown;
  return (fs::status(file, unknown).permissions() & fs::perms::others_read) != fs::perms::none && !unknown;
}

/// The texts of a value that its schema says are never to be shown, by where they stand.
void collect(const json::value& schema, const json::value& value, const std::string& pointer, bool secret,
             std::map<std::string, std::string>& secrets) {
  const json::object* const rules = schema.if_object();
  const auto rule = [rules](std::string_view name) -> const json::value* { return rules != nullptr ? rules->if_contains(name) : nullptr; };
  const json::value nothing;
  const auto rules_of = [&nothing](const json::value* found) -> const json::value& { return found != nullptr ? *found : nothing; };
  secret = secret || rule("writeOnly") != nullptr;
  if (const auto* const text = value.if_string(); text != nullptr && secret) secrets[pointer] = std::string(*text);
  if (const auto* const elements = value.if_array())
    for (std::size_t i = 0; i < elements->size(); ++i)
      collect(rules_of(rule("items")), (*elements)[i], pointer + "/" + std::to_string(i), secret, secrets);
  if (const auto* const members = value.if_object())
    for (const auto& member : *members) {
      const json::value* const properties = rule("properties");
      const json::value* own =
          properties != nullptr && properties->is_object() ? properties->get_object().if_contains(member.key()) : nullptr;
      if (own == nullptr) own = rule("additionalProperties");
      collect(rules_of(own), member.value(), pointer + "/" + config::pointer_token(member.key()), secret, secrets);
    }
}

/// Looks for secrets in the text of files; each file is read once.
class Search {
 public:
  /// `value` is what `key` came to, whatever was written there.
  void look(const std::string& file, const std::string& key, std::string_view value) {
    if (value.size() < shortest_secret) return;
    const auto [found, added] = texts_.try_emplace(file);
    if (added) found->second = config::file_text(file).value_or("");
    const std::string& text = found->second;
    const std::size_t at = text.find(value);
    if (at == std::string::npos || !told_.insert(file + std::to_string(at)).second) return;
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    const std::string place = file + ":" + std::to_string(line) + ": " + key;
    const std::string cure = "write ${VARIABLE}, or file:PATH with a file that only this user may read";
    if (others_may_read(file))
      findings_.push_back({Level::warning, place, "a secret stands here as it is, and every user of this machine may read the file", cure});
    else
      findings_.push_back({Level::note, place, "a secret stands here as it is; copies of the file have it, too", cure});
  }

  void look(const config::Located& config, const std::string& key, const json::value& schema) {
    std::map<std::string, std::string> secrets;
    collect(schema, config.value, "", false, secrets);
    for (const auto& [pointer, value] : secrets) look(config.find(pointer).file, key + ".config." + config::key_of(pointer), value);
  }

  [[nodiscard]] Findings findings() { return std::move(findings_); }

 private:
  std::map<std::string, std::string> texts_;
  std::set<std::string> told_;
  Findings findings_;
};

/// The password of "scheme://user:password@host"; empty if there is none.
std::string_view password_of(std::string_view url) {
  const std::size_t end = url.rfind('@');
  const std::size_t begin = url.find("://");
  if (end == std::string_view::npos || begin == std::string_view::npos || begin + 3 > end) return {};
  const std::string_view user = url.substr(begin + 3, end - begin - 3);
  const std::size_t colon = user.find(':');
  return colon == std::string_view::npos ? std::string_view{} : user.substr(colon + 1);
}

}  // namespace

Findings examine_secrets(const config::Settings& settings, const pipeline::ModuleRegistry& registry) {
  Search search;
  const std::string& main_file = settings.files.front();
  for (std::size_t i = 0; i < settings.server.api_keys.size(); ++i)
    search.look(main_file, "server.api_keys[" + std::to_string(i) + "]", settings.server.api_keys[i]);
  search.look(main_file, "admin.token", settings.admin.token);
  search.look(main_file, "upstream.proxy", password_of(settings.upstream.proxy));
  search.look(main_file, "state.url", password_of(settings.access.state.url));
  for (const config::HookUse& hook : settings.hooks)
    if (hook.webhook)
      for (const auto& [name, value] : hook.webhook->headers) search.look(main_file, "webhook.headers." + name, value);
  for (const auto& [name, value] : settings.telemetry.otlp.headers) search.look(main_file, "telemetry.otlp.headers." + name, value);

  for (const auto& [name, entry] : settings.library)
    if (const pipeline::ModuleFactory* const factory = registry.find(entry.type))
      search.look(entry.config, "library." + name, factory->schema);
  for (const config::Route& route : settings.routes)
    for (const config::Target& target : route.targets)
      for (const config::ModuleUse& module : target.modules)
        if (const pipeline::ModuleFactory* const factory = registry.find(module.type); factory != nullptr && module.library.empty())
          search.look(module.config, module.key + ".config", factory->schema);
  Findings findings = search.findings();
  if (findings.empty()) findings.push_back({Level::ok, main_file, "no secret stands in it as it is", {}});
  return findings;
}

}  // namespace patchbay::doctor
