#pragma once

#include <deque>
#include <vector>

#include "modes/comparison.hpp"
#include "modes/shadow_exchange.hpp"
#include "upstream/client.hpp"

namespace patchbay::modes {

/// The upstream of a copy: answers V2's calls with what V1 got for its own, or passes them on if a real upstream is given; keeps what V2
/// sent. [one thread]
class Replayer final : public upstream::Client {
 public:
  Replayer(boost::asio::io_context& io, const ShadowExchange& exchange, upstream::Client* real)
      : io_(io), exchange_(exchange), real_(real), used_(exchange.calls.size()) {}

  std::unique_ptr<upstream::Call> start(HttpCall&& call, const config::Timeouts& timeouts, upstream::CallObserver& observer) override;
  void close_idle() override {}

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
  const ShadowExchange& exchange_;
  upstream::Client* const real_;
  std::vector<bool> used_;
  std::deque<Sent> sent_;
};

/// An address without the key that some APIs take in the query.
[[nodiscard]] std::string without_key(const std::string& url);

/// Compares what the two sent upstream: addresses, headers without credentials, and bodies.
void compare_calls(const Replayer& replayer, Comparison& comparison);

/// An exchange in full, for the report: request, what was sent upstream, answers and differences. No header is in it, and no key.
[[nodiscard]] boost::json::object sample_of(const ShadowExchange& exchange, const Replayer& replayer, const SeenAnswer& v2,
                                            const Comparison& comparison);

}  // namespace patchbay::modes
