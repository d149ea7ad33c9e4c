#include "patchbay/testing/chain.hpp"

#include <deque>
#include <memory>
#include <stdexcept>

#include "patchbay/json_skim.hpp"
#include "patchbay/testing/streams.hpp"

namespace patchbay::testing {

namespace {

constexpr std::size_t max_side_calls = 8;  // as the host

/// The client's end: what comes after it left, or after its end, is not seen.
class Gate final : public Downstream {
 public:
  Gate(RecordingDownstream& client, std::size_t leave_after) : client_(client), leave_after_(leave_after) {}

  void response(Response&& response) override {
    if (!left()) client_.response(std::move(response));
  }
  void event(Event&& event) override {
    if (!left()) client_.event(std::move(event));
  }
  void end() override {
    if (!left()) client_.end();
  }
  void error(Error&& error) override {
    if (!left()) client_.error(std::move(error));
  }
  void lost(Loss&& loss) override { client_.lost(std::move(loss)); }

  [[nodiscard]] bool left() const { return !client_.finished && client_.events.size() >= leave_after_; }
  [[nodiscard]] bool over() const { return client_.finished || left(); }

 private:
  RecordingDownstream& client_;
  const std::size_t leave_after_;
};

Error fault(ErrorKind kind, std::string code, std::string message) {
  Error error;
  error.kind = kind;
  error.code = std::move(code);
  error.message = std::move(message);
  error.source = "harness";
  return error;
}

/// A stage, and what is to its left. What the stage throws becomes an error to the left, and nothing more reaches it.
class Link final : public Downstream {
 public:
  Link(std::unique_ptr<Stage> stage, Downstream& left, const Gate& gate) : stage_(std::move(stage)), left_(left), gate_(gate) {}

  void response(Response&& response) override {
    guarded(ErrorKind::upstream, [&] { stage_->response(std::move(response), left_); });
  }
  void event(Event&& event) override {
    guarded(ErrorKind::upstream, [&] { stage_->event(std::move(event), left_); });
  }
  void end() override {
    guarded(ErrorKind::upstream, [&] { stage_->end(left_); });
  }
  void error(Error&& error) override {
    guarded(ErrorKind::upstream, [&] { stage_->error(std::move(error), left_); });
  }
  void lost(Loss&& loss) override { left_.lost(std::move(loss)); }

  Flow request(Request& request) {
    Flow flow = Answered{};
    guarded(ErrorKind::invalid_request, [&] { flow = stage_->request(request, left_); });
    return flow;
  }
  Flow reply(HttpReply&& reply, Request& request) {
    Flow flow = Answered{};
    guarded(ErrorKind::invalid_request, [&] { flow = stage_->reply(std::move(reply), request, left_); });
    return flow;
  }

 private:
  template <class Call>
  void guarded(ErrorKind if_malformed, Call&& call) {
    if (broken_ || gate_.over()) return;
    try {
      call();
    } catch (const DocumentError& malformed) {
      broken_ = true;
      left_.error(fault(if_malformed, "invalid_json", malformed.what()));
    } catch (const std::exception& thrown) {
      broken_ = true;
      left_.error(fault(ErrorKind::internal, "module_fault", std::string("a stage threw: ") + thrown.what()));
    } catch (...) {
      broken_ = true;
      left_.error(fault(ErrorKind::internal, "module_fault", "a stage threw something that is not a std::exception"));
    }
  }

  std::unique_ptr<Stage> stage_;
  Downstream& left_;
  const Gate& gate_;
  bool broken_ = false;
};

/// One request on its way.
class Run {
 public:
  Run(const Provider& provider, const Script& upstream, Outcome& outcome, std::size_t leave_after)
      : provider_(provider), upstream_(upstream), outcome_(outcome), gate_(outcome.client, leave_after) {}

  void add(const Transform& module, const ConnectionInfo& info) {
    if (gate_.over()) return;
    try {
      if (auto stage = module.connect(info)) links_.emplace_back(std::move(stage), right_end(), gate_);
    } catch (const std::exception& thrown) {
      right_end().error(fault(ErrorKind::internal, "module_fault", std::string("connect threw: ") + thrown.what()));
    }
  }

