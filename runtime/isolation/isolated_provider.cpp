#include "isolation/isolated_provider.hpp"

#include "pipeline/describe_call.hpp"
#include "pipeline/instance.hpp"
#include "pipeline/local_player.hpp"
#include "pipeline/stage_chain.hpp"

namespace patchbay::isolation {

namespace {

/// One request in the hands of an isolated provider: makes the call that the process describes and sends it the reply, which a ReplyReader
/// there cuts into what enters the chain here.
class IsolatedAnswer final : public pipeline::RemoteAnswer, private Channel::Part, private upstream::CallObserver {
 public:
  IsolatedAnswer(PluginProcess& process, std::uint64_t module, const pipeline::RemoteProvider::Connection& connection)
      : process_(process), module_(module), to_(connection) {}

  ~IsolatedAnswer() override {
    if (channel_) channel_->detach(number_);
  }

  void begin(const Request& request, std::uint64_t key) {
    Error refusal;
    channel_ = process_.channel(to_.worker, module_, refusal);
    if (!channel_) {
      to_.instance.count_error();
      to_.watch.failed(refusal, pipeline::Fault::host);
      return to_.chain.fail(std::move(refusal));
    }
    number_ = channel_->attach(*this);
    send(FrameKind::describe, [&](FrameWriter& out) {
      out.number(module_);
      out.number(key);
      out.number(to_.limits.max_reply_bytes);
      put(out, request, true);
    });
  }

  void resume() override {
    if (!paused_ || !call_ || unsent_ + to_.chain.unsent() > pipeline::low_water) return;
    paused_ = false;
    call_->resume();
  }

 private:
  template <class Fill>
  void send(FrameKind kind, Fill&& fill) {
    if (!channel_) return;
    const std::size_t bytes = channel_->send(kind, number_, std::forward<Fill>(fill));
    unsent_ += bytes;
    if (bytes != 0 || !channel_->open()) return;  // of a channel that is closed we hear why
    call_.reset();
    to_.chain.fail({.kind = ErrorKind::request_too_large,
                    .message = "a message to the isolated module " + to_.instance.key().type + " is larger than " +
                               std::to_string(max_frame) + " bytes",
                    .code = "too_large_for_isolation",
                    .source = to_.instance.key().type});
  }

  // What the process says.

  void on_frame(Frame& frame) override {
    FrameReader& body = frame.body;
    switch (frame.kind) {
      case FrameKind::call: {
        expect_description();
        HttpCall call = get<HttpCall>(body);
        body.finish();
        if (to_.priced != nullptr) pipeline::tell_model(&call, *to_.priced, to_.client);
        to_.client.calling();
        if (to_.observer != nullptr) to_.observer->calling(call);
        call_ = to_.worker.upstream.start(std::move(call), to_.timeouts, *this);
        return;
      }
      case FrameKind::play: {
        expect_description();
        LocalAnswer answer = get<LocalAnswer>(body);
        body.finish();
        if (to_.priced != nullptr) pipeline::tell_model(nullptr, *to_.priced, to_.client);
        to_.client.calling();
        call_ = pipeline::play(to_.worker, std::move(answer), to_.timeouts, *this);
        return;
      }
      case FrameKind::stop_reading:
        body.finish();
        call_.reset();
        return;
      case FrameKind::provider_headers: {
        Headers headers = get<Headers>(body);
        body.finish();
        return to_.client.provider_headers(std::move(headers));
      }
      case FrameKind::used: {
        const Usage usage = get<Usage>(body);
        body.finish();
        return to_.client.used(usage);
      }
      case FrameKind::keep_alive: return body.finish(), to_.client.keep_alive();
      case FrameKind::response:
        to_.instance.count_success();
        to_.watch.answered();
        return to_.chain.right_end().response(Response{Document(std::string(body.rest()))});
      case FrameKind::event: {
        Event event = get<Event>(body);
        body.finish();
        return to_.chain.right_end().event(std::move(event));
      }
      case FrameKind::end:
        body.finish();
        to_.instance.count_success();
        to_.watch.answered();
        return to_.chain.right_end().end();
      case FrameKind::error: {
        Error error = get<Error>(body);
        body.finish();
        return to_.chain.fail(std::move(error));
      }
      case FrameKind::fault: return body.finish(), to_.instance.count_error();
      case FrameKind::answering: return body.finish(), to_.watch.answering();
      case FrameKind::provider_failed: {
        const std::uint64_t fault = body.number();
        const Error error = get<Error>(body);
        body.finish();
        if (fault > static_cast<std::uint64_t>(pipeline::Fault::host)) throw MalformedFrame("a provider failed by nobody's fault");
        return to_.watch.failed(error, static_cast<pipeline::Fault>(fault));
      }
      default: throw MalformedFrame("a provider said what providers do not say");
    }
  }

  void expect_description() {
    if (std::exchange(described_, true)) throw MalformedFrame("a provider described a call that it was not asked for");
  }

  void taken(std::size_t bytes) override {
    unsent_ -= std::min(unsent_, bytes);
    resume();
  }

  void lost(Error&& error) override {
    unsent_ = 0;
    channel_.reset();
    call_.reset();
    to_.instance.count_error();
    to_.watch.failed(error, pipeline::Fault::host);
    to_.chain.fail(std::move(error));
  }

  // What the network says.

  void head(int status, Headers&& headers) override {
    if (to_.observer != nullptr && call_) to_.observer->replied(status, call_->connecting());
    send(FrameKind::head, [&](FrameWriter& out) {
      out.number(static_cast<std::uint64_t>(status));
      put(out, headers);
    });
  }

  void data(std::string_view bytes) override {
    send(FrameKind::data, [&](FrameWriter& out) { out.bytes(bytes); });
    if (!call_ || unsent_ + to_.chain.unsent() < pipeline::high_water) return;
    paused_ = true;
    call_->pause();
  }

  void complete() override {
    call_.reset();
    send(FrameKind::complete, [](FrameWriter&) {});
  }

  void failed(upstream::Failure&& failure) override {
    call_.reset();
    send(FrameKind::failed, [&](FrameWriter& out) { put(out, failure); });
  }

  PluginProcess& process_;  // the module keeps it
  const std::uint64_t module_;
  const pipeline::RemoteProvider::Connection to_;
  std::shared_ptr<Channel> channel_;
  std::uint64_t number_ = 0;
  std::unique_ptr<upstream::Call> call_;
  std::size_t unsent_ = 0;
  bool described_ = false;
  bool paused_ = false;
};

}  // namespace

IsolatedProvider::IsolatedProvider(std::shared_ptr<PluginProcess> process, std::uint64_t module, ModuleAnswers answers)
    : process_(std::move(process)), module_(module), answers_(std::move(answers)) {
  for (const std::string& id : answers_.credential_ids) credentials_.push_back({id, {}});
}

std::unique_ptr<pipeline::RemoteAnswer> IsolatedProvider::answer(const Request& request, std::uint64_t key,
                                                                 const Connection& connection) const {
  auto answer = std::make_unique<IsolatedAnswer>(*process_, module_, connection);
  answer->begin(request, key);
  return answer;
}

}  // namespace patchbay::isolation
