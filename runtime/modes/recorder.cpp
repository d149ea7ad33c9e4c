#include "modes/recorder.hpp"

namespace patchbay::modes {

namespace {

std::size_t size_of(const Headers& headers) {
  std::size_t size = 0;
  for (const Header& header : headers) size += header.name.size() + header.value.size();
  return size;
}

}  // namespace

/// Between a call and its observer. The observer may destroy it from within any call, so each notes first and passes on last.
class Recorder::RecordingCall final : public upstream::Call, private upstream::CallObserver {
 public:
  RecordingCall(Recorder& recorder, std::size_t index, upstream::CallObserver& observer)
      : recorder_(recorder), index_(index), observer_(observer) {}

  void begin(HttpCall&& call, const config::Timeouts& timeouts) { call_ = recorder_.upstream_.start(std::move(call), timeouts, *this); }

  void pause() override { call_->pause(); }
  void resume() override { call_->resume(); }

 private:
  void head(int status, Headers&& headers) override {
    if (recorder_.reserve(size_of(headers))) {
      recorded().reply.status = status;
      recorded().reply.headers = headers;
    }
    observer_.head(status, std::move(headers));
  }
  void data(std::string_view bytes) override {
    if (recorder_.reserve(bytes.size())) recorded().reply.body.append(bytes);
    observer_.data(bytes);
  }
  void complete() override { observer_.complete(); }
  void failed(upstream::Failure&& failure) override {
    if (recorder_.reserve(failure.message.size())) recorded().failure = failure;
    observer_.failed(std::move(failure));
  }

  RecordedCall& recorded() { return recorder_.exchange_->calls[index_]; }

  Recorder& recorder_;
  const std::size_t index_;
  upstream::CallObserver& observer_;
  std::unique_ptr<upstream::Call> call_;
};

bool Recorder::reserve(std::size_t bytes) {
  if (!exchange_) return false;
  if (exchange_->reserve(bytes)) return true;
  dropped_ = exchange_->bytes + bytes > exchange_->settings->max_exchange_bytes ? Dropped::too_large : Dropped::no_room;
  exchange_.reset();
  return false;
}

std::unique_ptr<upstream::Call> Recorder::start(HttpCall&& call, const config::Timeouts& timeouts, upstream::CallObserver& observer) {
  if (!reserve(call.url.size() + size_of(call.headers) + call.body.size())) return upstream_.start(std::move(call), timeouts, observer);
  exchange_->calls.push_back({.sent = call});
  auto recording = std::make_unique<RecordingCall>(*this, exchange_->calls.size() - 1, observer);
  recording->begin(std::move(call), timeouts);
  return recording;
}

}  // namespace patchbay::modes
