#include "access/gatekeeper.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <future>

#include "access/key_record.hpp"
#include "access/needs_state.hpp"
#include "access/refusals.hpp"
#include "config/access.hpp"
#include "state/open_store.hpp"

namespace patchbay::access {

namespace {

constexpr unsigned ticks_between_looks_at_keys = 2;

Gatekeeper::Outcome conclude(std::unique_ptr<Admission> admission, const Verdict& verdict, std::string_view protocol) {
  Gatekeeper::Outcome outcome;
  if (verdict.denial == Denial::none) {
    outcome.limits = limit_lines(verdict, protocol);
    outcome.admission = std::move(admission);
  } else {
    admission->key().count_denial(verdict.denial);
    outcome.refusal = Refusal{verdict.denial, explain(verdict, admission->key().name), limit_lines(verdict, protocol)};
  }
  return outcome;
}

}  // namespace

Gatekeeper::Gatekeeper(const config::AccessTables& tables)
    : state_settings_(tables.state),
      managed_(tables.access.managed_keys),
      shared_(state::is_shared(tables.state)),
      table_(std::make_shared<const KeyTable>()),
      configured_(tables) {
  if (needs_state(tables)) open_state(!shared_);
  rebuild();
}

Gatekeeper::~Gatekeeper() { stop(); }

void Gatekeeper::open_state(bool must_open) {
  state_ = std::make_unique<state::StateThread>(state::opener(state_settings_), [this] { tick(); });
  state_->start(must_open);
  for (const auto& [name, account] : accounts_) account->attach(state_.get());
  if (!managed_) return;
  keys_unknown_ = true;
  std::promise<void> read;
  state_->run([&](state::Store* store) {
    if (store != nullptr) read_managed_keys(*store);  // if this throws we are called again, without a store
    read.set_value();
  });
  read.get_future().wait();  // the first request must find its key
}

void Gatekeeper::apply(const config::AccessTables& tables) {
  {
    const std::lock_guard lock(mutex_);
    configured_ = tables;
    configured_.state = state_settings_;
    configured_.access.managed_keys = managed_;
  }
  if (!state_ && needs_state(configured_)) open_state(false);
  rebuild();
}

void Gatekeeper::stop() {
  if (!state_) return;
  state_->run([this](state::Store*) {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, account] : accounts_) account->close();
  });
  state_->stop();
}

void Gatekeeper::rebuild() {
  const std::lock_guard lock(mutex_);
  auto table = std::make_shared<KeyTable>();
  table->prices = Prices(configured_.prices);
  table->reserve_output_tokens = configured_.access.reserve_output_tokens;
  listed_.clear();
  const auto add = [&](const config::KeySettings& settings, bool managed) {
    auto key = std::make_shared<VirtualKey>(make_key(settings, shared_));
    key->account = account_of(*key);
    listed_.push_back({key, managed});
    table->keys.emplace(key->hash, std::move(key));
  };
  for (const config::KeySettings& settings : configured_.keys) add(settings, false);
  for (const auto& [name, settings] : managed_keys_) {
    const bool taken =
        std::any_of(configured_.keys.begin(), configured_.keys.end(), [&](const auto& key) { return key.name == settings.name; });
    if (taken)
      spdlog::warn("key '{}' stands in the configuration; the one that was made at run time is not used", settings.name);
    else
      add(settings, true);
  }
  required_ = managed_ || !table->keys.empty();
  const std::lock_guard table_lock(table_mutex_);
  table_ = std::move(table);
}

std::shared_ptr<Account> Gatekeeper::account_of(const VirtualKey& key) {
  std::shared_ptr<Account>& account = accounts_[key.name];
  if (!account) account = std::make_shared<Account>(key.name, state_.get(), state_settings_.on_failure == "open");
  account->set_limits(key.limits);
  return account;
}

std::shared_ptr<const KeyTable> Gatekeeper::table() const {
  const std::lock_guard lock(table_mutex_);
  return table_;
}

std::shared_ptr<const VirtualKey> Gatekeeper::identify(const KeyHash& hash, std::string& why) {
  std::shared_ptr<const VirtualKey> key = table()->find(hash);
  if (!key) {
    unknown_keys_.fetch_add(1, std::memory_order_relaxed);
    return nullptr;
  }
  if (!key->expired(std::chrono::system_clock::now())) return key;
  key->count_denial(Denial::expired);
  why = "key '" + key->name + "' has expired";
  return nullptr;
}