  void go(Request& request) {
    for (Link& link : links_) {
      if (gate_.over()) return;
      Flow flow = link.request(request);
      while (Ask* const ask = std::get_if<Ask>(&flow)) {
        if (outcome_.side_calls.size() == max_side_calls)
          return right_end().error(
              fault(ErrorKind::internal, "too_many_side_calls", "more side calls than the host makes for one request"));
        outcome_.side_calls.push_back(std::move(ask->call));
        const LocalAnswer& answer = next_reply(outcome_.side_calls.back());
        flow = link.reply({answer.status, answer.headers, body_of(answer)}, request);
      }
      if (!std::holds_alternative<Answered>(flow)) continue;
      if (!gate_.over()) right_end().error(fault(ErrorKind::internal, "unanswered", "a stage said that it had answered, and had not"));
      return;
    }
    if (!gate_.over()) call_provider(request);
  }

 private:
  Downstream& right_end() {
    if (links_.empty()) return gate_;
    return links_.back();
  }

  const LocalAnswer& next_reply(const HttpCall& call) {
    if (replies_used_ == upstream_.replies().size())
      throw std::logic_error("the script of the upstream has " + std::to_string(replies_used_) + " replies, and none for " + call.method +
                             " " + call.url);
    return upstream_.replies()[replies_used_++];
  }

  void call_provider(Request& request) {
    if (request.protocol != provider_.protocol())
      throw std::logic_error("the request reaches the provider in protocol '" + request.protocol + "', which speaks '" +
                             std::string(provider_.protocol()) + "'");
    Exchange exchange;
    try {
      const auto keys = provider_.credentials();
      exchange = provider_.describe(request, keys.empty() ? Credential{} : keys[0]);
    } catch (const DocumentError& malformed) {
      return right_end().error(fault(ErrorKind::invalid_request, "invalid_json", malformed.what()));
    } catch (const std::exception& thrown) {
      return right_end().error(fault(ErrorKind::internal, "module_fault", std::string("the provider threw: ") + thrown.what()));
    }
    if (const LocalAnswer* const local = std::get_if<LocalAnswer>(&exchange)) return play(*local, Framing::automatic);
    outcome_.call = std::get<HttpCall>(std::move(exchange));
    play(next_reply(*outcome_.call), outcome_.call->framing);
  }

  void play(const LocalAnswer& answer, Framing wanted) {
    if (answer.status < 200 || answer.status >= 400) return explain(answer.status, answer.headers, body_of(answer));
    const Framing framing = framing_of(wanted, answer.headers);
    if (framing == Framing::whole) return play_whole(answer);

    EventCutter cutter(framing);
    for (const LocalAnswer::Piece& piece : answer.pieces)
      for (const EventText& event : cutter.feed(piece.bytes))
        if (!push(event, answer.headers)) return;
    if (answer.ending == LocalAnswer::Ending::complete)
      for (const EventText& event : cutter.finish())
        if (!push(event, answer.headers)) return;
    if (complete_) return right_end().end();
    if (broke(answer)) return;
    right_end().error(fault(ErrorKind::upstream, "truncated_stream", "the provider's stream ended before the answer was complete"));
  }

  void play_whole(const LocalAnswer& answer) {
    if (broke(answer)) return;
    std::string body = body_of(answer);
    if (!is_json_outline(body)) return right_end().error(fault(ErrorKind::upstream, "malformed_reply", "the provider's reply is not JSON"));
    right_end().response(Response{Document(std::move(body))});
  }

  bool broke(const LocalAnswer& answer) {
    if (answer.ending == LocalAnswer::Ending::complete) return false;
    const bool hangs = answer.ending == LocalAnswer::Ending::hang;
    right_end().error(hangs ? fault(ErrorKind::timeout, "idle_timeout", "the reply never came to an end")
                            : fault(ErrorKind::upstream, "reset", "the connection broke before the reply was complete"));
    return true;
  }

