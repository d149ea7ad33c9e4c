#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/deadline_clock.hpp"
#include "server/client_socket.hpp"

namespace patchbay::server {

/// What one client is still to be sent: a queue of two, one batch in the socket and one that collects what comes meanwhile, so that events
/// are never delayed and those of one turn of the loop go in one write. [connection: one thread]
class Outbox {
 public:
  /// What the session does about it.
  class Owner {
   public:
    virtual void drained() = 0;                 ///< a write ended; `unsent` may have fallen
    virtual void broken() = 0;                  ///< the client is gone, or takes nothing any more
    virtual std::shared_ptr<void> alive() = 0;  ///< keeps the outbox alive through a write

   protected:
    ~Owner() = default;
  };

  Outbox(ClientSocket& socket, net::DeadlineClock& clock, Owner& owner);

  void write_timeout(std::chrono::milliseconds timeout) { timeout_ = timeout; }

  /// Bytes that go out as they are: heads, and bodies of known length.
  void send(std::string&& head, std::string&& body);
  /// The head of a stream; goes out with its first bytes.
  void begin_stream(std::string&& head);
  /// Bytes of a stream's body; `chunked` frames all that goes out in one write as one chunk (RFC 9112 section 7.1).
  void stream(std::string_view bytes, bool chunked);
  /// The last bytes of a stream's body were given: adds the last chunk.
  void end_chunks();

  [[nodiscard]] std::size_t unsent() const { return in_flight_ + waiting_.size(); }
  [[nodiscard]] bool empty() const { return unsent() == 0; }

 private:
  struct Batch {
    std::string head;
    std::string body;
    bool chunked = false;
    bool last = false;
    [[nodiscard]] std::size_t size() const { return head.size() + body.size() + (last ? 1 : 0); }
    void clear();
  };

  void schedule();
  void flush();
  void write();

  ClientSocket& socket_;
  Owner& owner_;
  net::Deadline deadline_;
  std::chrono::milliseconds timeout_{0};
  Batch waiting_;
  Batch writing_;
  std::string chunk_size_;
  std::size_t in_flight_ = 0;
  std::size_t written_ = 0;
  bool scheduled_ = false;
};

}  // namespace patchbay::server
