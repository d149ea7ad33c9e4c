#include "isolation/channel.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <unordered_set>

#include "isolation/plugin_process.hpp"

namespace patchbay::isolation {

Channel::Channel(boost::asio::io_context& io, net::DeadlineClock& clock, OwnedDescriptor socket, std::shared_ptr<PluginProcess> process,
                 std::uint64_t life, std::chrono::milliseconds timeout)
    : io_(io),
      socket_(io, boost::asio::local::stream_protocol(), socket.get()),
      process_(std::move(process)),
      life_(life),
      timeout_(timeout),
      deadline_(clock, [this] { too_slow(); }) {
  (void)socket.release();
}

void Channel::start() { read(); }

std::uint64_t Channel::attach(Part& part) {
  const std::uint64_t connection = next_connection_++;
  parts_.emplace(connection, &part);
  return connection;
}

void Channel::detach(std::uint64_t connection) {
  if (parts_.erase(connection) != 0 && open_) (void)send(FrameKind::close, connection, [](FrameWriter&) {});
}

std::size_t Channel::begin_send() { return waiting_.size(); }

std::size_t Channel::end_send(std::size_t before, std::uint64_t connection) {
  const std::size_t bytes = waiting_.size() - before;
  if (bytes > max_frame || !open_) {
    waiting_.resize(before);
    return 0;
  }
  if (in_process_.empty()) deadline_.arm(timeout_);
  in_process_.push_back({connection, bytes});
  flush_later();
  return bytes;
}

/// All that one turn of the loop sends goes in one write.
void Channel::flush_later() {
  if (std::exchange(flush_posted_, true)) return;
  boost::asio::post(io_, [self = shared_from_this()] {
    self->flush_posted_ = false;
    if (self->writing_.empty()) self->write();
  });
}

void Channel::write() {
  if (waiting_.empty() || !open_) return;
  std::swap(waiting_, writing_);
  boost::asio::async_write(socket_, boost::asio::buffer(writing_),
                           [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                             self->writing_.clear();
                             if (error)
                               self->hang_up();
                             else
                               self->write();
                           });
}

void Channel::read() {
  const std::span<char> room = cutter_.room();
  socket_.async_read_some(boost::asio::buffer(room.data(), room.size()),
                          [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
                            if (error) return self->hang_up();
                            self->cutter_.filled(size);
                            try {
                              while (std::optional<Frame> frame = self->cutter_.next()) self->dispatch(*frame);
                            } catch (const MalformedFrame& malformed) {
                              self->process_->break_off(self->life_, {.kind = Cause::Kind::malformed, .text = malformed.what()});
                              return self->hang_up();
                            }
                            if (self->open_) self->read();
                          });
}

void Channel::dispatch(Frame& frame) {
  if (frame.kind == FrameKind::taken) {
    const std::uint64_t frames = frame.body.number();
    frame.body.finish();
    return take(frames);
  }
  // What the process still says of a connection that is over is no fault of it.
  if (const auto part = parts_.find(frame.connection); part != parts_.end())
    part->second->on_frame(frame);
  else if (frame.connection >= next_connection_)
    throw MalformedFrame("a frame names a connection that never was");
}

void Channel::take(std::uint64_t frames) {
  if (frames > in_process_.size()) throw MalformedFrame("more frames were acknowledged than were sent");
  for (; frames > 0; --frames) {
    const Sent sent = in_process_.front();
    in_process_.pop_front();
    if (const auto part = parts_.find(sent.connection); part != parts_.end()) part->second->taken(sent.bytes);
  }
  if (in_process_.empty())
    deadline_.disarm();
  else
    deadline_.arm(timeout_);
}

void Channel::too_slow() { process_->break_off(life_, {.kind = Cause::Kind::timeout, .text = std::to_string(timeout_.count()) + " ms"}); }

/// The process is gone, or will be: the supervisor knows why and calls `fail`.
void Channel::hang_up() {
  if (!std::exchange(open_, false)) return;
  deadline_.disarm();
  process_->hung_up(life_);
}

void Channel::fail(const Error& why_in_it, const Error& why_others) {
  open_ = false;
  deadline_.disarm();
  std::unordered_set<std::uint64_t> ran;
  for (const Sent& sent : in_process_) ran.insert(sent.connection);
  in_process_.clear();
  while (!parts_.empty()) {
    const auto [connection, part] = *parts_.begin();
    parts_.erase(parts_.begin());
    part->lost(Error(ran.contains(connection) ? why_in_it : why_others));
  }
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace patchbay::isolation
