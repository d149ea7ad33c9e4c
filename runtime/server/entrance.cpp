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

std::optional<Error> Entrance::identify(const ApiKeys& keys, const access::KeyHash* presented) {
  std::string why = "the gateway needs one of its API keys: Authorization: Bearer KEY";
  if (presented != nullptr && keys.admits(*presented)) return std::nullopt;
  if (presented != nullptr && gate_.required()) {
    key_ = gate_.identify(*presented, why);
    if (key_) return std::nullopt;
    if (gate_.keys_unknown())
      return refusal(ErrorKind::unavailable, "state_unavailable", "the gateway cannot read its keys at the moment; try again soon");
  }
  return refusal(ErrorKind::authentication, "invalid_api_key", std::move(why));
}

void Entrance::admit(Request&& request, std::optional<std::uint64_t> longest_output, Pass pass, Refuse refuse) {
  request_bytes_ = request.body.text().size();
  if (longest_output) meter_.allow(*longest_output);
  if (!key_) return pass(std::move(request), {});
  Outcome outcome = gate_.admit(key_, request, longest_output);
  if (!outcome.waits) return decided(std::move(outcome), std::move(request), pass, refuse);
  const std::string protocol = request.protocol;
  waiting_ = std::make_shared<Waiting>(Waiting{std::move(request), std::move(pass), std::move(refuse)});
  gate_.decide_later(std::move(outcome.admission), protocol,
                     [this, &io = worker_.io, weak = std::weak_ptr<Waiting>(waiting_)](Outcome&& later) {
                       boost::asio::post(io, [this, weak, outcome = std::make_shared<Outcome>(std::move(later))] {
                         if (const std::shared_ptr<Waiting> waiting = weak.lock()) {
                           waiting_.reset();
                           decided(std::move(*outcome), std::move(waiting->request), waiting->pass, waiting->refuse);
                         } else {
                           drop(*outcome);
                         }
                       });
                     });
}

void Entrance::decided(Outcome&& outcome, Request&& request, const Pass& pass, const Refuse& refuse) {
  if (outcome.refusal) return refuse(std::move(*outcome.refusal));
  admission_ = std::move(outcome.admission);
  pass(std::move(request), std::move(outcome.limits));
}

std::optional<access::Refusal> Entrance::refuse_route(std::string_view route) {
  if (!key_ || key_->may_take(route)) return std::nullopt;
  return gate_.refuse_route(*key_, route);
}

std::vector<pipeline::ModelEntry> Entrance::visible(std::vector<pipeline::ModelEntry> models) const {
  if (!key_) return models;
  const auto may_take = [this](const std::string& route) { return key_->may_take(route); };
  std::erase_if(models, [&](const pipeline::ModelEntry& model) {
    return !key_->may_name(model.id) || (!key_->routes.empty() && std::none_of(model.routes.begin(), model.routes.end(), may_take));
  });
  return models;
}

void Entrance::settle(pipeline::Ending ending) {
  if (!admission_) return;
  const pipeline::UsageMeter::Sum sum = meter_.sum(ending);
  admission_->settle(sum.usage, sum.estimated);
  admission_.reset();
}

}  // namespace patchbay::server
