#include "isolation/isolated_transform.hpp"

#include "pipeline/instance.hpp"

namespace patchbay::isolation {

namespace {

Error too_large(const pipeline::Instance& instance) {
  Error error;
  error.kind = ErrorKind::request_too_large;
  error.code = "too_large_for_isolation";
  error.message = "a message to the isolated module " + instance.key().type + " is larger than " + std::to_string(max_frame) + " bytes";
  error.source = instance.key().type;
  return error;
}

class IsolatedStage final : public pipeline::RemoteStage, private Channel::Part {
 public:
  IsolatedStage(PluginProcess& process, std::uint64_t module, const ConnectionInfo& info, pipeline::Instance& instance,
                pipeline::RemoteListener& listener)
      : process_(process), module_(module), facts_(info), instance_(instance), listener_(listener) {}

  ~IsolatedStage() override {
    if (channel_) channel_->detach(connection_);
  }

  std::optional<Flow> show(Request& request, Downstream& back) override {
    back_ = &back;
    request_ = &request;
    Error refusal;
    channel_ = process_.channel(listener_.worker(), module_, refusal);
    if (!channel_) {
      instance_.count_error();
      phase_ = Phase::over;
      back.error(std::move(refusal));
      return Answered{};
    }
    connection_ = channel_->attach(*this);
    phase_ = Phase::asked;
    const bool sent = send(FrameKind::open_stage, [&](FrameWriter& out) {
      out.number(module_);
      put(out, facts_);
      put(out, request, true);
    });
    return sent ? std::nullopt : std::optional<Flow>(Answered{});
  }

  std::optional<Flow> show_reply(HttpReply&& reply) override {
    if (phase_ != Phase::open) return Answered{};
    phase_ = Phase::asked;
    const bool sent = send(FrameKind::reply, [&](FrameWriter& out) { put(out, reply); });
    return sent ? std::nullopt : std::optional<Flow>(Answered{});
  }

  void response(Response&& response, Downstream& back) override {
    if (passes()) return back.response(std::move(response));
    ending_ = true;
    send(FrameKind::response, [&](FrameWriter& out) { out.bytes(response.body.text()); });
  }
  void event(Event&& event, Downstream& back) override {
    if (passes()) return back.event(std::move(event));
    send(FrameKind::event, [&](FrameWriter& out) { put(out, event); });
  }
  void end(Downstream& back) override {
    if (passes()) return back.end();
    ending_ = true;
    send(FrameKind::end, [](FrameWriter&) {});
  }
  void error(Error&& error, Downstream& back) override {
    if (passes()) return back.error(std::move(error));
    ending_ = true;
    send(FrameKind::error, [&](FrameWriter& out) { put(out, error); });
  }

  [[nodiscard]] std::size_t unsent() const override { return unsent_; }
  [[nodiscard]] bool is_ending() const override { return ending_ && phase_ != Phase::over; }

 private:
  enum class Phase {
    closed,  // the request did not come by yet
    asked,   // the process says what becomes of the request
    open,
    bypassed,  // the module wants no stage in this connection
    over,      // the process is gone
  };

  /// Whether messages go past the stage.
  [[nodiscard]] bool passes() const { return phase_ == Phase::closed || phase_ == Phase::bypassed; }

  template <class Fill>
  bool send(FrameKind kind, Fill&& fill) {
    if (phase_ == Phase::over) return false;
    const std::size_t bytes = channel_->send(kind, connection_, std::forward<Fill>(fill));
    unsent_ += bytes;
    if (bytes != 0 || !channel_->open()) return true;  // of a channel that is closed we hear why
    phase_ = Phase::over;
    back_->error(too_large(instance_));
    return false;
  }

  void on_frame(Frame& frame) override {
    FrameReader& body = frame.body;
    switch (frame.kind) {
      case FrameKind::forward:
      case FrameKind::answered:
      case FrameKind::ask: return on_flow(frame);
      case FrameKind::response: return back_->response(Response{Document(std::string(body.rest()))});
      case FrameKind::event: {
        Event event = get<Event>(body);
        body.finish();
        return back_->event(std::move(event));
      }
      case FrameKind::end: return body.finish(), back_->end();
      case FrameKind::error: {
        Error error = get<Error>(body);
        body.finish();
        return back_->error(std::move(error));
      }
      case FrameKind::lost: {
        Loss loss;
        loss.what = body.text();
        loss.why = body.text();
        body.finish();
        return back_->lost(std::move(loss));
      }
      case FrameKind::fault: return body.finish(), instance_.count_error();
      default: throw MalformedFrame("a stage said what stages do not say");
    }
  }

  void on_flow(Frame& frame) {
    if (phase_ != Phase::asked) throw MalformedFrame("a stage said what becomes of a request that it was not shown");
    FrameReader& body = frame.body;
    if (frame.kind == FrameKind::forward) {
      const bool has_stage = body.flag();
      const bool same_body = body.flag();
      get(body, *request_, !same_body);
      body.finish();
      phase_ = has_stage ? Phase::open : Phase::bypassed;
      return listener_.flow(Forward{});
    }
    if (frame.kind == FrameKind::ask) {
      Ask ask{get<HttpCall>(body)};
      body.finish();
      phase_ = Phase::open;
      return listener_.flow(std::move(ask));
    }
    body.finish();
    phase_ = Phase::open;
    listener_.flow(Answered{});
  }

  void taken(std::size_t bytes) override {
    unsent_ -= std::min(unsent_, bytes);
    listener_.drained();
  }

  void lost(Error&& error) override {
    const bool asked = phase_ == Phase::asked;
    phase_ = Phase::over;
    unsent_ = 0;
    channel_.reset();
    instance_.count_error();
    back_->error(std::move(error));
    if (asked) listener_.flow(Answered{});
  }

  PluginProcess& process_;  // the module that made the stage keeps it
  const std::uint64_t module_;
  const ConnectionFacts facts_;
  pipeline::Instance& instance_;
  pipeline::RemoteListener& listener_;
  Downstream* back_ = nullptr;
  Request* request_ = nullptr;
  std::shared_ptr<Channel> channel_;
  std::uint64_t connection_ = 0;
  std::size_t unsent_ = 0;
  Phase phase_ = Phase::closed;
  bool ending_ = false;
};

}  // namespace

std::unique_ptr<pipeline::RemoteStage> IsolatedTransform::connect_remote(const ConnectionInfo& info, pipeline::Instance& instance,
                                                                         pipeline::RemoteListener& listener) const {
  return std::make_unique<IsolatedStage>(*process_, module_, info, instance, listener);
}

bool IsolatedTransform::bridges(std::string_view client_protocol, std::string_view provider_protocol) const {
  std::pair<std::string, std::string> pair(client_protocol, provider_protocol);
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = bridged_.find(pair); known != bridged_.end()) return known->second;
  }
  const bool bridged = process_->bridges(module_, client_protocol, provider_protocol);
  const std::lock_guard lock(mutex_);
  bridged_.emplace(std::move(pair), bridged);
  return bridged;
}

}  // namespace patchbay::isolation
