#include "isolation/hosted_connection.hpp"

#include "isolation/codec.hpp"
#include "pipeline/describe_call.hpp"
#include "pipeline/reply_reader.hpp"
#include "pipeline/stage_chain.hpp"

namespace patchbay::isolation {

namespace {

/// The left end: what reaches it goes to the host.
class FrameClient final : public pipeline::Client {
 public:
  FrameClient(FrameSink& sink, std::uint64_t connection) : sink_(sink), connection_(connection) {}

  template <class Fill>
  void send(FrameKind kind, Fill&& fill) {
    FrameWriter writer(sink_.out(), kind, connection_);
    fill(writer);
  }
  void send(FrameKind kind) {
    send(kind, [](FrameWriter&) {});
  }

  void response(Response&& response) override {
    send(FrameKind::response, [&](FrameWriter& out) { out.bytes(response.body.text()); });
  }
  void event(Event&& event) override {
    send(FrameKind::event, [&](FrameWriter& out) { put(out, event); });
  }
  void end() override { send(FrameKind::end); }
  void error(Error&& error) override {
    send(FrameKind::error, [&](FrameWriter& out) { put(out, error); });
  }
  void lost(Loss&& loss) override {
    send(FrameKind::lost, [&](FrameWriter& out) {
      out.text(loss.what);
      out.text(loss.why);
    });
  }
  void provider_headers(Headers&& headers) override {
    send(FrameKind::provider_headers, [&](FrameWriter& out) { put(out, headers); });
  }
  void used(const Usage& usage) override {
    send(FrameKind::used, [&](FrameWriter& out) { put(out, usage); });
  }
  void keep_alive() override { send(FrameKind::keep_alive); }
  void routed(const pipeline::Patch&) override {}
  void calling() override {}
  [[nodiscard]] std::size_t unsent() const override { return 0; }   // the host sees to it that not too much comes
  [[nodiscard]] std::string caller() const override { return {}; }  // known to the host alone

 private:
  FrameSink& sink_;
  const std::uint64_t connection_;
};

class HostedStage final : public HostedConnection {
 public:
  HostedStage(Frame& frame, const HostedModules& modules, FrameSink& sink)
      : client_(sink, frame.connection), module_(modules.find(frame.body.number())), chain_(client_) {
    const auto facts = get<ConnectionFacts>(frame.body);
    get(frame.body, request_, true);
    frame.body.finish();
    if (module_->instance.kind() == ModuleKind::provider) throw MalformedFrame("a provider was asked for a stage");
    const std::string body_before(request_.body.text());
    if (!chain_.add(module_->instance.use(), facts.info()))
      client_.send(FrameKind::answered);
    else if (chain_.size() == 0)
      forward(false, true);
    else
      tell(*chain_.request(0, request_), &body_before);
  }

  void on_frame(Frame& frame) override {
    FrameReader& body = frame.body;
    Downstream& right = chain_.right_end();
    switch (frame.kind) {
      case FrameKind::reply: {
        auto reply = get<HttpReply>(body);
        body.finish();
        return tell(*chain_.reply(0, std::move(reply), request_), nullptr);
      }
      case FrameKind::response: return right.response(Response{Document(std::string(body.rest()))});
      case FrameKind::event: {
        auto event = get<Event>(body);
        body.finish();
        return right.event(std::move(event));
      }
      case FrameKind::end: return body.finish(), right.end();
      case FrameKind::error: {
        auto error = get<Error>(body);
        body.finish();
        return right.error(std::move(error));
      }
      default: throw MalformedFrame("a stage was told what stages are not told");
    }
  }

  HostedModule& module() override { return *module_; }

 private:
  void tell(Flow&& flow, const std::string* body_before) {
    if (std::holds_alternative<Forward>(flow)) {
      forward(true, body_before != nullptr && request_.body.text() == *body_before);
    } else if (const Ask* ask = std::get_if<Ask>(&flow)) {
      client_.send(FrameKind::ask, [&](FrameWriter& out) { put(out, ask->call); });
    } else {
      client_.send(FrameKind::answered);
    }
  }

