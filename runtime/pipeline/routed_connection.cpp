#include "pipeline/routed_connection.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <utility>

#include "pipeline/condition.hpp"
#include "pipeline/refusal.hpp"
#include "pipeline/request_copy.hpp"
#include "pipeline/retry_pause.hpp"

namespace patchbay::pipeline {

namespace {

bool serves(const AssembledRoute& route, const Request& request) {
  const auto has = [](const auto& list, const auto& one) { return std::find(list.begin(), list.end(), one) != list.end(); };
  return has(route.capability.protocols, request.protocol) && has(route.capability.operations, request.operation);
}

/// Whether a request is refused while everything rests, instead of trying all the same.
bool fails_fast(const AssembledRoute& route) {
  const bool lone = route.chains.size() == 1 && route.chains.front()->keys.size() <= 1 && route.fallback.empty();
  return route.settings.failover.fail_fast.value_or(!lone);
}

}  // namespace

RoutedConnection::RoutedConnection(Worker& worker, InstanceBuilder& builder, std::shared_ptr<const Assembly> assembly,
                                   const AssembledRoute& route, Request&& request, Client& client)
    : context_{worker, builder, std::move(assembly), client, *this},
      route_(&route),
      first_route_(route),
      request_(std::move(request)),
      timer_(worker.deadlines, [this] { timer_expired(); }) {
  selector_.emplace(route, sticky_hash());
}

std::uint64_t RoutedConnection::sticky_hash() const {
  if (route_->balance != Balance::sticky) return 0;
  if (route_->settings.sticky == "caller") return std::hash<std::string>{}(context_.client.caller());
  try {
    const boost::json::value value = field_value(RequestFacts(request_), route_->settings.sticky);
    return std::hash<std::string>{}(text_of_field(value));
  } catch (const DocumentError&) {
    return 0;  // whoever reads the body will say what is wrong with it
  }
}

void RoutedConnection::begin() {
  const config::Route& settings = route_->settings;
  if (settings.failover.retries != 0 || settings.hedge.after.count() > 0) route_->health->budget.earn(settings.failover.retry_budget);
  if (!advance()) refuse();
}

bool RoutedConnection::advance() {
  const LazyNow now;
  return take_next(now) || wait_for_place(now) || pause_before_retry() || fall_back();
}

bool RoutedConnection::take_next(const LazyNow& now) {
  if (!attempts_left()) return false;
  std::optional<Candidate> candidate = selector_->next(now);
  if (!candidate && may_insist(now) && selector_->with_queue(now) == nullptr) candidate = selector_->insist(now);
  if (!candidate) return false;
  if (failure_) route_->health->failovers.fetch_add(1, std::memory_order_relaxed);
  launch_soon(std::move(*candidate));
  return true;
}

bool RoutedConnection::may_insist(const LazyNow& now) const {
  if (!fails_fast(*route_)) return true;
  // Keys that a provider refused by mistake must not keep a route out of service for as long as they rest.
  if (failure_ || !first_route_.fallback.empty()) return false;
  const Shortage shortage = selector_->shortage(now);
  return !shortage.full && shortage.reason == RestReason::refused;
}

bool RoutedConnection::wait_for_place(const LazyNow& now) {
  if (!attempts_left()) return false;
  const Chain* const chain = selector_->with_queue(now);
  if (chain == nullptr) return false;
  ticket_ = chain->health->queue().join(context_.worker.io, chain->max_concurrency, chain->queue.size, context_.assembly,
                                        [this, chain](TargetQueue::Place place) {
                                          waiting_ = Waiting::none;
                                          timer_.disarm();
                                          ticket_.reset();
                                          if (std::optional<Candidate> candidate = selector_->seated(*chain, LazyNow(), place))
                                            launch(std::move(*candidate));
                                          else if (!advance())
                                            refuse();
                                        });
  if (!ticket_) return false;
  waiting_ = Waiting::place;
  timer_.arm(chain->queue.timeout);
  return true;
}

bool RoutedConnection::pause_before_retry() {
  const config::FailoverSettings& rules = route_->settings.failover;
  if (!failure_ || !attempt_ || !attempts_left() || retries_made_ >= rules.retries) return false;
  const Fault fault = attempt_->fault();
  if (fault != Fault::target && fault != Fault::key) return false;
  const std::optional<std::chrono::milliseconds> pause = retry_pause(rules, retries_made_, failure_->retry_after);
  if (!pause || !route_->health->budget.spend()) return false;
  ++retries_made_;
  route_->health->retries.fetch_add(1, std::memory_order_relaxed);
  waiting_ = Waiting::pause;
  timer_.arm(*pause);
  return true;
}

bool RoutedConnection::fall_back() {
  if (first_route_.fallback.empty()) return false;
  if (!shortage_) shortage_ = selector_->shortage(LazyNow());
  while (fallbacks_tried_ < first_route_.fallback.size()) {
    const AssembledRoute& next = *first_route_.fallback[fallbacks_tried_++];
    if (!serves(next, request_)) continue;
    route_ = &next;
    attempts_made_ = 0;
    retries_made_ = 0;
    selector_.emplace(next, sticky_hash());
    const LazyNow now;
    if (!take_next(now) && !wait_for_place(now)) continue;
    first_route_.health->fallbacks.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
  return false;
}

void RoutedConnection::launch_soon(Candidate&& candidate) {
  if (!attempt_) return launch(std::move(candidate));
  // The attempt that failed is still on the stack.
  next_ = std::move(candidate);
  if (!alive_) alive_ = std::make_shared<bool>(true);
  boost::asio::post(context_.worker.io, [this, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.expired() || !next_) return;
    Candidate candidate = std::move(*next_);
    next_.reset();
    launch(std::move(candidate));
  });
}

void RoutedConnection::launch(Candidate&& candidate) {
  hedge_.reset();
  attempt_.reset();
  ++attempts_made_;
  const bool keep = may_go_on(LazyNow());
  tell_routed(candidate);
  attempt_.emplace(context_, *route_, std::move(candidate), request_for_attempt(keep), keep);
  if (const std::chrono::milliseconds after = route_->settings.hedge.after; after.count() > 0 && keep) {
    waiting_ = Waiting::hedge;
    timer_.arm(after);
  }
  attempt_->begin();
}

void RoutedConnection::launch_hedge() {
  const LazyNow now;
  if (hedge_ || !attempt_ || attempt_->over() || attempt_->committed() || !attempts_left()) return;
  if (!route_->health->budget.spend()) return;
  std::optional<Candidate> candidate = selector_->next_beside(attempt_->candidate(), now);
  if (!candidate) candidate = selector_->again(attempt_->candidate());
  if (!candidate) return;
  ++attempts_made_;
  route_->health->hedges.fetch_add(1, std::memory_order_relaxed);
  hedge_ = std::make_unique<Attempt>(context_, *route_, std::move(*candidate), request_for_attempt(true), true);
  hedge_->begin();
}

void RoutedConnection::timer_expired() {
  switch (std::exchange(waiting_, Waiting::none)) {
    case Waiting::none: return;
    case Waiting::hedge: return launch_hedge();
    case Waiting::place:
      ticket_.reset();
      if (!fall_back()) refuse();
      return;
    case Waiting::pause:
      if (std::optional<Candidate> candidate = selector_->again(attempt_->candidate()))
        launch(std::move(*candidate));
      else if (!wait_for_place(LazyNow()) && !fall_back())
        refuse();
      return;
  }
}

void RoutedConnection::committing(Attempt& attempt) {
  timer_.disarm();
  waiting_ = Waiting::none;
  request_.body = Document();
  has_request_ = false;
  tell_routed(attempt.candidate());
  cancel_other(attempt);
}

void RoutedConnection::cancel_other(const Attempt& attempt) {
  if (hedge_.get() == &attempt)
    attempt_.reset();
  else
    hedge_.reset();
}

void RoutedConnection::failed(Attempt& attempt, Error&& error) {
  const Candidate& candidate = attempt.candidate();
  const Attempt* const other = hedge_.get() == &attempt ? &*attempt_ : hedge_.get();
  selector_->failed(candidate, attempt.fault());
  if (other != nullptr && !other->over() && attempt.fault() != Fault::request) {
    context_.client.setback({candidate.chain->id, attempt.key_id(), error});
    return;  // the other one may still answer
  }
  timer_.disarm();
  waiting_ = Waiting::none;
  failure_ = std::move(error);
  if (has_request_ && attempt.fault() != Fault::request && advance()) {
    context_.client.setback({candidate.chain->id, attempt.key_id(), *failure_});
    return;
  }
  if (attempt.fault() != Fault::request) route_->health->exhausted.fetch_add(1, std::memory_order_relaxed);
  cancel_other(attempt);
  attempt.give_up(std::move(*failure_));
}

void RoutedConnection::refuse() {
  route_->health->refused.fetch_add(1, std::memory_order_relaxed);
  if (failure_ && attempt_) return attempt_->give_up(std::move(*failure_));
  context_.client.routed({first_route_.settings.id, {}, {}});
  context_.client.error(refusal_of(first_route_, shortage_ ? *shortage_ : selector_->shortage(LazyNow())));
}

bool RoutedConnection::may_go_on(const LazyNow& now) const {
  const config::Route& settings = route_->settings;
  if (fallbacks_tried_ < first_route_.fallback.size()) return true;
  if (!attempts_left()) return false;
  return retries_made_ < settings.failover.retries || settings.hedge.after.count() > 0 || selector_->has_more(now) ||
         (!fails_fast(*route_) && route_->chains.size() > 1);
}

Request RoutedConnection::request_for_attempt(bool keep) {
  if (keep) return copy_of(request_);
  has_request_ = false;
  return std::move(request_);
}

void RoutedConnection::tell_routed(const Candidate& candidate) {
  if (std::exchange(told_, candidate.chain) == candidate.chain) return;
  context_.client.routed({route_->settings.id, candidate.chain->id, candidate.chain->provider.instance->key().type});
}

void RoutedConnection::resume() {
  if (attempt_) attempt_->resume();
  if (hedge_) hedge_->resume();
}

}  // namespace patchbay::pipeline
