#include "server/entrance.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace patchbay::server {

namespace {

using Outcome = access::Gatekeeper::Outcome;

Error refusal(ErrorKind kind, std::string code, std::string message) {
  Error error;
  error.kind = kind;
  error.code = std::move(code);
  error.message = std::move(message);
  error.source = "patchbay";
  return error;
}

/// A request that nobody waits for any more used nothing.
void drop(Outcome& outcome) {
  if (outcome.admission) outcome.admission->settle({}, false);
}

}  // namespace

std::optional<Error> Entrance::identify(const ApiKeys& keys, const Headers& headers, std::string_view target) {
  if (!keys.required() && !gate_.required()) return std::nullopt;
  const std::string presented = presented_key(headers, target);
  const access::KeyHash hash = access::hash_of(presented);
  if (keys.admits(hash)) return std::nullopt;
  std::string why = "the gateway needs one of its API keys: Authorization: Bearer KEY";
  if (gate_.required() && !presented.empty()) {
    key_ = gate_.identify(hash, why);
    if (key_) return std::nullopt;
    if (gate_.keys_unknown())
      return refusal(ErrorKind::unavailable, "state_unavailable", "the gateway cannot read its keys at the moment; try again soon");
  }
  return refusal(ErrorKind::authentication, "invalid_api_key", std::move(why));
}

void Entrance::admit(Request&& request, Pass pass, Refuse refuse) {
  request_bytes_ = request.body.text().size();
  if (!key_) return pass(std::move(request), {});
  auto waiting = std::make_shared<Waiting>(Waiting{std::move(request), std::move(pass), std::move(refuse)});
  Outcome outcome = gate_.admit(key_, waiting->request, [this, &io = worker_.io, weak = std::weak_ptr<Waiting>(waiting)](Outcome&& later) {
    boost::asio::post(io, [this, weak, outcome = std::make_shared<Outcome>(std::move(later))] {
      if (const std::shared_ptr<Waiting> waiting = weak.lock()) {
        waiting_.reset();
        decided(std::move(*outcome), std::move(*waiting));
      } else {
        drop(*outcome);
      }
    });
  });
  if (outcome.decided())
    decided(std::move(outcome), std::move(*waiting));
  else
    waiting_ = std::move(waiting);
}

void Entrance::decided(Outcome&& outcome, Waiting&& waiting) {
  if (outcome.refusal) {
    waiting.refuse(std::move(*outcome.refusal));
  } else {
    admission_ = std::move(outcome.admission);
    if (admission_ && admission_->longest_output()) meter_.allow(*admission_->longest_output());
    waiting.pass(std::move(waiting.request), std::move(outcome.headers));
  }
}

std::optional<access::Refusal> Entrance::refuse_route(std::string_view route) {
  if (!key_ || key_->may_take(route)) return std::nullopt;
  return gate_.refuse_route(*key_, route);
}

std::vector<pipeline::ModelEntry> Entrance::visible(std::vector<pipeline::ModelEntry> models) const {
  if (key_) std::erase_if(models, [this](const pipeline::ModelEntry& model) { return !key_->may_name(model.id); });
  return models;
}

void Entrance::settle(pipeline::Ending ending) {
  if (!admission_) return;
  const pipeline::UsageMeter::Sum sum = meter_.sum(ending);
  admission_->settle(sum.usage, sum.estimated);
  admission_.reset();
}

}  // namespace patchbay::server
