#include "admin/access_api.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/describe/class.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <utility>

#include "config/access.hpp"
#include "server/endpoints.hpp"

namespace patchbay::admin {

namespace json = boost::json;

/// `POST /admin/keys`: as `[[keys]]`, but for the hash, which we make.
struct NewKey {
  std::string name;
  std::string expires;
  std::vector<std::string> routes;
  std::vector<std::string> models;
  std::optional<std::uint64_t> requests_per_minute;
  std::optional<std::uint64_t> tokens_per_minute;
  std::optional<std::uint64_t> concurrency;
  std::vector<config::Budget> budgets;

  static constexpr config::Doc docs[] = {
      {.field = "name", .text = "A unique name.", .required = true},
      {.field = "requests_per_minute", .text = "Of the clock's minutes.", .minimum = 1.0, .maximum = 1e12},
      {.field = "tokens_per_minute", .text = "Input and output together.", .minimum = 1.0, .maximum = 1e12},
      {.field = "concurrency", .text = "Requests at once.", .minimum = 1.0, .maximum = 1e9},
  };
};
BOOST_DESCRIBE_STRUCT(NewKey, (), (name, expires, routes, models, requests_per_minute, tokens_per_minute, concurrency, budgets))

namespace {

using access::Gatekeeper;

config::KeySettings settings_of(const NewKey& wanted, const std::string& secret) {
  return {.name = wanted.name,
          .key_hash = access::to_text(access::hash_of(secret)),
          .expires = wanted.expires,
          .routes = wanted.routes,
          .models = wanted.models,
          .requests_per_minute = wanted.requests_per_minute,
          .tokens_per_minute = wanted.tokens_per_minute,
          .concurrency = wanted.concurrency,
          .budgets = wanted.budgets};
}

json::object describe(const access::Remainder& remainder) {
  const bool money = remainder.limit.resource == access::Resource::cost;
  const auto amount = [money](std::int64_t value) { return money ? json::value(access::to_text(value)) : json::value(value); };
  json::object limit{{"resource", access::name_of(remainder.limit.resource)}};
  if (remainder.limit.resource != access::Resource::concurrency) limit["per"] = access::name_of(remainder.limit.window);
  limit["limit"] = amount(remainder.limit.amount);
  limit["used"] = amount(remainder.spent);
  limit["remaining"] = amount(remainder.remaining);
  return limit;
}

json::object describe(const Gatekeeper::Listed& listed) {
  const access::VirtualKey& key = *listed.key;
  json::object shown{{"name", key.name}, {"managed", listed.managed}, {"expired", key.expired(std::chrono::system_clock::now())}};
  if (key.expires) shown["expires"] = *key.expires;
  shown["routes"] = json::array(key.routes.begin(), key.routes.end());
  shown["models"] = json::array(key.models.begin(), key.models.end());
  json::array& limits = shown["limits"].emplace_array();
  for (const access::Remainder& remainder : key.account->remainders()) limits.push_back(describe(remainder));
  return shown;
}

void list(const AdminCall& call, boost::asio::io_context& control, const Gatekeeper& access) {
  const std::vector<Gatekeeper::Listed> keys = access.list();
  const auto answer = [respond = call.respond, keys] {
    json::array shown;
    for (const Gatekeeper::Listed& key : keys) shown.push_back(describe(key));
    respond({200, json::serialize(json::object{{"keys", std::move(shown)}})});
  };
  if (keys.empty()) return answer();
  const auto left = std::make_shared<std::size_t>(keys.size());
  for (const Gatekeeper::Listed& listed : keys)
    listed.key->account->refresh([&control, left, answer] {
      boost::asio::post(control, [left, answer] {
        if (--*left == 0) answer();
      });
    });
}

void add(const AdminCall& call, boost::asio::io_context& control, Gatekeeper& access) {
  const std::optional<NewKey> wanted = call.body<NewKey>();
  if (!wanted) return;
  const std::string secret = access::new_key();
  const config::KeySettings settings = settings_of(*wanted, secret);
  if (const std::vector<config::KeyFault> faults = config::faults_of(settings); !faults.empty())
    return call.refuse(400, faults.front().field + ": " + faults.front().message);
  access.add_key(settings, [&control, respond = call.respond, name = settings.name, secret](const std::string& failure) {
    boost::asio::post(control, [=] {
      if (failure.empty())
        respond({201, json::serialize(json::object{{"name", name}, {"key", secret}})});
      else
        respond({409, json::serialize(json::object{{"error", failure}})});
    });
  });
}

void revoke(const AdminCall& call, boost::asio::io_context& control, Gatekeeper& access) {
  access.revoke_key(call.name, [&control, respond = call.respond, name = call.name](const std::string& failure) {
    boost::asio::post(control, [=] {
      if (failure.empty())
        respond({200, json::serialize(json::object{{"message", "key '" + name + "' is revoked"}})});
      else
        respond({409, json::serialize(json::object{{"error", failure}})});
    });
  });
}

}  // namespace

void offer_access(AdminApi& api, boost::asio::io_context& control, Gatekeeper& access) {
  api.offer("GET", "/admin/keys", [&control, &access](const AdminCall& call) { list(call, control, access); });
  api.offer("POST", "/admin/keys", [&control, &access](const AdminCall& call) { add(call, control, access); });
  api.offer("DELETE", "/admin/keys/*", [&control, &access](const AdminCall& call) { revoke(call, control, access); });
  api.show([&access](monitoring::PrometheusText& text) { add_metrics(access, text); });
}

void add_metrics(const Gatekeeper& access, monitoring::PrometheusText& text) {
  constexpr std::size_t most_keys = 1'000;  // more are summed up as "other"
  const std::vector<Gatekeeper::Listed> keys = access.list();
  using Numbers = access::Account::Numbers;
  const auto family = [&](const char* name, const char* help, const auto& value) {
    text.metric(name, "counter", help);
    decltype(value(std::declval<const Numbers&>())) others{};
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto number = value(keys[i].key->account->numbers());
      if (i < most_keys)
        text.sample({{"key", keys[i].key->name}}, number);
      else
        others += number;
    }
    if (keys.size() > most_keys) text.sample({{"key", "other"}}, others);
  };
  family("patchbay_key_admitted_total", "Requests that were let in.", [](const Numbers& n) { return n.admitted.load(); });
  family("patchbay_key_input_tokens_total", "Input tokens.", [](const Numbers& n) { return n.input_tokens.load(); });
  family("patchbay_key_cached_input_tokens_total", "Input tokens from the provider's cache.",
         [](const Numbers& n) { return n.cached_input_tokens.load(); });
  family("patchbay_key_output_tokens_total", "Output tokens.", [](const Numbers& n) { return n.output_tokens.load(); });
  family("patchbay_key_estimated_tokens_total", "Tokens among these that were estimated.",
         [](const Numbers& n) { return n.estimated_tokens.load(); });
  family("patchbay_key_cost_total", "What was spent, in the currency of [[prices]].",
         [](const Numbers& n) { return static_cast<double>(n.cost.load()) / 1e9; });

