#include "access/key_record.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "config/access.hpp"

namespace patchbay::access {

namespace json = boost::json;

std::string to_record(const config::KeySettings& key) {
  json::object record{{"name", key.name}, {"key_hash", key.key_hash}, {"expires", key.expires}};
  record["routes"] = json::array(key.routes.begin(), key.routes.end());
  record["models"] = json::array(key.models.begin(), key.models.end());
  if (key.requests_per_minute) record["requests_per_minute"] = *key.requests_per_minute;
  if (key.tokens_per_minute) record["tokens_per_minute"] = *key.tokens_per_minute;
  if (key.concurrency) record["concurrency"] = *key.concurrency;
  json::array& budgets = record["budgets"].emplace_array();
  for (const config::Budget& budget : key.budgets) {
    json::object& one = budgets.emplace_back(json::object{{"per", budget.per}}).get_object();
    if (budget.tokens) one["tokens"] = *budget.tokens;
    if (budget.cost) one["cost"] = *budget.cost;
  }
  return json::serialize(record);
}

std::optional<config::KeySettings> parse_record(std::string_view record) {
  json::error_code malformed;
  const json::value value = json::parse(record, malformed);
  if (malformed) return std::nullopt;
  try {
    auto key = config::parse<config::KeySettings>(value);
    if (config::faults_of(key).empty()) return key;
  } catch (const config::Error&) {
  }
  return std::nullopt;
}

}  // namespace patchbay::access
