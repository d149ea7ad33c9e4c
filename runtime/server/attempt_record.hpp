#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <vector>

#include "hooks/hook_bus.hpp"
#include "monitoring/telemetry.hpp"
#include "pipeline/attempt_observer.hpp"
#include "pipeline/engine.hpp"

namespace patchbay::server {

/// Takes notes of one attempt: where it went, and what its stages did and took. [connection: one thread]
class AttemptRecord final : public pipeline::AttemptObserver {
 public:
  /// Adds its notes to those of the request.
  AttemptRecord(hooks::HookBus& hooks, const monitoring::NotesPlan& plan, monitoring::RequestNotes& notes, const pipeline::Patch& patch);

  [[nodiscard]] bool watches_stages() const override { return watches_stages_; }
  void connected(std::span<const std::string_view> stages) override;
  void enter(Place place, Way way) override;
  void leave(Place place, Way way) override;
  void request_left(Place place, const Document& body) override;
  void answer_left(Place place, const Document& body) override;
  void event_left(Place place, const Event& event) override;
  void calling(HttpCall& call) override;
  void replied(int status, std::chrono::nanoseconds connecting) override;

 private:
  using Clock = monitoring::RequestNotes::Clock;

  [[nodiscard]] monitoring::AttemptNotes& own() { return notes_.attempts[index_]; }
  [[nodiscard]] monitoring::StageNotes* stage(Place place);
  /// Adds the time since the last change to whoever had it.
  void account(Clock::time_point now);
  void tell(hooks::Point point, Place place, Way way);

  struct Running {
    Place place;
    Way way;
    Clock::time_point entered;
  };

  hooks::HookBus& hooks_;
  const monitoring::NotesPlan& plan_;
  monitoring::RequestNotes& notes_;
  const std::size_t index_;  // of this attempt
  const bool watches_stages_;
  std::vector<Running> running_;  // innermost last
  Clock::time_point since_;       // the innermost runs
  std::string last_body_;         // as kept, to see whether a stage changed anything
  std::string last_answer_;
};

}  // namespace patchbay::server
