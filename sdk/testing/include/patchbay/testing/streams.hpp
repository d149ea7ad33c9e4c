#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "patchbay/message.hpp"

namespace patchbay::testing {

/// The bytes of server-sent events.
[[nodiscard]] std::string sse_bytes(const std::vector<EventText>& events);

/// A body in two pieces. `at` may be anything up to its size.
[[nodiscard]] std::vector<LocalAnswer::Piece> split_at(std::string_view body, std::size_t at);
/// A body in pieces of that many bytes: 1 is every byte alone.
[[nodiscard]] std::vector<LocalAnswer::Piece> split_every(std::string_view body, std::size_t bytes);
/// A body in pieces of random sizes, many of them short; the same seed gives the same pieces on every machine.
[[nodiscard]] std::vector<LocalAnswer::Piece> split_randomly(std::string_view body, std::uint64_t seed);
/// The same bytes in fewer pieces: neighbours are joined at random.
[[nodiscard]] std::vector<LocalAnswer::Piece> merge_randomly(const std::vector<LocalAnswer::Piece>& pieces, std::uint64_t seed);

/// Cuts a stream into events, whatever pieces it arrives in, for chains that have no host. [connection: one thread]
class EventCutter {
 public:
  /// Throws std::invalid_argument for a framing without events.
  explicit EventCutter(Framing framing);

  /// The events that this piece completes.
  [[nodiscard]] std::vector<EventText> feed(std::string_view piece);
  /// The stream is over: the last line of NDJSON needs no line end.
  [[nodiscard]] std::vector<EventText> finish();
  /// Whether the stream is over in the middle of an event.
  [[nodiscard]] bool incomplete() const;

 private:
  void cut_sse(std::vector<EventText>& events);
  void cut_lines(std::vector<EventText>& events);
  void cut_array(std::vector<EventText>& events);

  Framing framing_;
  std::string buffer_;
};

/// The events of a whole stream.
[[nodiscard]] std::vector<EventText> events_of(Framing framing, std::string_view body);

/// How a reply with that content type is cut when its call says `automatic`.
[[nodiscard]] Framing framing_of(Framing framing, const Headers& headers);

}  // namespace patchbay::testing
