#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>

#include "patchbay/message.hpp"

namespace patchbay::pipeline {

/// Watches one attempt of a request on its way to a provider and back. [connection: one thread]
///
/// Calls of stages nest: a stage that emits calls the one to its left. Each `enter` has its `leave`. A place is that of a stage, counted
/// from the client's side; the code of the provider has the place after the last of them.
class AttemptObserver {
 public:
  using Place = std::size_t;
  static constexpr Place client_place = static_cast<Place>(-1);  ///< the server's own code

  /// Which way a message goes.
  enum class Way : bool { to_provider, to_client };

  /// Whether stages are to be watched; if not, `connected` and `enter` to `event_left` are not called. Does not change.
  [[nodiscard]] virtual bool watches_stages() const = 0;

  /// The stages are in place; their module types, from the left.
  virtual void connected(std::span<const std::string_view> stages) = 0;
  virtual void enter(Place place, Way way) = 0;
  virtual void leave(Place place, Way way) = 0;
  /// What a stage made of the request, and of a whole answer.
  virtual void request_left(Place place, const Document& body) = 0;
  virtual void answer_left(Place place, const Document& body) = 0;
  /// An event of a stream that a stage let go.
  virtual void event_left(Place place, const Event& event) = 0;

  /// The call is about to be made; headers may be added.
  virtual void calling(HttpCall& call) = 0;
  /// The head of the provider's reply is there, after the connection took so long to make; zero for one that was there.
  virtual void replied(int status, std::chrono::nanoseconds connecting) = 0;

 protected:
  ~AttemptObserver() = default;
};

/// Tells an observer, if there is one, of a call into a stage, for as long as it lives.
class WatchedCall {
 public:
  WatchedCall(AttemptObserver* observer, AttemptObserver::Place place, AttemptObserver::Way way)
      : observer_(observer), place_(place), way_(way) {
    if (observer_ != nullptr) observer_->enter(place_, way_);
  }
  ~WatchedCall() {
    if (observer_ != nullptr) observer_->leave(place_, way_);
  }
  WatchedCall(const WatchedCall&) = delete;

 private:
  AttemptObserver* const observer_;
  const AttemptObserver::Place place_;
  const AttemptObserver::Way way_;
};

}  // namespace patchbay::pipeline