Refusal Gatekeeper::refuse(const VirtualKey& key, Denial denial, std::string code, std::string message) {
  key.count_denial(denial);
  Refusal refusal;
  refusal.denial = denial;
  refusal.error.kind = ErrorKind::permission;
  refusal.error.code = std::move(code);
  refusal.error.message = std::move(message);
  refusal.error.source = "patchbay";
  return refusal;
}

Refusal Gatekeeper::refuse_route(const VirtualKey& key, std::string_view route) {
  return refuse(key, Denial::route, "route_not_allowed", "key '" + key.name + "' may not take route '" + std::string(route) + "'");
}

Gatekeeper::Outcome Gatekeeper::admit(std::shared_ptr<const VirtualKey> key, const Request& request,
                                      std::optional<std::uint64_t> longest_output) {
  Outcome outcome;
  const std::string& model = request.model();
  if (!key->may_name(model)) {
    outcome.refusal = refuse(*key, Denial::model, "model_not_allowed", "key '" + key->name + "' may not use model '" + model + "'");
    outcome.refusal->error.param = "model";
    return outcome;
  }
  std::shared_ptr<const KeyTable> table = this->table();
  const Estimate expected = key->counts_tokens ? estimate(request, longest_output, table->reserve_output_tokens) : Estimate{};
  auto admission = std::make_unique<Admission>(std::move(table), std::move(key), model, expected);
  if (admission->key().has_cost_budget && !admission->has_price()) {
    outcome.refusal =
        refuse(admission->key(), Denial::price, "model_without_price",
               "key '" + admission->key().name + "' has a budget in money, and model '" + model + "' has no price in [[prices]]");
    return outcome;
  }
  if (const std::optional<Verdict> verdict = admission->ask()) return conclude(std::move(admission), *verdict, request.protocol);
  outcome.admission = std::move(admission);
  outcome.waits = true;
  return outcome;
}

void Gatekeeper::decide_later(std::unique_ptr<Admission> admission, std::string_view protocol, Decided decided) {
  Admission& asking = *admission;
  asking.wait([admission = std::make_shared<std::unique_ptr<Admission>>(std::move(admission)), protocol = std::string(protocol),
               decided = std::move(decided)](const Verdict& verdict, Reservation&& reservation) {
    if (verdict.denial == Denial::none) (*admission)->hold(reservation);
    decided(conclude(std::move(*admission), verdict, protocol));
  });
}

void Gatekeeper::tick() {
  bool look = false;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, account] : accounts_) account->tick();
    look = managed_ && ++ticks_ % ticks_between_looks_at_keys == 0;
  }
  if (!look) return;
  state_->run([this](state::Store* store) {
    if (store != nullptr && store->keys_version() != managed_version_) read_managed_keys(*store);
  });
}

void Gatekeeper::read_managed_keys(state::Store& store) {
  const std::int64_t version = store.keys_version();  // before the keys: what changes meanwhile is read again
  std::map<std::string, config::KeySettings> keys;
  for (const std::string& record : store.keys()) {
    if (std::optional<config::KeySettings> key = parse_record(record))
      keys.emplace(key->name, std::move(*key));
    else
      spdlog::error("a key in the state is none that this version understands; it is not used");
  }
  {
    const std::lock_guard lock(mutex_);
    managed_keys_ = std::move(keys);
    managed_version_ = version;
  }
  rebuild();
  keys_unknown_ = false;
}

void Gatekeeper::change_keys(std::function<std::string(state::Store&)> change, Done done) {
  if (!managed_) return done("keys are not made at run time here; set [access] managed_keys = true");
  state_->run([this, change = std::move(change), done = std::move(done)](state::Store* store) {
    if (store == nullptr) return done("the state is away; the log says why");
    const std::string failure = change(*store);
    read_managed_keys(*store);
    done(failure);
  });
}

void Gatekeeper::add_key(const config::KeySettings& settings, Done done) {
  change_keys(
      [this, settings](state::Store& store) -> std::string {
        {
          const std::lock_guard lock(mutex_);
          for (const config::KeySettings& key : configured_.keys)
            if (key.name == settings.name) return "key '" + settings.name + "' stands in the configuration";
        }
        return store.add_key(settings.name, to_record(settings)) ? "" : "there is a key '" + settings.name + "' already; revoke it first";
      },
      std::move(done));
}

void Gatekeeper::revoke_key(const std::string& name, Done done) {
  change_keys(
      [name](state::Store& store) -> std::string {
        return store.remove_key(name) ? ""
                                      : "there is no key '" + name + "' that was made at run time; those of the configuration stand there";
      },
      std::move(done));
}

std::vector<Gatekeeper::Listed> Gatekeeper::list() const {
  const std::lock_guard lock(mutex_);
  return listed_;
}

}  // namespace patchbay::access