  void forward(bool has_stage, bool same_body) {
    client_.send(FrameKind::forward, [&](FrameWriter& out) {
      out.flag(has_stage);
      out.flag(same_body);
      put(out, request_, !same_body);
    });
  }

  FrameClient client_;
  const std::shared_ptr<HostedModule> module_;
  Request request_;
  pipeline::StageChain chain_;
};

class HostedProvider final : public HostedConnection, private pipeline::ProviderWatch {
 public:
  HostedProvider(Frame& frame, const HostedModules& modules, FrameSink& sink)
      : client_(sink, frame.connection), module_(modules.find(frame.body.number())), chain_(client_) {
    const std::uint64_t key = frame.body.number();
    limits_.max_reply_bytes = frame.body.number();
    Request request;
    get(frame.body, request, true);
    frame.body.finish();
    if (module_->instance.kind() != ModuleKind::provider) throw MalformedFrame("a module that is no provider was asked for a call");
    use_ = module_->instance.use();
    const auto& provider = static_cast<const Provider&>(*use_.module());
    const std::optional<pipeline::Described> described = describe_call(provider, module_->instance, request, key, chain_);
    if (!described) return;

    ProviderWatch& watch = *this;
    reader_.emplace(sink.clock(), client_, chain_, module_->instance, provider, limits_, watch);
    reader_->attach(std::make_unique<CallOfHost>(*this));
    if (const HttpCall* call = std::get_if<HttpCall>(&described->exchange)) {
      reader_->expect(call->framing);
      reader_->keep_usage(described->kept_usage);
      client_.send(FrameKind::call, [&](FrameWriter& out) { put(out, *call); });
    } else {
      client_.send(FrameKind::play, [&](FrameWriter& out) { put(out, std::get<LocalAnswer>(described->exchange)); });
    }
  }

  void on_frame(Frame& frame) override {
    FrameReader& body = frame.body;
    if (!reader_) throw MalformedFrame("a reply came to a call that was not made");
    switch (frame.kind) {
      case FrameKind::head: {
        const std::uint64_t status = body.number();
        auto headers = get<Headers>(body);
        body.finish();
        return reader_->head(static_cast<int>(status), std::move(headers));
      }
      case FrameKind::data: return reader_->data(body.rest());
      case FrameKind::complete:
        body.finish();
        over_ = true;
        return reader_->complete();
      case FrameKind::failed: {
        auto failure = get<upstream::Failure>(body);
        body.finish();
        over_ = true;
        return reader_->failed(std::move(failure));
      }
      default: throw MalformedFrame("a provider was told what providers are not told");
    }
  }

  ~HostedProvider() override { closing_ = true; }

  HostedModule& module() override { return *module_; }

 private:
  /// The host has the call; what is left of it here is whether the reader still wants to read.
  struct CallOfHost final : upstream::Call {
    explicit CallOfHost(HostedProvider& owner) : owner(owner) {}
    ~CallOfHost() override {
      if (!owner.over_ && !owner.closing_) owner.client_.send(FrameKind::stop_reading);
    }
    void pause() override {}
    void resume() override {}
    HostedProvider& owner;
  };

  void answering() override {
    if (!std::exchange(answering_, true)) client_.send(FrameKind::answering);
  }
  void answered() override {}  // the host sees it in what the chain sends
  void failed(const Error& error, pipeline::Fault fault) override {
    client_.send(FrameKind::provider_failed, [&](FrameWriter& out) {
      out.number(static_cast<std::uint64_t>(fault));
      put(out, error);
    });
  }

  FrameClient client_;
  const std::shared_ptr<HostedModule> module_;
  pipeline::Instance::Use use_;
  config::UpstreamSettings limits_;
  pipeline::StageChain chain_;
  bool over_ = false;
  bool closing_ = false;
  bool answering_ = false;
  std::optional<pipeline::ReplyReader> reader_;
};

}  // namespace

std::unique_ptr<HostedConnection> open_connection(Frame& frame, const HostedModules& modules, FrameSink& sink) {
  if (frame.kind == FrameKind::describe) return std::make_unique<HostedProvider>(frame, modules, sink);
  return std::make_unique<HostedStage>(frame, modules, sink);
}

}  // namespace patchbay::isolation
