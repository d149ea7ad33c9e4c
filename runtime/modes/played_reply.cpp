#include <boost/asio/post.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "modes/scripted_upstream.hpp"

namespace patchbay::modes {

namespace {

constexpr std::size_t piece = 16u << 10;

/// Steps: head, pieces of the body, the ending; each from the loop, so that its owner may pause or destroy the call in between.
class PlayedReply final : public upstream::Call {
 public:
  PlayedReply(boost::asio::io_context& io, WireReply&& reply, std::optional<upstream::Failure> failure, upstream::CallObserver& observer)
      : io_(io),
        status_(reply.status),
        headers_(std::move(reply.headers)),
        body_(std::make_shared<const std::string>(std::move(reply.body))),
        failure_(std::move(failure)),
        observer_(observer),
        head_due_(status_ != 0) {
    schedule();
  }

  void pause() override { paused_ = true; }
  void resume() override {
    paused_ = false;
    schedule();
  }

 private:
  void schedule() {
    if (std::exchange(scheduled_, true)) return;
    boost::asio::post(io_, [this, alive = std::weak_ptr<bool>(alive_)] {
      if (alive.expired()) return;
      scheduled_ = false;
      if (!paused_) step();
    });
  }

  /// The observer may destroy this object in the last call of each branch.
  void step() {
    if (head_due_) {
      head_due_ = false;
      schedule();
      observer_.head(status_, std::move(headers_));
    } else if (sent_ < body_->size()) {
      const std::shared_ptr<const std::string> body = body_;  // the view outlives this object
      const std::string_view bytes = std::string_view(*body).substr(sent_, piece);
      sent_ += bytes.size();
      schedule();
      observer_.data(bytes);
    } else if (failure_) {
      observer_.failed(upstream::Failure(*failure_));
    } else {
      observer_.complete();
    }
  }

  boost::asio::io_context& io_;
  const int status_;
  Headers headers_;
  const std::shared_ptr<const std::string> body_;
  const std::optional<upstream::Failure> failure_;
  upstream::CallObserver& observer_;
  bool head_due_;
  bool paused_ = false;
  bool scheduled_ = false;
  std::size_t sent_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace

std::unique_ptr<upstream::Call> play_reply(boost::asio::io_context& io, WireReply reply, upstream::CallObserver& observer) {
  return std::make_unique<PlayedReply>(io, std::move(reply), std::nullopt, observer);
}

std::unique_ptr<upstream::Call> play_failure(boost::asio::io_context& io, WireReply until_then, upstream::Failure failure,
                                             upstream::CallObserver& observer) {
  return std::make_unique<PlayedReply>(io, std::move(until_then), std::move(failure), observer);
}

}  // namespace patchbay::modes
