#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access/virtual_key.hpp"
#include "patchbay/message.hpp"

namespace patchbay::access {

/// What a request is expected to use.
struct Estimate {
  std::uint64_t input_tokens = 0;
  std::uint64_t output_tokens = 0;
  std::optional<std::uint64_t> longest_output;  ///< what the request allows, where it says so and was looked at
};

/// A quarter of the body's bytes for the input; for the output what the body allows, but not more than `most`; none for operations that
/// generate nothing.
[[nodiscard]] Estimate estimate(const Request& request, std::uint64_t most);

/// A request that was let in: holds its reservation until it is settled. One that never is has used what it reserved.
/// [connection: one thread]
class Admission {
 public:
  Admission(std::shared_ptr<const KeyTable> table, std::shared_ptr<const VirtualKey> key, std::string model, Reservation&& reservation,
            const Estimate& expected);
  ~Admission();
  Admission(const Admission&) = delete;

  [[nodiscard]] const VirtualKey& key() const { return *key_; }
  /// The longest answer that the request allows, if that is known.
  [[nodiscard]] std::optional<std::uint64_t> longest_output() const { return longest_output_; }

  /// The answer has so many output tokens by now; what goes beyond the reservation is reserved as well, in larger steps.
  void produced(std::uint64_t output_tokens) {
    if (output_tokens > covered_) cover(output_tokens);
  }

  /// The provider is asked for that model; its price counts, if it has one.
  void asked_for(std::string_view model) { asked_ = model; }

  /// The request has ended. `estimated`: nobody counted.
  void settle(const Usage& usage, bool estimated);

 private:
  void cover(std::uint64_t output_tokens);
  [[nodiscard]] Money cost_of(const Usage& usage) const;

  const std::shared_ptr<const KeyTable> table_;
  const std::shared_ptr<const VirtualKey> key_;
  const std::string model_;  // as the client named it
  std::string asked_;
  Reservation reservation_;
  std::uint64_t covered_;  // output tokens that are reserved
  const std::optional<std::uint64_t> longest_output_;
  bool settled_ = false;
};

}  // namespace patchbay::access
