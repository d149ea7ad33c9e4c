#include <memory>
#include <vector>

#include "histogram.hpp"
#include "load.hpp"
#include "peer.hpp"
#include "wire.hpp"

namespace bench {
namespace {

/// What all streams of a run add to.
struct Tally {
  std::uint64_t events = 0;
  Histogram delays;
  Histogram first_events;
};

/// One stream: cuts the body into events and checks their sequence.
class StreamPeer final : public Peer, public BodySink {
 public:
  StreamPeer(std::uint16_t port, std::string_view request, Tally& tally) : Peer(port, request), tally_(tally) {}

  Progress begin(Poll& poll) {
    began_ = now_ns();
    return start(poll);
  }

  void body(std::string_view piece) override {
    if (!partial_.empty()) {
      partial_.append(piece);
      piece = partial_;
    }
    for (auto end = piece.find("\n\n"); end != std::string_view::npos; end = piece.find("\n\n")) {
      take(piece.substr(0, end));
      piece.remove_prefix(end + 2);
    }
    partial_ = std::string(piece);
  }

  /// Empty when the stream was right.
  [[nodiscard]] std::string fault(std::uint32_t expected_events) const {
    if (!fault_.empty()) return fault_;
    if (next_ != expected_events) return "a stream ended after " + std::to_string(next_) + " events";
    if (!done_) return "a stream ended without [DONE]";
    return partial_.empty() ? "" : "a stream ended within an event";
  }

 private:
  void take(std::string_view event) {
    if (event.starts_with(':')) return;  // a comment keeps the connection alive
    EventFacts facts;
    if (event == "data: [DONE]") {
      if (done_) fault_ = "[DONE] came twice";
      done_ = true;
    } else if (done_) {
      fault_ = "an event came after [DONE]";
    } else if (!parse_event(event, facts)) {
      fault_ = "not an event of the mock: " + std::string(event.substr(0, 200));
    } else if (facts.number != next_) {
      fault_ = "event " + std::to_string(facts.number) + " came instead of " + std::to_string(next_);
    } else {
      count(facts);
    }
  }

  void count(const EventFacts& facts) {
    const std::uint64_t now = now_ns();
    if (next_++ == 0) tally_.first_events.add(now - began_);
    tally_.delays.add(now - facts.nanoseconds);
    ++tally_.events;
  }

  Tally& tally_;
  std::string partial_;
  std::string fault_;
  std::uint32_t next_ = 0;
  bool done_ = false;
  std::uint64_t began_ = 0;
};

}  // namespace

Outcome run_streams(const Load& load) {
  std::uint64_t body_bytes = 0;
  const std::string request = request_bytes(load, body_bytes);
  const auto tally = std::make_unique<Tally>();
  Outcome outcome;
  const auto note_error = [&outcome](const std::string& why) {
    if (outcome.errors++ == 0) outcome.first_error = why;
  };

  Poll poll;
  std::vector<std::unique_ptr<StreamPeer>> streams;
  const std::uint64_t began = now_ns();
  for (std::size_t i = 0; i < load.connections; ++i) {
    streams.push_back(std::make_unique<StreamPeer>(load.port, request, *tally));
    streams.back()->watch(poll);
    if (streams.back()->begin(poll) == Peer::Progress::failed) note_error(streams.back()->why());
  }

  std::uint64_t seen = 0;
  std::uint64_t last_news = began;
  while (outcome.requests < load.connections && outcome.errors == 0) {
    poll.wait(100, [&](void* who, std::uint32_t events) {
      auto& stream = *static_cast<StreamPeer*>(static_cast<Peer*>(who));
      const auto progress = stream.handle(poll, events, stream);
      if (progress == Peer::Progress::failed) return note_error(stream.why());
      if (progress == Peer::Progress::waiting) return;
      const std::string fault = stream.fault(load.events);
      if (!fault.empty()) return note_error(fault);
      ++outcome.requests;
    });
    const std::uint64_t now = now_ns();
    if (tally->events != seen) last_news = now;
    seen = tally->events;
    if (now - last_news > static_cast<std::uint64_t>(load.patience_seconds * 1e9)) note_error("no event came any more");
  }
  outcome.events = tally->events;
  outcome.elapsed_seconds = static_cast<double>(now_ns() - began) / 1e9;
  outcome.p50 = tally->delays.quantile(0.5);
  outcome.p99 = tally->delays.quantile(0.99);
  outcome.first_event_p50 = tally->first_events.quantile(0.5);
  outcome.first_event_p99 = tally->first_events.quantile(0.99);
  return outcome;
}

}  // namespace bench
