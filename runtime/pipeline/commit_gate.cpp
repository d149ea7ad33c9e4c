#include "pipeline/commit_gate.hpp"

#include <utility>

namespace patchbay::pipeline {

namespace {

constexpr std::size_t most_held = 64u << 10;  // bytes of a preamble; more than that is an answer, whatever the provider calls it

}  // namespace

void CommitGate::provider_headers(Headers&& headers) {
  if (committed_)
    client_.provider_headers(std::move(headers));
  else
    headers_ = std::move(headers);
}

void CommitGate::lost(Loss&& loss) {
  if (committed_)
    client_.lost(std::move(loss));
  else
    losses_.push_back(std::move(loss));
}

void CommitGate::response(Response&& response) {
  commit();
  client_.response(std::move(response));
}

void CommitGate::event(Event&& event) {
  if (holding_ && !committed_) {
    held_bytes_ += event.name.size() + event.data.text().size();
    events_.push_back(std::move(event));
    if (held_bytes_ > most_held) commit();
    return;
  }
  commit();
  client_.event(std::move(event));
}

void CommitGate::end() {
  commit();
  client_.end();
}

void CommitGate::error(Error&& error) {
  if (committed_)
    client_.error(std::move(error));
  else
    owner_.attempt_failed(std::move(error));
}

void CommitGate::give_up(Error&& error) {
  committed_ = true;
  held_bytes_ = 0;
  events_.clear();
  pass_held();
  client_.error(std::move(error));
}

void CommitGate::commit() {
  if (std::exchange(committed_, true)) return;
  owner_.committing();
  if (!model_.empty()) client_.asked_for(model_);
  held_bytes_ = 0;
  pass_held();
}

void CommitGate::pass_held() {
  if (!headers_.empty()) client_.provider_headers(std::move(headers_));
  for (Loss& loss : std::exchange(losses_, {})) client_.lost(std::move(loss));
  for (Event& event : std::exchange(events_, {})) client_.event(std::move(event));
}

}  // namespace patchbay::pipeline
