#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list.hpp>
#include <memory>
#include <optional>
#include <string>

#include "pipeline/engine.hpp"
#include "server/answer.hpp"
#include "server/caller.hpp"
#include "server/client_socket.hpp"
#include "server/outbox.hpp"
#include "server/request_parser.hpp"

namespace patchbay::server {

class Listener;

/// One client connection: reads requests one after the other, has each answered, and writes the answers. Keeps itself alive until it is
/// closed. [connection: one thread]
class Session final : public std::enable_shared_from_this<Session>,
                      private Outbox::Owner,
                      private Answer::Owner,
                      public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  Session(Listener& listener, boost::asio::ip::tcp::socket socket);
  ~Session();

  void start();
  /// Finishes what is in flight and closes; at once if nothing is.
  void close_when_idle();
  void close();
  /// The listener is about to go: lets go of it and of everything that an operation still to be destroyed must not reach.
  void orphan();

 private:
  enum class State { head, body, answering, lingering, closed };

  /// Bytes that were read and not used yet: at most a head, or the beginning of what follows a request.
  class Input {
   public:
    [[nodiscard]] std::string_view unread() const { return {data_.data() + begin_, end_ - begin_}; }
    void use(std::size_t size);
    [[nodiscard]] boost::asio::mutable_buffer room();
    void add(std::size_t size) { end_ += size; }
    /// Makes room for more; false when there are `limit` bytes already.
    bool grow(std::size_t limit);

   private:
    std::string data_ = std::string(4096, '\0');
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
  };

  void read();
  void on_read(const boost::system::error_code& error, std::size_t size);
  void advance();
  void read_head();
  void begin_body();
  void read_fixed_body();
  void read_chunks();
  void answer();
  void refuse(const Refusal& refusal);
  void next_request();
  void linger();
  void timed_out();

  void drained() override;
  void broken() override;
  std::shared_ptr<void> alive() override { return shared_from_this(); }
  void answered(bool keep_alive) override;
  [[nodiscard]] const access::KeyHash* key() override;
  [[nodiscard]] const std::string& caller() override;

  Listener& listener_;
  ClientSocket socket_;
  Outbox outbox_;
  net::Deadline deadline_;
  Input input_;
  std::optional<RequestParser> request_;
  std::string body_;
  std::size_t body_filled_ = 0;
  std::optional<Answer> answer_;
  std::optional<std::string> peer_;  // the address of the client, once it is asked for
  Caller caller_;
  State state_ = State::head;
  bool reading_ = false;
  bool close_after_ = false;      // the answer in flight is the last of this connection
  bool answer_complete_ = false;  // all of the answer is in the outbox
  bool advancing_ = false;
  bool orphaned_ = false;  // the listener is gone
};

}  // namespace patchbay::server
