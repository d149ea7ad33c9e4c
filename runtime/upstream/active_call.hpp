#pragma once

#include <optional>
#include <string>

#include "net/deadline_clock.hpp"
#include "upstream/client.hpp"
#include "upstream/connector.hpp"
#include "upstream/idle_wires.hpp"
#include "upstream/name_resolver.hpp"
#include "upstream/reply_parser.hpp"
#include "upstream/wire.hpp"

namespace patchbay::upstream {

/// What the calls of one thread share; outlives them. Implemented by the client.
class CallHome {
 public:
  boost::asio::io_context& io;
  net::DeadlineClock& clock;
  NameResolver names;
  SSL_CTX* tls = nullptr;
  std::span<char> scratch;  ///< replies are read into it; nobody keeps bytes there across two events of the loop

  /// A kept-alive wire, or null.
  [[nodiscard]] virtual WirePtr take(IdleWires& idle) = 0;
  /// A wire whose call is complete and that can carry another.
  virtual void give_back(IdleWires& idle, WirePtr wire) = 0;

 protected:
  CallHome(boost::asio::io_context& its_io, net::DeadlineClock& its_clock) : io(its_io), clock(its_clock), names(its_io) {}
  ~CallHome() = default;
};

/// One call from its request to the end of its reply. The user's handle and the callbacks under way share it, so that the observer may
/// drop the handle from anywhere. [connection: one thread]
class ActiveCall final : public boost::intrusive_ref_counter<ActiveCall, boost::thread_unsafe_counter>,
                         private WireListener,
                         private ReplyListener {
 public:
  /// `idle` is null when `head` could not be written; then `fail_later` is the only thing to call.
  ActiveCall(CallHome& home, IdleWires* idle, HttpCall&& call, std::string head, const config::Timeouts& timeouts, CallObserver& observer);

  void start();
  /// Reports a call that cannot even begin.
  void fail_later(Failure failure);
  void cancel();
  void pause();
  void resume();

 private:
  enum class Phase { connecting, sending, waiting, receiving, over };
  using Self = boost::intrusive_ptr<ActiveCall>;

  void on_readable(Wire& wire) override;
  void on_writable(Wire& wire) override;
  void on_head(int status, Headers&& headers) override;
  void on_body(std::string_view bytes) override;

  void connect();
  void use(WirePtr wire);
  void send();
  void await_reply();
  void receive();
  void receive_later();
  bool feed(std::span<char> bytes);
  bool parse(std::string_view& bytes);
  void start_parser();
  void complete(bool reusable);
  void on_end();
  void on_broken(const std::string& why);
  void give_up(FailureKind kind, std::string message);
  void fail_as_unreadable(const boost::system::error_code& error);
  void release();
  void on_phase_timeout();
  void on_total_timeout();
  [[nodiscard]] std::string missing() const;

  CallHome& home_;
  IdleWires* idle_;
  HttpCall call_;
  std::string head_;
  config::Timeouts timeouts_;
  CallObserver* observer_;  // null once it was told the end, or the call was cancelled
  net::Deadline phase_deadline_;
  net::Deadline total_deadline_;
  boost::intrusive_ptr<Connector> connector_;
  WirePtr wire_;
  std::optional<ReplyParser> parser_;
  std::string carry_;     // the beginning of something that the parser can only read as a whole
  std::size_t sent_ = 0;  // bytes of head_ and body
  Phase phase_ = Phase::connecting;
  bool reused_ = false;   // the wire carried another call before
  bool replied_ = false;  // a byte of a reply came
  bool send_failed_ = false;
  bool proxy_refused_ = false;
  bool paused_ = false;
  bool receive_posted_ = false;
};

}  // namespace patchbay::upstream
