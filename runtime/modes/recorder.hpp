#pragma once

#include <optional>

#include "modes/shadow_exchange.hpp"
#include "upstream/client.hpp"

namespace patchbay::modes {

/// An upstream client that passes every call on and keeps a copy of what went and what came, as long as there is room. A call costs the
/// same with or without it, but for the copying. [connection: one thread]
class Recorder final : public upstream::Client {
 public:
  /// Both must outlive the recorder and its calls.
  Recorder(upstream::Client& upstream, std::unique_ptr<ShadowExchange>& exchange) : upstream_(upstream), exchange_(exchange) {}

  std::unique_ptr<upstream::Call> start(HttpCall&& call, const config::Timeouts& timeouts, upstream::CallObserver& observer) override;
  void close_idle() override { upstream_.close_idle(); }

  /// Why the exchange was given up, if it was.
  [[nodiscard]] const std::optional<Dropped>& dropped() const { return dropped_; }

  /// Takes room in the exchange; gives the exchange up if there is none. False if there is no exchange any more.
  bool reserve(std::size_t bytes);

 private:
  class RecordingCall;

  upstream::Client& upstream_;
  std::unique_ptr<ShadowExchange>& exchange_;  // null: nothing more is recorded
  std::optional<Dropped> dropped_;
};

}  // namespace patchbay::modes
