#pragma once

#include <boost/asio/io_context.hpp>
#include <string>
#include <string_view>

#include "modes/sample_request.hpp"
#include "modes/scripted_upstream.hpp"
#include "modes/seen_answer.hpp"
#include "net/deadline_clock.hpp"
#include "pipeline/engine.hpp"

namespace patchbay::modes {

/// A stage without an audience: an event loop of its own, a scripted upstream, and nobody at the client's end. [one thread]
class Rehearsal {
 public:
  /// Has an engine answer a request and waits for it, for at most a few seconds. `script` of the upstream says what providers reply.
  [[nodiscard]] SeenAnswer play(pipeline::Engine& engine, const SampleRequest& request, std::string_view instead_of_no_model);

  [[nodiscard]] ScriptedUpstream& upstream() { return upstream_; }

 private:
  boost::asio::io_context io_;
  net::DeadlineClock deadlines_{io_};
  ScriptedUpstream upstream_{io_};
  pipeline::Worker worker_{io_, deadlines_, upstream_};
};

}  // namespace patchbay::modes
