#include "config/access.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <filesystem>

#include "config/read_sound.hpp"

namespace patchbay::config {

namespace {

constexpr std::string_view sqlite = "sqlite:";
constexpr std::string_view redis = "redis://";
constexpr std::string_view hash_prefix = "sha256:";
constexpr std::string_view hexadecimal = "0123456789abcdef";
constexpr std::size_t longest_name = 64;

bool number(std::string_view text, int& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size();
}

/// "HH:MM:SSZ" as seconds; nothing if it is none.
std::optional<std::int64_t> seconds_of_day(std::string_view text) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (text.size() != 9 || text[2] != ':' || text[5] != ':' || (text[8] != 'Z' && text[8] != 'z')) return std::nullopt;
  if (!number(text.substr(0, 2), hour) || !number(text.substr(3, 2), minute) || !number(text.substr(6, 2), second)) return std::nullopt;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return std::nullopt;
  return hour * 3600 + minute * 60 + second;
}

template <class T>
T table(const Located& document, const std::string& name, std::vector<Diagnostic>& diagnostics) {
  const Located located = document.part("/" + name);
  if (located.value.is_null()) return {};
  return read_sound<T>(located, name, diagnostics).value_or(T{});
}

/// Calls `take` with each entry of an array of tables, where it stands, and its key.
template <class T, class Take>
void each(const Located& document, const std::string& name, std::vector<Diagnostic>& diagnostics, Take take) {
  const Located list = document.part("/" + name);
  if (list.value.is_null()) return;
  if (!list.value.is_array()) {
    diagnostics.push_back({list.at, name, "expected an array of tables: [[" + name + "]]", {}});
    return;
  }
  for (std::size_t i = 0; i < list.value.get_array().size(); ++i) {
    const Located located = list.part("/" + std::to_string(i));
    const std::string key = name + "[" + std::to_string(i) + "]";
    if (std::optional<T> entry = read_sound<T>(located, key, diagnostics)) take(std::move(*entry), located, key);
  }
}

void check_state(StateSettings& state, const Located& document, const std::string& folder, std::vector<Diagnostic>& diagnostics) {
  const std::string_view url = state.url;
  if (url.starts_with(sqlite) && url.size() > sqlite.size()) {
    const std::filesystem::path path(url.substr(sqlite.size()));
    state.url = std::string(sqlite) + (std::filesystem::path(folder) / path).lexically_normal().string();
  } else if (!url.starts_with(redis) || url.size() == redis.size()) {
    diagnostics.push_back(
        {document.find("/state/url"), "state.url", "write it as sqlite:PATH or redis://[USER:PASSWORD@]HOST[:PORT][/DB]", {}});
  }
}

/// A route that is not there is a spelling mistake.
void check_routes(const KeySettings& key, const Located& located, const std::string& at, const Settings& settings,
                  std::vector<Diagnostic>& diagnostics) {
  std::vector<std::string> ids;
  for (const Route& route : settings.routes) ids.push_back(route.id);
  for (std::size_t i = 0; i < key.routes.size(); ++i)
    if (std::find(ids.begin(), ids.end(), key.routes[i]) == ids.end())
      diagnostics.push_back({located.find("/routes/" + std::to_string(i)), at + ".routes[" + std::to_string(i) + "]",
                             "there is no route '" + key.routes[i] + "'", nearest(key.routes[i], ids)});
}

}  // namespace

std::optional<std::int64_t> parse_expiry(std::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (!number(text.substr(0, 4), year) || !number(text.substr(5, 2), month) || !number(text.substr(8, 2), day)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || year < 1970) return std::nullopt;
  const std::int64_t midnight = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::sys_days(date).time_since_epoch()).count();
  if (text.size() == 10) return midnight + 24 * 3600;
  if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
  const std::optional<std::int64_t> seconds = seconds_of_day(text.substr(11));
  return seconds ? std::optional(midnight + *seconds) : std::nullopt;
}

std::vector<KeyFault> faults_of(const KeySettings& key) {
  std::vector<KeyFault> faults;
  const auto printable = [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; };
  if (key.name.empty() || key.name.size() > longest_name || !std::all_of(key.name.begin(), key.name.end(), printable))
    faults.push_back({"name", "a name has 1 to 64 visible ASCII characters without quotes"});
  const std::string_view digits = std::string_view(key.key_hash).substr(std::min(hash_prefix.size(), key.key_hash.size()));
  if (!key.key_hash.starts_with(hash_prefix) || digits.size() != 64 || digits.find_first_not_of(hexadecimal) != std::string_view::npos)
    faults.push_back(
        {"key_hash", "expected 'sha256:' and 64 lower case hexadecimal digits; `patchbay keys new " + key.name + "` prints it"});
  if (!key.expires.empty() && !parse_expiry(key.expires)) faults.push_back({"expires", "write it as 2027-01-31 or 2027-01-31T12:00:00Z"});
  for (std::size_t i = 0; i < key.budgets.size(); ++i) {
    const Budget& budget = key.budgets[i];
    const std::string at = "budgets/" + std::to_string(i);
    if (!budget.tokens && !budget.cost) faults.push_back({at, "a budget has `tokens`, `cost`, or both"});
    for (std::size_t before = 0; before < i; ++before)
      if (key.budgets[before].per == budget.per) faults.push_back({at, "there is a budget per " + budget.per + " already"});
  }
  return faults;
}

void read_access(const Located& document, const std::string& folder, Settings& settings, std::vector<Diagnostic>& diagnostics) {
  AccessTables& tables = settings.access;
  tables.access = table<AccessSettings>(document, "access", diagnostics);
  tables.state = table<StateSettings>(document, "state", diagnostics);
  check_state(tables.state, document, folder, diagnostics);
  each<PriceSettings>(document, "prices", diagnostics,
                      [&](PriceSettings&& price, const Located&, const std::string&) { tables.prices.push_back(std::move(price)); });
  each<KeySettings>(document, "keys", diagnostics, [&](KeySettings&& key, const Located& located, const std::string& at) {
    for (const KeyFault& fault : faults_of(key))
      diagnostics.push_back({located.find("/" + fault.field), at + key_of("/" + fault.field).insert(0, "."), fault.message, {}});
    check_routes(key, located, at, settings, diagnostics);
    for (const KeySettings& other : tables.keys) {
      if (other.name == key.name)
        diagnostics.push_back({located.find("/name"), at + ".name", "key '" + key.name + "' is there already", {}});
      if (other.key_hash == key.key_hash)
        diagnostics.push_back({located.find("/key_hash"), at + ".key_hash", "key '" + other.name + "' has the same hash", {}});
    }
    const bool in_money = std::any_of(key.budgets.begin(), key.budgets.end(), [](const Budget& budget) { return budget.cost.has_value(); });
    if (in_money && tables.prices.empty())
      diagnostics.push_back({located.find("/budgets"),
                             at + ".budgets",
                             "a budget in money needs [[prices]], and there are none: each request of this key will be refused",
                             {},
                             true});
    tables.keys.push_back(std::move(key));
  });
}

}  // namespace patchbay::config
