#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

/// Bytes between the host and a process of a plugin: frames of a size, a kind, the number of a connection, and a body. Both sides were
/// built from the same source, so there is no version; neither trusts the other's bytes.
namespace patchbay::isolation {

/// What came is no frame, or not one that may come here. The sender is not to be trusted any further.
class MalformedFrame : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class FrameKind : std::uint8_t;

/// Bytes of a frame without its size, at most.
inline constexpr std::size_t max_frame = 256u << 20;

/// Appends values to a buffer. [one thread]
class FrameWriter {
 public:
  /// Begins a frame; it is complete with the end of this object.
  FrameWriter(std::string& out, FrameKind kind, std::uint64_t connection);
  ~FrameWriter();
  FrameWriter(const FrameWriter&) = delete;
  FrameWriter& operator=(const FrameWriter&) = delete;

  void byte(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void flag(bool value) { byte(value ? 1 : 0); }
  /// Seven bits a byte, the lowest first; small numbers are short.
  void number(std::uint64_t value);
  void text(std::string_view value);
  void bytes(std::string_view value) { out_.append(value); }

 private:
  std::string& out_;
  const std::size_t begin_;
};

/// Reads them back. Every method throws MalformedFrame rather than read what is not there. Views live as long as the frame. [one thread]
class FrameReader {
 public:
  explicit FrameReader(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] std::uint8_t byte();
  [[nodiscard]] bool flag();
  [[nodiscard]] std::uint64_t number();
  [[nodiscard]] std::string_view text();
  /// How many elements follow; each has at least one byte.
  [[nodiscard]] std::size_t count();
  template <class Enum>
  [[nodiscard]] Enum choice(Enum last) {
    const std::uint8_t value = byte();
    if (value > static_cast<std::uint8_t>(last)) throw MalformedFrame("a value is out of range");
    return static_cast<Enum>(value);
  }
  /// All that is left.
  [[nodiscard]] std::string_view rest();
  /// Throws unless everything was read.
  void finish() const;

 private:
  std::string_view take(std::size_t size);
  std::string_view rest_;
};

struct Frame {
  FrameKind kind;
  std::uint64_t connection;
  FrameReader body;
};

/// Cuts a stream of bytes into frames. [one thread]
class FrameCutter {
 public:
  /// Where the next bytes go; never empty. Invalidates frames.
  [[nodiscard]] std::span<char> room();
  void filled(std::size_t bytes) { end_ += bytes; }
  /// The next complete frame; valid until the next call to `room`. Throws MalformedFrame.
  [[nodiscard]] std::optional<Frame> next();
  /// Bytes of a frame that is not complete are there.
  [[nodiscard]] bool in_frame() const { return begin_ != end_; }

 private:
  std::string buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace patchbay::isolation
