#pragma once

#include <boost/asio/io_context.hpp>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "upstream/client.hpp"

namespace patchbay::modes {

/// How a provider words a reply on the wire.
struct WireReply {
  int status = 200;
  Headers headers;
  std::string body;
};

/// Which protocol a call is in, by its path; empty if its path tells nothing.
[[nodiscard]] std::string_view protocol_of_call(const HttpCall& call);
/// Whether a call in a protocol asks for a stream.
[[nodiscard]] bool asks_for_stream(const HttpCall& call, std::string_view protocol);

/// What a provider of a protocol answers to a call, in the words of the sample with that name. Status 0 if there is no sample.
[[nodiscard]] WireReply sample_reply(const HttpCall& call, std::string_view protocol, std::string_view sample_name);
/// The same for a refusal.
[[nodiscard]] WireReply sample_refusal(std::string_view protocol);

/// An upstream without a network: every call is answered at once, in the protocol that it is in, with a sample. [one thread]
class ScriptedUpstream final : public upstream::Client {
 public:
  explicit ScriptedUpstream(boost::asio::io_context& io) : io_(io) {}

  /// What the calls from here on are answered with. `protocol` is for calls whose path tells nothing.
  void script(std::string protocol, std::string sample_name, bool refuse);

  std::unique_ptr<upstream::Call> start(HttpCall&& call, const config::Timeouts& timeouts, upstream::CallObserver& observer) override;
  void close_idle() override {}

  /// The calls since the last `script`.
  [[nodiscard]] const std::deque<HttpCall>& calls() const { return calls_; }
  /// The protocol of a call that there is no sample for; empty if there was none.
  [[nodiscard]] const std::string& unknown_protocol() const { return unknown_; }

 private:
  boost::asio::io_context& io_;
  std::string protocol_;
  std::string sample_;
  bool refuse_ = false;
  std::deque<HttpCall> calls_;
  std::string unknown_;
};

/// Plays a reply to an observer: from `io`, never from within this call, and in pieces of at most 16 KiB. [connection: one thread]
[[nodiscard]] std::unique_ptr<upstream::Call> play_reply(boost::asio::io_context& io, WireReply reply, upstream::CallObserver& observer);
/// The same for a failure on the way, after what had come by then (a status of 0: nothing had).
[[nodiscard]] std::unique_ptr<upstream::Call> play_failure(boost::asio::io_context& io, WireReply until_then, upstream::Failure failure,
                                                           upstream::CallObserver& observer);

}  // namespace patchbay::modes
