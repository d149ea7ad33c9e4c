#include "pipeline/side_call.hpp"

namespace patchbay::pipeline {

namespace {

constexpr std::size_t max_reply = 4u << 20;

}  // namespace

SideCall::SideCall(Worker& worker, HttpCall&& call, const config::Timeouts& timeouts, std::function<void(HttpReply&&)> done)
    : done_(std::move(done)) {
  call_ = worker.upstream.start(std::move(call), timeouts, *this);
}

void SideCall::head(int status, Headers&& headers) {
  reply_.status = status;
  reply_.headers = std::move(headers);
}

void SideCall::data(std::string_view bytes) {
  if (reply_.body.size() + bytes.size() > max_reply) {
    failed({upstream::FailureKind::too_large, "the reply to a side call is larger than " + std::to_string(max_reply) + " bytes"});
    return;
  }
  reply_.body.append(bytes);
}

void SideCall::complete() { deliver(); }

void SideCall::failed(upstream::Failure&& failure) {
  reply_ = HttpReply{0, {}, std::move(failure.message)};
  deliver();
}

void SideCall::deliver() {
  call_.reset();
  const auto done = std::move(done_);  // may destroy *this
  done(std::move(reply_));
}

}  // namespace patchbay::pipeline
