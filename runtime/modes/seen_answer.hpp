#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/engine.hpp"

namespace patchbay::modes {

/// What a client was told, kept to be looked at.
struct SeenAnswer {
  std::string route;
  std::string target;
  std::optional<std::string> response;
  std::vector<EventText> events;
  std::optional<Error> error;
  bool complete = false;  ///< a response, or events and their end
  std::size_t bytes = 0;

  [[nodiscard]] bool finished() const { return complete || error; }
};

/// The client of a rehearsal: nobody is there, and everything is kept. [connection: one thread]
class KeepingClient final : public pipeline::Client {
 public:
  explicit KeepingClient(std::string caller = {}) : caller_(std::move(caller)) {}

  /// Called when the answer is finished.
  void on_finish(std::function<void()> told) { told_ = std::move(told); }

  void routed(const pipeline::Patch& patch) override;
  void calling() override {}
  void provider_headers(Headers&&) override {}
  void keep_alive() override {}
  [[nodiscard]] std::size_t unsent() const override { return 0; }
  [[nodiscard]] std::string caller() const override { return caller_; }
  void response(Response&& response) override;
  void event(Event&& event) override;
  void end() override;
  void error(Error&& error) override;
  void lost(Loss&&) override {}

  SeenAnswer seen;

 private:
  void finish();

  const std::string caller_;
  std::function<void()> told_;
};

}  // namespace patchbay::modes
