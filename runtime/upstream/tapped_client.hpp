#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "upstream/client.hpp"

namespace patchbay::upstream {

/// Sees calls that pass: what goes, and what comes of it. Calls are numbered from 0 in the order that they begin. [connection: one thread]
class CallTap {
 public:
  virtual void sent(std::size_t number, const HttpCall& call) = 0;
  virtual void head(std::size_t number, int status, const Headers& headers) = 0;
  virtual void data(std::size_t number, std::string_view bytes) = 0;
  virtual void complete(std::size_t) {}
  virtual void failed(std::size_t number, const Failure& failure) = 0;

 protected:
  ~CallTap() = default;
};

/// Passes every call on and shows it to a tap, which sees each thing before the caller does. [connection: one thread]
class TappedClient final : public Client {
 public:
  /// Both must outlive the client and its calls.
  TappedClient(Client& inner, CallTap& tap) : inner_(inner), tap_(tap) {}

  std::unique_ptr<Call> start(HttpCall&& call, const config::Timeouts& timeouts, CallObserver& observer) override;
  void close_idle() override { inner_.close_idle(); }

 private:
  Client& inner_;
  CallTap& tap_;
  std::size_t begun_ = 0;
};

}  // namespace patchbay::upstream
