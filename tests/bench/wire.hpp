#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// What mock and load generator agree on: the exact bytes of replies and events, so that the load generator can tell whether a proxy
/// changed, lost, doubled or reordered anything.
namespace bench {

/// A text with fields of fixed width that are overwritten in place before each use.
class PatchedText {
 public:
  explicit PatchedText(std::string text) : text_(std::move(text)) {}

  /// Where `mark` starts; it must occur.
  [[nodiscard]] std::size_t find(std::string_view mark) const;
  /// Writes `value` in decimal, `width` wide, filled from the left with `fill`.
  void patch(std::size_t at, std::size_t width, std::uint64_t value, char fill);
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  std::string text_;
};

/// The body of a whole reply (about 400 bytes). `usage.prompt_tokens` says how many body bytes the mock received.
class ChatReply {
 public:
  ChatReply();
  [[nodiscard]] std::string_view body(std::uint64_t received_bytes);

 private:
  PatchedText text_;
  std::size_t received_at_;
};

/// One SSE event of a stream (about 200 bytes), numbered and stamped with the time it was made.
class ChatEvent {
 public:
  /// `last` events carry `finish_reason: "stop"`.
  explicit ChatEvent(bool last);
  /// The whole event, `data: …` and the empty line after it. `nanoseconds` is CLOCK_MONOTONIC.
  [[nodiscard]] std::string_view make(std::uint32_t number, std::uint64_t nanoseconds);

 private:
  PatchedText text_;
  std::size_t number_at_;
  std::size_t stamp_at_;
};

/// What `ChatEvent::make` put into an event.
struct EventFacts {
  std::uint32_t number = 0;
  std::uint64_t nanoseconds = 0;
};

/// Reads number and stamp out of the `data` of an event; false if it is not one of the mock's events.
[[nodiscard]] bool parse_event(std::string_view data, EventFacts& facts);

/// CLOCK_MONOTONIC, which all processes of a machine share.
[[nodiscard]] std::uint64_t now_ns();

}  // namespace bench
