#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "access/virtual_key.hpp"
#include "patchbay/message.hpp"

namespace patchbay::access {

/// What a request is expected to use.
struct Estimate {
  std::uint64_t input_tokens = 0;
  std::uint64_t output_tokens = 0;
};

/// A quarter of the body's bytes for the input; for the output what the body allows (`longest_output`), but not more than `most`; none
/// for operations that generate nothing.
[[nodiscard]] Estimate estimate(const Request& request, std::optional<std::uint64_t> longest_output, std::uint64_t most);

/// What one request may use of its key: asks for it, and holds what was reserved until it is settled. A request that was let in and never
/// is settled has used what it reserved. [connection: one thread]
class Admission {
 public:
  Admission(std::shared_ptr<const KeyTable> table, std::shared_ptr<const VirtualKey> key, std::string_view model, const Estimate& expected);
  ~Admission();
  Admission(const Admission&) = delete;

  [[nodiscard]] const VirtualKey& key() const { return *key_; }
  /// Whether the model that the client named has a price.
  [[nodiscard]] bool has_price() const { return named_price_ != nullptr; }
  /// What is to be reserved.
  [[nodiscard]] Amounts need() const;

  /// Asks for it, and holds it if the verdict is good. Nothing if the state has to be asked first: then `wait`.
  [[nodiscard]] std::optional<Verdict> ask();
  /// Asks the state; see Account::wait. What it reserves is to be held.
  void wait(Account::Decided decided) { key_->account->wait(need(), std::move(decided)); }
  void hold(const Reservation& reservation);

  /// The answer has so many output tokens by now; what goes beyond the reservation is reserved as well, in larger steps.
  void produced(std::uint64_t output_tokens) {
    if (output_tokens > covered_) cover(output_tokens);
  }

  /// The provider is asked for that model; its price counts, if it has one.
  void asked_for(std::string_view model);

  /// The request has ended. `estimated`: nobody counted.
  void settle(const Usage& usage, bool estimated);

 private:
  void cover(std::uint64_t output_tokens);
  [[nodiscard]] Money cost_of(const Usage& usage) const { return price_ != nullptr ? price_->cost(usage) : 0; }

  const std::shared_ptr<const KeyTable> table_;
  const std::shared_ptr<const VirtualKey> key_;
  const Estimate expected_;
  std::string asked_;               // the model whose price counts, or would if it had one
  const Price* const named_price_;  // of the model as the client named it
  const Price* price_;
  Reservation reservation_;
  std::uint64_t covered_;  // output tokens that are reserved
  bool held_ = false;
};

}  // namespace patchbay::access
