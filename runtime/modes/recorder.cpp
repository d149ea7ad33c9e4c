#include "modes/recorder.hpp"

namespace patchbay::modes {

namespace {

std::size_t size_of(const Headers& headers) {
  std::size_t size = 0;
  for (const Header& header : headers) size += header.name.size() + header.value.size();
  return size;
}

}  // namespace

bool Recorder::reserve(std::size_t bytes) {
  if (!exchange_) return false;
  if (exchange_->reserve(bytes)) return true;
  dropped_ = exchange_->bytes + bytes > exchange_->settings->max_exchange_bytes ? Dropped::too_large : Dropped::no_room;
  exchange_.reset();
  return false;
}

// Once there is no room for something, the exchange is gone: what is there has all calls, in their order.

void Recorder::sent(std::size_t, const HttpCall& call) {
  if (reserve(call.url.size() + size_of(call.headers) + call.body.size())) exchange_->calls.push_back({.sent = call});
}

void Recorder::head(std::size_t number, int status, const Headers& headers) {
  if (!reserve(size_of(headers))) return;
  exchange_->calls[number].reply.status = status;
  exchange_->calls[number].reply.headers = headers;
}

void Recorder::data(std::size_t number, std::string_view bytes) {
  if (reserve(bytes.size())) exchange_->calls[number].reply.body.append(bytes);
}

void Recorder::failed(std::size_t number, const upstream::Failure& failure) {
  if (reserve(failure.message.size())) exchange_->calls[number].failure = failure;
}

}  // namespace patchbay::modes