  /// False if the stream is over for this client.
  bool push(const EventText& event, const Headers& headers) {
    if (gate_.over()) return false;
    EventRole role = EventRole::content;
    try {
      role = provider_.role(event.name, event.data);
    } catch (const std::exception& thrown) {
      right_end().error(fault(ErrorKind::internal, "module_fault", std::string("the provider threw: ") + thrown.what()));
      return false;
    }
    if (role == EventRole::failure) {
      explain(200, headers, event.data);
      return false;
    }
    if (role != EventRole::terminator) {
      if (!is_json_outline(event.data)) {
        right_end().error(fault(ErrorKind::upstream, "malformed_event", "the provider's stream has an event that is not JSON"));
        return false;
      }
      right_end().event(Event{event.name, Document(event.data)});
    }
    complete_ = complete_ || role == EventRole::finish;
    if (role == EventRole::last || role == EventRole::terminator) {
      if (!gate_.over()) right_end().end();
      return false;
    }
    return !gate_.over();
  }

  void explain(int status, const Headers& headers, std::string_view body) {
    try {
      right_end().error(provider_.explain(status, headers, body));
    } catch (const std::exception& thrown) {
      right_end().error(fault(ErrorKind::internal, "module_fault", std::string("the provider threw: ") + thrown.what()));
    }
  }

  const Provider& provider_;
  const Script& upstream_;
  Outcome& outcome_;
  Gate gate_;
  std::deque<Link> links_;  // stable addresses
  std::size_t replies_used_ = 0;
  bool complete_ = false;
};

}  // namespace

Chain::Chain(const Provider& provider, std::string client_protocol) : provider_(provider), client_protocol_(std::move(client_protocol)) {}

Chain& Chain::llm_switch(const Transform& module) {
  if (!module.bridges(client_protocol_, provider_.protocol()))
    throw std::invalid_argument("this llmSwitch does not stand between '" + client_protocol_ + "' and '" +
                                std::string(provider_.protocol()) + "'");
  switched_ = true;
  modules_.push_back(&module);
  return *this;
}

Chain& Chain::add(const Transform& module) {
  if (!module.bridges(provider_.protocol(), provider_.protocol()))
    throw std::invalid_argument("this module does not stand before a provider that speaks '" + std::string(provider_.protocol()) + "'");
  modules_.push_back(&module);
  return *this;
}

Chain& Chain::upstream(Script script) {
  upstream_ = std::move(script);
  return *this;
}

Outcome Chain::run(Request request, std::size_t leave_after) const {
  if (!switched_ && client_protocol_ != provider_.protocol())
    throw std::logic_error("the client speaks '" + client_protocol_ + "' and the provider '" + std::string(provider_.protocol()) +
                           "': an llmSwitch is missing");
  Outcome outcome;
  Run run(provider_, upstream_, outcome, leave_after);
  const std::string id = request.id;
  const ConnectionInfo info{.request_id = id,
                            .route = "test",
                            .client_protocol = client_protocol_,
                            .provider_protocol = provider_.protocol(),
                            .operation = request.operation,
                            .provider_serves = provider_.serves(request.operation)};
  for (const Transform* const module : modules_) run.add(*module, info);
  run.go(request);
  outcome.left = !outcome.client.finished;
  return outcome;
}

ScriptedClient& ScriptedClient::asks(std::string body, Operation operation) {
  turns_.push_back({std::move(body), operation});
  return *this;
}

ScriptedClient& ScriptedClient::leaves_after(std::size_t events) {
  if (turns_.empty()) throw std::logic_error("add the request first whose answer the client does not wait for");
  turns_.back().leave_after = events;
  return *this;
}

std::vector<Outcome> ScriptedClient::talk(const Chain& chain) const {
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < turns_.size(); ++i) {
    Request request;
    request.id = "req-test-" + std::to_string(i);
    request.protocol = protocol_;
    request.operation = turns_[i].operation;
    request.body = Document(turns_[i].body);
    outcomes.push_back(chain.run(std::move(request), turns_[i].leave_after));
  }
  return outcomes;
}

}  // namespace patchbay::testing
