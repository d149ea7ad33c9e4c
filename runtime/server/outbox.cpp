#include "server/outbox.hpp"

#include <array>
#include <boost/asio/post.hpp>
#include <charconv>

namespace patchbay::server {

namespace asio = boost::asio;

namespace {

constexpr std::string_view last_chunk = "0\r\n\r\n";
constexpr std::string_view line_end = "\r\n";
constexpr std::size_t kept_capacity = 16u << 10;  // what a connection may hold on to between requests

/// The rest of the buffers after the first `skip` bytes; returns how many there are.
template <std::size_t N>
std::size_t drop_front(std::array<asio::const_buffer, N>& buffers, std::size_t count, std::size_t skip) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t dropped = std::min(skip, buffers[i].size());
    skip -= dropped;
    const asio::const_buffer rest = buffers[i] + dropped;
    if (rest.size() > 0) buffers[kept++] = rest;
  }
  return kept;
}

}  // namespace

void Outbox::Batch::clear() {
  for (std::string* text : {&head, &body}) {
    if (text->capacity() > kept_capacity)
      *text = std::string();
    else
      text->clear();
  }
  chunked = last = false;
}

Outbox::Outbox(ClientSocket& socket, net::DeadlineClock& clock, Owner& owner)
    : socket_(socket), owner_(owner), deadline_(clock, [this] { owner_.broken(); }) {}

void Outbox::send(std::string&& head, std::string&& body) {
  if (waiting_.head.empty() && waiting_.body.empty()) {
    waiting_.head = std::move(head);
    waiting_.body = std::move(body);
  } else {
    waiting_.head.append(waiting_.body).append(head);
    waiting_.body = std::move(body);
  }
  flush();
}

void Outbox::begin_stream(std::string&& head) {
  // What waits, if anything, are the bytes of an interim response: they go first.
  waiting_.head.append(waiting_.body).append(head);
  waiting_.body.clear();
  schedule();
}

void Outbox::stream(std::string_view bytes, bool chunked) {
  waiting_.chunked = chunked;
  waiting_.body.append(bytes);
  schedule();
}

void Outbox::end_chunks() {
  waiting_.last = waiting_.chunked = true;
  schedule();
}

void Outbox::schedule() {
  if (scheduled_ || in_flight_ > 0) return;
  scheduled_ = true;
  asio::post(socket_.get_executor(), [this, alive = owner_.alive()] {
    scheduled_ = false;
    flush();
  });
}

void Outbox::flush() {
  if (in_flight_ > 0 || waiting_.size() == 0) return;
  std::swap(writing_, waiting_);
  waiting_.clear();
  written_ = 0;
  chunk_size_.clear();
  if (writing_.chunked && !writing_.body.empty()) {
    char digits[20];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), writing_.body.size(), 16).ptr;
    chunk_size_.append(digits, end).append(line_end);
  }
  in_flight_ = writing_.head.size() + chunk_size_.size() + writing_.body.size() + (chunk_size_.empty() ? 0 : line_end.size()) +
               (writing_.last ? last_chunk.size() : 0);
  deadline_.arm(timeout_);
  write();
}

void Outbox::write() {
  std::array<asio::const_buffer, 5> buffers{asio::buffer(writing_.head), asio::buffer(chunk_size_), asio::buffer(writing_.body),
                                            asio::buffer(line_end.data(), chunk_size_.empty() ? 0 : line_end.size()),
                                            asio::buffer(last_chunk.data(), writing_.last ? last_chunk.size() : 0)};
  const std::size_t count = drop_front(buffers, buffers.size(), written_);
  for (std::size_t i = count; i < buffers.size(); ++i) buffers[i] = {};
  socket_.async_write_some(buffers, [this, alive = owner_.alive()](const boost::system::error_code& error, std::size_t size) {
    if (error) {
      deadline_.disarm();
      owner_.broken();
      return;
    }
    written_ += size;
    in_flight_ -= size;
    if (in_flight_ > 0) {
      deadline_.arm(timeout_);  // it takes bytes, if slowly
      write();
      return;
    }
    deadline_.disarm();
    writing_.clear();
    flush();
    owner_.drained();
  });
}

}  // namespace patchbay::server
