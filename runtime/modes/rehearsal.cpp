#include "modes/rehearsal.hpp"

#include <chrono>

namespace patchbay::modes {

SeenAnswer Rehearsal::play(pipeline::Engine& engine, const SampleRequest& request, std::string_view instead_of_no_model) {
  constexpr std::chrono::seconds patience{10};
  const auto give_up = std::chrono::steady_clock::now() + patience;
  KeepingClient client("rehearsal");
  {
    const auto connection = engine.start(worker_, request.request("rehearsal", instead_of_no_model), client);
    while (!client.seen.finished() && std::chrono::steady_clock::now() < give_up) {
      io_.restart();
      io_.run_one_until(give_up);
    }
  }
  io_.restart();
  io_.poll();  // what was posted for the connection that is gone
  return std::move(client.seen);
}

}  // namespace patchbay::modes
