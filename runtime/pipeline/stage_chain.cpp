#include "pipeline/stage_chain.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>

#include "plugins/barrier.hpp"

namespace patchbay::pipeline {

namespace {

Error module_fault(const Instance& instance, const std::string& what) {
  Error error;
  error.kind = ErrorKind::internal;
  error.message = "module " + instance.key().type + " failed: " + what;
  error.code = "module_fault";
  error.source = instance.key().type;
  return error;
}

Error end_was_lost(const Instance& instance) {
  Error error;
  error.kind = ErrorKind::internal;
  error.message = "module " + instance.key().type + " of plugin " + instance.factory().plugin +
                  " took the end of the answer and passed nothing on: neither a response, nor an end, nor an error";
  error.code = "answer_not_ended";
  error.source = instance.key().type;
  return error;
}

Error malformed_body(ErrorKind kind, const std::string& what) {
  Error error;
  error.kind = kind;
  error.message = (kind == ErrorKind::invalid_request ? "the request body is " : "the provider's reply is ") + what;
  error.code = kind == ErrorKind::invalid_request ? "invalid_json" : "malformed_reply";
  error.source = kind == ErrorKind::invalid_request ? "client" : "provider";
  return error;
}

}  // namespace

void StageChain::Gate::response(Response&& response) {
  if (std::exchange(finished, true)) return;
  if (observer != nullptr) observer->answer_left(0, response.body);
  const WatchedCall watched(observer, AttemptObserver::client_place, AttemptObserver::Way::to_client);
  client.response(std::move(response));
}

void StageChain::Gate::event(Event&& event) {
  if (finished) return;
  if (observer != nullptr) observer->event_left(0, event);
  const WatchedCall watched(observer, AttemptObserver::client_place, AttemptObserver::Way::to_client);
  client.event(std::move(event));
}

void StageChain::Gate::end() {
  if (std::exchange(finished, true)) return;
  client.end();
}

void StageChain::Gate::error(Error&& error) {
  if (std::exchange(finished, true)) return;
  client.error(std::move(error));
}

template <class Call>
bool StageChain::Link::guarded(ErrorKind if_malformed, Call&& call) {
  if (broken || gate.finished) return false;
  std::string malformed;
  std::optional<std::string> thrown;
  {
    const WatchedCall watched(
        gate.observer, place,
        if_malformed == ErrorKind::invalid_request ? AttemptObserver::Way::to_provider : AttemptObserver::Way::to_client);
    thrown = plugins::barrier([&] {
      try {
        call();
      } catch (const DocumentError& fault) {
        malformed = fault.what();
      }
    });
  }
  if (!thrown && malformed.empty()) return true;

  broken = true;
  if (thrown) {
    use.instance()->count_error();
    spdlog::warn("module {} of plugin {} threw: {}", use.instance()->key().type, use.instance()->factory().plugin, *thrown);
    left.error(module_fault(*use.instance(), *thrown));
  } else {
    left.error(malformed_body(if_malformed, malformed));
  }
  return false;
}

template <class Call>
void StageChain::Link::ending(Call&& call) {
  ended = true;
  if (!guarded(ErrorKind::upstream, std::forward<Call>(call)) || passed_the_end_on()) return;
  broken = true;
  use.instance()->count_error();
  Error error = end_was_lost(*use.instance());
  spdlog::warn("{}", error.message);
  left.error(std::move(error));
}

void StageChain::Link::response(Response&& response) {
  if (gate.observer != nullptr) gate.observer->answer_left(place + 1, response.body);
  ending([&] { stage->response(std::move(response), left); });
}

void StageChain::Link::event(Event&& event) {
  if (gate.observer != nullptr) gate.observer->event_left(place + 1, event);
  guarded(ErrorKind::upstream, [&] { stage->event(std::move(event), left); });
}

void StageChain::Link::end() {
  ending([&] { stage->end(left); });
}

void StageChain::Link::error(Error&& error) {
  ending([&] { stage->error(std::move(error), left); });
}

Downstream& StageChain::left_of(std::size_t index) {
  if (index == 0) return client_;
  return links_[index - 1];
}

StageChain::Link& StageChain::add_link(Instance::Use use, std::unique_ptr<Stage> stage) {
  const Link* const left = links_.empty() ? nullptr : &links_.back();
  return links_.emplace_back(std::move(use), std::move(stage), right_end(), left, client_, links_.size());
}

bool StageChain::add(Instance::Use use, const ConnectionInfo& info) {
  if (use.instance()->key().isolated) {
    const auto* transform = static_cast<const RemoteTransform*>(use.module());
    std::unique_ptr<RemoteStage> stage = transform->connect_remote(info, *use.instance(), *listener_);
    RemoteStage* const remote = stage.get();
    add_link(std::move(use), std::move(stage)).remote = remote;
    has_remote_ = true;
    return true;
  }
  std::unique_ptr<Stage> stage;
  const auto* transform = static_cast<const Transform*>(use.module());
  if (const auto fault_text = plugins::barrier([&] { stage = transform->connect(info); })) {
    use.instance()->count_error();
    right_end().error(module_fault(*use.instance(), *fault_text));
    return false;
  }
  if (stage) add_link(std::move(use), std::move(stage));
  return true;
}

void StageChain::connected() const {
  if (client_.observer == nullptr) return;
  std::vector<std::string_view> types;
  for (const Link& link : links_) types.emplace_back(link.use.instance()->key().type);
  client_.observer->connected(types);
}

bool StageChain::is_finishing() const {
  return has_remote_ && std::any_of(links_.begin(), links_.end(), [](const Link& link) { return link.remote && link.remote->is_ending(); });
}

std::size_t StageChain::unsent() const {
  std::size_t bytes = client_.client.unsent();
  if (has_remote_)
    for (const Link& link : links_)
      if (link.remote) bytes += link.remote->unsent();
  return bytes;
}

std::optional<Flow> StageChain::request(std::size_t index, Request& request) {
  Link& link = links_[index];
  if (link.remote) return finished() ? Flow(Answered{}) : link.remote->show(request, link.left);
  Flow flow = Answered{};
  if (!link.guarded(ErrorKind::invalid_request, [&] { flow = link.stage->request(request, link.left); })) return Answered{};
  if (client_.observer != nullptr) client_.observer->request_left(index, request.body);
  return flow;
}

std::optional<Flow> StageChain::reply(std::size_t index, HttpReply&& reply, Request& request) {
  Link& link = links_[index];
  if (link.remote) return finished() ? Flow(Answered{}) : link.remote->show_reply(std::move(reply));
  Flow flow = Answered{};
  if (link.guarded(ErrorKind::invalid_request, [&] { flow = link.stage->reply(std::move(reply), request, link.left); })) return flow;
  return Answered{};
}

}  // namespace patchbay::pipeline