  text.metric("patchbay_key_denied_total", "counter", "Requests that were not let in, by reason.");
  for (std::size_t i = 0; i < std::min(keys.size(), most_keys); ++i)
    for (std::size_t reason = 1; reason < access::denials; ++reason)
      if (const std::uint64_t count = keys[i].key->account->numbers().denied[reason].load(); count > 0)
        text.sample({{"key", keys[i].key->name}, {"reason", access::name_of(static_cast<access::Denial>(reason))}}, count);
  text.metric("patchbay_unknown_keys_total", "counter", "Requests that presented a key that nobody knows.");
  text.sample({}, access.unknown_keys());

  if (access.state() == nullptr) return;
  const state::StateThread::Numbers& state = access.state()->numbers();
  text.metric("patchbay_state_exchanges_total", "counter", "Transactions with the state.");
  text.sample({}, state.exchanges.load());
  text.metric("patchbay_state_failures_total", "counter", "Failures of the state: transactions, and tries to open it.");
  text.sample({}, state.failures.load());
  text.metric("patchbay_state_seconds_total", "counter", "Time that transactions took.");
  text.sample({}, static_cast<double>(state.microseconds.load()) / 1e6);
  text.metric("patchbay_state_up", "gauge", "1 if the last transaction worked.");
  text.sample({}, state.away.load() ? 0 : 1);
}

}  // namespace patchbay::admin
