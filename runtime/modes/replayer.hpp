#pragma once

#include <deque>
#include <vector>

#include "modes/comparison.hpp"
#include "modes/shadow_exchange.hpp"
#include "upstream/client.hpp"

namespace patchbay::modes {

/// The upstream of a copy: answers its calls (V2's) with what the original (V1) got for its own, or passes them on if a real upstream is
/// given; keeps what was sent. [one thread]
class Replayer final : public upstream::Client {
 public:
  /// `recorded` and `real` must outlive it.
  Replayer(boost::asio::io_context& io, const std::deque<RecordedCall>& recorded, upstream::Client* real)
      : io_(io), recorded_(recorded), real_(real), used_(recorded.size()) {}

  std::unique_ptr<upstream::Call> start(HttpCall&& call, const config::Timeouts& timeouts, upstream::CallObserver& observer) override;
  void close_idle() override {
    if (real_ != nullptr) real_->close_idle();
  }

  /// A call of V2 and the call of V1 that it was answered by; null if V1 made none.
  struct Sent {
    HttpCall call;
    const RecordedCall* counterpart = nullptr;
  };
  [[nodiscard]] const std::deque<Sent>& sent() const { return sent_; }
  /// Calls of V1 that V2 made none for.
  [[nodiscard]] std::vector<const RecordedCall*> unused() const;

 private:
  /// The first call of V1 not used yet that goes to the same place, else the first one at all.
  [[nodiscard]] const RecordedCall* counterpart_of(const HttpCall& call);

  boost::asio::io_context& io_;
  const std::deque<RecordedCall>& recorded_;
  upstream::Client* const real_;
  std::vector<bool> used_;
  std::deque<Sent> sent_;
};

/// Compares two calls: addresses, headers without credentials, and bodies. `at` is where differences are said to be.
void compare_call(const HttpCall& v1, const HttpCall& v2, const std::string& at, Comparison& comparison);

/// Compares what the two sent upstream, each call with its counterpart.
void compare_calls(const Replayer& replayer, Comparison& comparison);

/// An exchange in full, for the report: request, what was sent upstream, answers and differences. No header is in it, and no key.
[[nodiscard]] boost::json::object sample_of(const ShadowExchange& exchange, const Replayer& replayer, const SeenAnswer& v2,
                                            const Comparison& comparison);

}  // namespace patchbay::modes
