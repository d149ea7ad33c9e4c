#pragma once

#include <memory>
#include <string>

#include "net/deadline_clock.hpp"
#include "pipeline/fault.hpp"
#include "pipeline/stage_chain.hpp"
#include "pipeline/usage_request.hpp"
#include "upstream/client.hpp"
#include "upstream/framing/frame_decoder.hpp"

namespace patchbay::pipeline {

/// Reads the reply to one provider call and sends it into the chain: error replies explained by the provider, whole documents as a
/// response, streams event by event. A reply that is cut off or garbled becomes an error, never silence. [connection: one thread]
class ReplyReader final : public upstream::CallObserver, private upstream::FrameSink {
 public:
  /// `provider` must outlive the reader, pinned by the connection.
  ReplyReader(net::DeadlineClock& clock, Client& client, StageChain& chain, Instance& instance, const Provider& provider,
              const config::UpstreamSettings& limits, ProviderWatch& watch);

  /// Owns the call that it reads. Set right after the call was started.
  void attach(std::unique_ptr<upstream::Call> call) { call_ = std::move(call); }

  /// How the caller of the provider wants the reply cut.
  void expect(Framing framing) { framing_ = framing; }

  /// Which events are for the host alone: those that say only what the stream has cost, to a client that did not ask. Null: none.
  void keep_usage(const UsageOnRequest* provider) { keeps_usage_ = provider; }

  /// Who is told of the reply's head; may be null.
  void observe(AttemptObserver* observer) { observer_ = observer; }

  /// The client has room again.
  void resume();

  void head(int status, Headers&& headers) override;
  void data(std::string_view bytes) override;
  void complete() override;
  void failed(upstream::Failure&& failure) override;

 private:
  enum class Mode { waiting, whole, stream, refused };

  void event(std::string_view name, std::string_view data) override;
  void comment() override;

  /// Fails the answer unless the framing is in order.
  void judge(upstream::FrameStatus status);
  /// Ends the answer with an error and stops reading.
  void fail(Fault fault, ErrorKind kind, std::string code, std::string message);
  void explain(int status, std::string_view body);
  /// Tells the client what this piece of the reply says about its cost.
  void count(std::string_view event_name, std::string_view data);
  void stop();
  void finish_stream();

  Client& client_;
  StageChain& chain_;
  Instance& instance_;
  const Provider& provider_;
  const config::UpstreamSettings& limits_;
  ProviderWatch& watch_;

  AttemptObserver* observer_ = nullptr;
  const UsageOnRequest* keeps_usage_ = nullptr;
  std::unique_ptr<upstream::Call> call_;
  std::unique_ptr<upstream::FrameDecoder> decoder_;
  net::Deadline linger_;  // after the last event: how long the provider may take to end its reply, so that its connection can be kept
  std::string body_;
  Headers headers_;
  int status_ = 0;
  Framing framing_ = Framing::automatic;
  Mode mode_ = Mode::waiting;
  bool answered_ = false;  // the stream said that the answer is complete
  bool terminal_ = false;  // the stream's last event was seen
  bool paused_ = false;
};

}  // namespace patchbay::pipeline
