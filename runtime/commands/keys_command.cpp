#include "commands/keys_command.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "access/key_hash.hpp"
#include "commands/ask_host.hpp"
#include "commands/cli.hpp"
#include "config/access.hpp"
#include "patchbay/plain_json.hpp"

namespace patchbay::commands {

namespace json = boost::json;

namespace {

struct NewKeyOptions {
  std::string name;
  std::string expires;
  std::vector<std::string> routes;
  std::vector<std::string> models;
  std::optional<std::uint64_t> requests_per_minute;
  std::optional<std::uint64_t> tokens_per_minute;
  std::optional<std::uint64_t> concurrency;
  std::vector<std::string> budgets;  // "tokens=1000000/day", "cost=20/month"
  AdminOptions admin;
};

/// Throws std::invalid_argument with what would be right.
json::object parse_budget(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::size_t slash = text.find('/');
  const std::string what = text.substr(0, equals);
  if (equals == std::string::npos || slash == std::string::npos || slash < equals || (what != "tokens" && what != "cost"))
    throw std::invalid_argument("--budget " + text + ": write it like tokens=1000000/day, cost=20/month or cost=100/total");
  json::error_code malformed;
  const json::value amount = json::parse(text.substr(equals + 1, slash - equals - 1), malformed);
  if (malformed || !amount.is_number()) throw std::invalid_argument("--budget " + text + ": the amount is no number");
  return {{"per", text.substr(slash + 1)}, {what, amount}};
}

std::string quoted_list(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + json::serialize(json::value(word));
  return "[" + list + "]";
}

std::string toml_of(const NewKeyOptions& options, const std::string& hash) {
  std::string toml = "[[keys]]\nname = " + json::serialize(json::value(options.name)) + "\nkey_hash = \"" + hash + "\"\n";
  if (!options.expires.empty()) toml += "expires = " + json::serialize(json::value(options.expires)) + "\n";
  if (!options.routes.empty()) toml += "routes = " + quoted_list(options.routes) + "\n";
  if (!options.models.empty()) toml += "models = " + quoted_list(options.models) + "\n";
  const auto number = [&toml](const char* key, const std::optional<std::uint64_t>& value) {
    if (value) toml += std::string(key) + " = " + std::to_string(*value) + "\n";
  };
  number("requests_per_minute", options.requests_per_minute);
  number("tokens_per_minute", options.tokens_per_minute);
  number("concurrency", options.concurrency);
  std::string budgets;
  for (const std::string& text : options.budgets) {
    std::string members;
    for (const auto& member : parse_budget(text))
      members += (members.empty() ? "" : ", ") + std::string(member.key()) + " = " + plain_json(member.value());
    budgets += (budgets.empty() ? "{ " : ", { ") + members + " }";
  }
  if (!budgets.empty()) toml += "budgets = [" + budgets + "]\n";
  return toml;
}

json::object body_of(const NewKeyOptions& options) {
  json::object body{{"name", options.name}, {"expires", options.expires}};
  body["routes"] = json::array(options.routes.begin(), options.routes.end());
  body["models"] = json::array(options.models.begin(), options.models.end());
  if (options.requests_per_minute) body["requests_per_minute"] = *options.requests_per_minute;
  if (options.tokens_per_minute) body["tokens_per_minute"] = *options.tokens_per_minute;
  if (options.concurrency) body["concurrency"] = *options.concurrency;
  json::array& budgets = body["budgets"].emplace_array();
  for (const std::string& text : options.budgets) budgets.push_back(parse_budget(text));
  return body;
}

/// Throws std::invalid_argument with what a configuration would be refused for.
void validate(const NewKeyOptions& options, const std::string& hash) {
  json::object body = body_of(options);
  body["key_hash"] = hash;
  config::Located entry;
  entry.value = std::move(body);
  std::vector<config::Diagnostic> diagnostics;
  const std::optional<config::KeySettings> settings = config::read_as<config::KeySettings>(entry, "keys", diagnostics);
  if (!settings) throw std::invalid_argument(diagnostics.front().key + ": " + diagnostics.front().message);
  if (const auto faults = config::faults_of(*settings); !faults.empty())
    throw std::invalid_argument(faults.front().field + ": " + faults.front().message);
}

/// With a host to talk to, the key is made there and lives in its state; without one, it is for a configuration file.
int new_key(const NewKeyOptions& options) {
  if (options.admin.address.empty() && options.admin.config_file.empty()) {
    const std::string key = access::new_key();
    const std::string hash = access::to_text(access::hash_of(key));
    validate(options, hash);
    std::printf("%s\n", key.c_str());
    std::fprintf(stderr, "this is the key; it is not shown again. For the configuration:\n\n");
    std::printf("\n%s", toml_of(options, hash).c_str());
    return Exit::success;
  }
  const admin::AdminReply reply = ask_host(options.admin, {"POST", "/admin/keys", json::serialize(body_of(options))});
  if (reply.status != 201) {
    std::fprintf(stderr, "%s\n", message_of(reply).c_str());
    return Exit::failure;
  }
  std::printf("%s\n", json::parse(reply.body).at("key").as_string().c_str());
  std::fprintf(stderr, "this is the key; it is not shown again\n");
  return Exit::success;
}

void print_limit(const json::object& limit) {
  const auto text = [&limit](const char* field) { return plain_text(limit.at(field)); };
  const std::string per = limit.contains("per") ? " per " + text("per") : "";
  std::printf("    %s%s: %s of %s used\n", text("resource").c_str(), per.c_str(), text("used").c_str(), text("limit").c_str());
}

int list_keys(const AdminOptions& options, bool as_json) {
  const admin::AdminReply reply = ask_host(options, {"GET", "/admin/keys", ""});
  if (reply.status != 200) {
    std::fprintf(stderr, "%s\n", message_of(reply).c_str());
    return Exit::failure;
  }
  if (as_json) {
    std::printf("%s\n", reply.body.c_str());
    return Exit::success;
  }
  const json::value body = json::parse(reply.body);
  for (const json::value& key : body.at("keys").as_array()) {
    const json::object& shown = key.as_object();
    std::printf("%s%s%s\n", shown.at("name").as_string().c_str(), shown.at("managed").as_bool() ? " (made at run time)" : "",
                shown.at("expired").as_bool() ? ", expired" : "");
    for (const json::value& limit : shown.at("limits").as_array()) print_limit(limit.as_object());
  }
  return Exit::success;
}

int revoke_key(const AdminOptions& options, const std::string& name) {
  const admin::AdminReply reply = ask_host(options, {"DELETE", "/admin/keys/" + path_segment(name), ""});
  const bool done = reply.status == 200;
  std::fprintf(done ? stdout : stderr, "%s\n", message_of(reply).c_str());
  return done ? Exit::success : Exit::failure;
}

}  // namespace

void add_keys(CLI::App& app, int& status) {
  auto* command = app.add_subcommand("keys", "Make the keys of clients, and look after those of a running host");
  command->require_subcommand(1);

  auto wanted = std::make_shared<NewKeyOptions>();
  auto* made = command->add_subcommand(
      "new", "Make a key and print it, once: for the configuration, or, with --admin or --config, for a running host with managed_keys");
  made->add_option("NAME", wanted->name, "What limits, budgets and metrics are counted under")->required();
  made->add_option("--expires", wanted->expires, "2027-01-31, or 2027-01-31T12:00:00Z");
  made->add_option("--route", wanted->routes, "Route that it may take; may be repeated");
  made->add_option("--model", wanted->models, "Model that it may name, or the beginning of names with a '*'; may be repeated");
  made->add_option("--requests-per-minute", wanted->requests_per_minute);
  made->add_option("--tokens-per-minute", wanted->tokens_per_minute);
  made->add_option("--concurrency", wanted->concurrency, "Requests at once");
  made->add_option("--budget", wanted->budgets, "tokens=N/day, cost=N/month, …/total; may be repeated");
  add_admin(*made, wanted->admin);
  made->callback([wanted, &status] { status = new_key(*wanted); });

  auto admin = std::make_shared<AdminOptions>();
  auto as_json = std::make_shared<bool>(false);
  auto* list = command->add_subcommand("list", "Show the keys of a running host and what they have used");
  list->add_flag("--json", *as_json, "Print JSON");
  add_admin(*list, *admin);
  list->callback([admin, as_json, &status] { status = list_keys(*admin, *as_json); });

  auto name = std::make_shared<std::string>();
  auto* revoke = command->add_subcommand("revoke", "Revoke a key that was made at run time; the next request with it is refused");
  revoke->add_option("NAME", *name)->required();
  add_admin(*revoke, *admin);
  revoke->callback([admin, name, &status] { status = revoke_key(*admin, *name); });
}

}  // namespace patchbay::commands
