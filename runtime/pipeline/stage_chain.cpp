#include "pipeline/stage_chain.hpp"

#include <spdlog/spdlog.h>

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
  client.response(std::move(response));
}

void StageChain::Gate::event(Event&& event) {
  if (!finished) client.event(std::move(event));
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
  const auto thrown = plugins::barrier([&] {
    try {
      call();
    } catch (const DocumentError& fault) {
      malformed = fault.what();
    }
  });
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

void StageChain::Link::response(Response&& response) {
  guarded(ErrorKind::upstream, [&] { stage->response(std::move(response), left); });
}

void StageChain::Link::event(Event&& event) {
  guarded(ErrorKind::upstream, [&] { stage->event(std::move(event), left); });
}

void StageChain::Link::end() {
  guarded(ErrorKind::upstream, [&] { stage->end(left); });
}

void StageChain::Link::error(Error&& error) {
  guarded(ErrorKind::upstream, [&] { stage->error(std::move(error), left); });
}

Downstream& StageChain::left_of(std::size_t index) {
  if (index == 0) return client_;
  return links_[index - 1];
}

bool StageChain::add(Instance::Use use, const ConnectionInfo& info) {
  std::unique_ptr<Stage> stage;
  const auto* transform = static_cast<const Transform*>(use.module());
  if (const auto fault_text = plugins::barrier([&] { stage = transform->connect(info); })) {
    use.instance()->count_error();
    right_end().error(module_fault(*use.instance(), *fault_text));
    return false;
  }
  if (stage) links_.emplace_back(std::move(use), std::move(stage), right_end(), client_);
  return true;
}

Flow StageChain::request(std::size_t index, Request& request) {
  Link& link = links_[index];
  Flow flow = Answered{};
  if (link.guarded(ErrorKind::invalid_request, [&] { flow = link.stage->request(request, link.left); })) return flow;
  return Answered{};
}

Flow StageChain::reply(std::size_t index, HttpReply&& reply, Request& request) {
  Link& link = links_[index];
  Flow flow = Answered{};
  if (link.guarded(ErrorKind::invalid_request, [&] { flow = link.stage->reply(std::move(reply), request, link.left); })) return flow;
  return Answered{};
}

}  // namespace patchbay::pipeline
