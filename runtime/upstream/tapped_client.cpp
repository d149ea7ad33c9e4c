#include "upstream/tapped_client.hpp"

#include <utility>

namespace patchbay::upstream {

namespace {

/// Between a call and its observer. The observer may destroy it from within any call, so each tells the tap first and passes on last.
class TappedCall final : public Call, private CallObserver {
 public:
  TappedCall(CallTap& tap, std::size_t number, CallObserver& observer) : tap_(tap), number_(number), observer_(observer) {}

  void begin(Client& inner, HttpCall&& call, const config::Timeouts& timeouts) { call_ = inner.start(std::move(call), timeouts, *this); }

  void pause() override { call_->pause(); }
  void resume() override { call_->resume(); }
  [[nodiscard]] std::chrono::nanoseconds connecting() const override { return call_->connecting(); }

 private:
  void head(int status, Headers&& headers) override {
    tap_.head(number_, status, headers);
    observer_.head(status, std::move(headers));
  }
  void data(std::string_view bytes) override {
    tap_.data(number_, bytes);
    observer_.data(bytes);
  }
  void complete() override {
    tap_.complete(number_);
    observer_.complete();
  }
  void failed(Failure&& failure) override {
    tap_.failed(number_, failure);
    observer_.failed(std::move(failure));
  }

  CallTap& tap_;
  const std::size_t number_;
  CallObserver& observer_;
  std::unique_ptr<Call> call_;
};

}  // namespace

std::unique_ptr<Call> TappedClient::start(HttpCall&& call, const config::Timeouts& timeouts, CallObserver& observer) {
  const std::size_t number = begun_++;
  tap_.sent(number, call);
  auto tapped = std::make_unique<TappedCall>(tap_, number, observer);
  tapped->begin(inner_, std::move(call), timeouts);
  return tapped;
}

}  // namespace patchbay::upstream
