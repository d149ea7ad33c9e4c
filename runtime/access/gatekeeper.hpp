#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/admission.hpp"
#include "access/virtual_key.hpp"
#include "config/access_settings.hpp"
#include "state/state_thread.hpp"

/// Who may use the gateway, and how much: keys, limits, budgets.
namespace patchbay::access {

/// A key was not let in: what the client is told.
struct Refusal {
  Denial denial = Denial::none;
  Error error;
  std::string limits;  ///< what is left, as lines of a response's head
};

/// Lets requests in or not. Without keys it does nothing and opens nothing. [thread-safe]
class Gatekeeper {
 public:
  /// Opens the state if something has to be kept. Throws state::StoreError if it cannot be and is a file, std::invalid_argument if its
  /// url is none.
  explicit Gatekeeper(const config::AccessTables& tables);
  ~Gatekeeper();
  Gatekeeper(const Gatekeeper&) = delete;

  /// Other keys, limits and prices; what was used stays. `[state]` and `managed_keys` stay as they were.
  void apply(const config::AccessTables& tables);

  /// Returns leases and ends. Requests must have ended.
  void stop();

  /// The keys that were made at run time could not be read yet: nobody can say who has one.
  [[nodiscard]] bool keys_unknown() const { return keys_unknown_.load(std::memory_order_relaxed); }
  /// Whether clients need a key.
  [[nodiscard]] bool required() const { return required_.load(std::memory_order_relaxed); }

  [[nodiscard]] std::shared_ptr<const KeyTable> table() const;

  /// The key with that hash; null if there is none or it has expired: then `why` says so.
  [[nodiscard]] std::shared_ptr<const VirtualKey> identify(const KeyHash& hash, std::string& why);

  /// What became of a wish to be let in.
  struct Outcome {
    std::unique_ptr<Admission> admission;  ///< it was let in, or waits
    std::string limits;                    ///< for who was let in: what is left, as lines of a response's head
    std::optional<Refusal> refusal;        ///< it was not
    bool waits = false;                    ///< nothing is decided before the state has been asked
  };
  using Decided = std::function<void(Outcome&&)>;

  /// Decides at once, unless the state has to be asked. `longest_output`: the most tokens that the request allows for its answer.
  [[nodiscard]] Outcome admit(std::shared_ptr<const VirtualKey> key, const Request& request, std::optional<std::uint64_t> longest_output);
  /// Asks the state about a request that waits, and tells what is decided: once, on any thread, perhaps before this returns. `protocol` is
  /// the client's.
  void decide_later(std::unique_ptr<Admission> admission, std::string_view protocol, Decided decided);

  /// The refusal of a route that the key may not take; counted.
  [[nodiscard]] Refusal refuse_route(const VirtualKey& key, std::string_view route);

  // Keys that are made while the gateway runs.

  /// Whether there are any; otherwise the functions below answer with a failure.
  [[nodiscard]] bool manages_keys() const { return managed_; }
  /// Called on the state's thread with what went wrong; empty if nothing did.
  using Done = std::function<void(std::string failure)>;
  void add_key(const config::KeySettings& settings, Done done);
  void revoke_key(const std::string& name, Done done);

  /// Every key, those of the configuration first; `managed` are the others.
  struct Listed {
    std::shared_ptr<const VirtualKey> key;
    bool managed = false;
  };
  [[nodiscard]] std::vector<Listed> list() const;

  /// Null if there is no state.
  [[nodiscard]] const state::StateThread* state() const { return state_.get(); }
  [[nodiscard]] std::uint64_t unknown_keys() const { return unknown_keys_.load(std::memory_order_relaxed); }

 private:
  void open_state(bool must_open);
  void rebuild();
  void tick();
  void read_managed_keys(state::Store& store);
  [[nodiscard]] std::shared_ptr<Account> account_of(const VirtualKey& key);
  void change_keys(std::function<std::string(state::Store&)> change, Done done);
  [[nodiscard]] Refusal refuse(const VirtualKey& key, Denial denial, std::string code, std::string message);

  const config::StateSettings state_settings_;
  const bool managed_;
  const bool shared_;
  std::unique_ptr<state::StateThread> state_;
  std::atomic<bool> required_{false};
  std::atomic<bool> keys_unknown_{false};
  std::atomic<std::uint64_t> unknown_keys_{0};

  mutable std::mutex table_mutex_;
  std::shared_ptr<const KeyTable> table_;

  mutable std::mutex mutex_;  // of what tables are made from
  config::AccessTables configured_;
  std::map<std::string, config::KeySettings> managed_keys_;
  std::vector<Listed> listed_;
  std::map<std::string, std::shared_ptr<Account>, std::less<>> accounts_;
  std::int64_t managed_version_ = -1;
  unsigned ticks_ = 0;  // of the state's thread
};

}  // namespace patchbay::access
