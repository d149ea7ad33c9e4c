#include "isolation/hosted_channel.hpp"

#include <pthread.h>
#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>

namespace patchbay::isolation {

namespace {

constexpr std::size_t full = 64u << 10;
/// The host counts the time for each message from the moment that the one before was acknowledged.
constexpr std::chrono::milliseconds prompt{5};

}  // namespace

HostedChannel::HostedChannel(OwnedDescriptor socket, const HostedModules& modules)
    : modules_(modules), socket_(io_, boost::asio::local::stream_protocol(), socket.get()) {
  (void)socket.release();
  read();
  thread_ = std::thread([this] { io_.run(); });
  pthread_setname_np(thread_.native_handle(), "channel");
}

HostedChannel::~HostedChannel() {
  io_.stop();
  thread_.join();
}

std::string& HostedChannel::out() {
  if (!dispatching_ && !std::exchange(flush_posted_, true))
    boost::asio::post(io_, [this] {
      flush_posted_ = false;
      flush();
    });
  return out_;
}

void HostedChannel::read() {
  const std::span<char> room = cutter_.room();
  socket_.async_read_some(boost::asio::buffer(room.data(), room.size()), [this](const boost::system::error_code& error, std::size_t size) {
    if (error) {
      connections_.clear();
      return;
    }
    cutter_.filled(size);
    dispatching_ = true;
    try {
      auto last_flush = std::chrono::steady_clock::now();
      while (std::optional<Frame> frame = cutter_.next()) {
        dispatch(*frame);
        const auto now = std::chrono::steady_clock::now();
        if (out_.size() < full && now - last_flush < prompt) continue;
        flush();
        last_flush = now;
      }
    } catch (const MalformedFrame& malformed) {
      spdlog::critical("the host sent what is no frame: {}", malformed.what());
      std::_Exit(EXIT_FAILURE);
    }
    flush();
    dispatching_ = false;
    read();
  });
}

void HostedChannel::dispatch(Frame& frame) {
  handle(frame);
  ++worked_off_;
}

void HostedChannel::handle(Frame& frame) {
  const std::uint64_t number = frame.connection;
  if (frame.kind == FrameKind::close) {
    connections_.erase(number);
    return;
  }
  const auto found = connections_.find(number);
  HostedConnection* connection = nullptr;
  if (frame.kind == FrameKind::open_stage || frame.kind == FrameKind::describe) {
    if (found != connections_.end()) throw MalformedFrame("a connection was opened twice");
    connection = connections_.emplace(number, open_connection(frame, modules_, *this)).first->second.get();
  } else {
    if (found == connections_.end()) throw MalformedFrame("a frame names a connection that is not open");
    connection = found->second.get();
    connection->on_frame(frame);
  }
  for (std::uint64_t faults = connection->module().new_faults(); faults > 0; --faults)
    FrameWriter(out_, FrameKind::fault, number).bytes({});
}

void HostedChannel::flush() {
  if (worked_off_ != 0) FrameWriter(out_, FrameKind::taken, 0).number(std::exchange(worked_off_, 0));
  if (out_.empty()) return;
  boost::system::error_code gone;  // so is the host, and the end is there to read
  boost::asio::write(socket_, boost::asio::buffer(out_), gone);
  out_.clear();
  if (out_.capacity() > 16 * full) out_.shrink_to_fit();
}

}  // namespace patchbay::isolation
