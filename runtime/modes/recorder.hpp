#pragma once

#include <optional>

#include "modes/shadow_exchange.hpp"
#include "upstream/tapped_client.hpp"

namespace patchbay::modes {

/// Keeps a copy of the calls that pass through its client and of what came of them, as long as there is room. [connection: one thread]
class Recorder final : private upstream::CallTap {
 public:
  /// Both must outlive the recorder and its calls.
  Recorder(upstream::Client& upstream, std::unique_ptr<ShadowExchange>& exchange) : exchange_(exchange), client_(upstream, *this) {}

  [[nodiscard]] upstream::Client& client() { return client_; }

  /// Why the exchange was given up, if it was.
  [[nodiscard]] const std::optional<Dropped>& dropped() const { return dropped_; }

  /// Takes room in the exchange; gives the exchange up if there is none. False if there is no exchange any more.
  bool reserve(std::size_t bytes);

 private:
  void sent(std::size_t number, const HttpCall& call) override;
  void head(std::size_t number, int status, const Headers& headers) override;
  void data(std::size_t number, std::string_view bytes) override;
  void failed(std::size_t number, const upstream::Failure& failure) override;

  std::unique_ptr<ShadowExchange>& exchange_;  // null: nothing more is recorded
  upstream::TappedClient client_;
  std::optional<Dropped> dropped_;
};

}  // namespace patchbay::modes
