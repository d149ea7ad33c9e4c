#include "modes/seen_answer.hpp"

namespace patchbay::modes {

void KeepingClient::routed(const pipeline::Patch& patch) {
  seen.route = patch.route;
  seen.target = patch.target;
}

void KeepingClient::response(Response&& response) {
  seen.response = response.body.take_text();
  seen.bytes += seen.response->size();
  seen.complete = true;
  finish();
}

void KeepingClient::event(Event&& event) {
  seen.events.push_back({std::move(event.name), event.data.take_text()});
  seen.bytes += seen.events.back().data.size();
}

void KeepingClient::end() {
  seen.complete = true;
  finish();
}

void KeepingClient::error(Error&& error) {
  seen.error = std::move(error);
  finish();
}

void KeepingClient::finish() {
  if (told_) told_();
}

}  // namespace patchbay::modes
