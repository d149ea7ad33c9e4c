#include "isolation/wire.hpp"

#include <algorithm>
#include <cstring>

namespace patchbay::isolation {

namespace {

constexpr std::size_t size_field = 4;
constexpr std::size_t least_room = 64u << 10;
constexpr std::uint64_t most_elements = 1u << 20;  // an element takes more memory than its bytes here

std::uint32_t size_at(const char* at) {
  std::uint32_t size = 0;
  std::memcpy(&size, at, size_field);  // both sides run on one machine
  return size;
}

}  // namespace

FrameWriter::FrameWriter(std::string& out, FrameKind kind, std::uint64_t connection) : out_(out), begin_(out.size()) {
  out_.append(size_field, '\0');
  byte(static_cast<std::uint8_t>(kind));
  number(connection);
}

FrameWriter::~FrameWriter() {
  const std::size_t whole = out_.size() - begin_ - size_field;
  const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(whole, UINT32_MAX));
  std::memcpy(out_.data() + begin_, &size, size_field);
}

void FrameWriter::number(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) byte(static_cast<std::uint8_t>(value | 0x80));
  byte(static_cast<std::uint8_t>(value));
}

void FrameWriter::text(std::string_view value) {
  number(value.size());
  bytes(value);
}

std::string_view FrameReader::take(std::size_t size) {
  if (size > rest_.size()) throw MalformedFrame("a frame ends before its contents do");
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::uint8_t FrameReader::byte() { return static_cast<std::uint8_t>(take(1).front()); }

bool FrameReader::flag() {
  const std::uint8_t value = byte();
  if (value > 1) throw MalformedFrame("a truth value is neither 0 nor 1");
  return value == 1;
}

std::uint64_t FrameReader::number() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const std::uint8_t part = byte();
    if (shift == 63 && part > 1) break;
    value |= static_cast<std::uint64_t>(part & 0x7f) << shift;
    if (part < 0x80) return value;
  }
  throw MalformedFrame("a number has more than 64 bits");
}

std::string_view FrameReader::text() { return take(number()); }

std::size_t FrameReader::count() {
  const std::uint64_t elements = number();
  if (elements > rest_.size() || elements > most_elements) throw MalformedFrame("a list is longer than its frame, or than any may be");
  return elements;
}

std::string_view FrameReader::rest() { return take(rest_.size()); }

void FrameReader::finish() const {
  if (!rest_.empty()) throw MalformedFrame("a frame goes on after its contents");
}

std::span<char> FrameCutter::room() {
  if (begin_ == end_) begin_ = end_ = 0;
  if (buffer_.size() - end_ < least_room / 2) {
    if (begin_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    // Grows with what came, not with what a frame claims to be.
    if (buffer_.size() - end_ < least_room / 2) buffer_.resize(std::max(least_room, buffer_.size() * 2));
  }
  return {buffer_.data() + end_, buffer_.size() - end_};
}

std::optional<Frame> FrameCutter::next() {
  if (end_ - begin_ < size_field) return std::nullopt;
  const std::size_t size = size_at(buffer_.data() + begin_);
  if (size > max_frame) throw MalformedFrame("a frame is larger than " + std::to_string(max_frame) + " bytes");
  if (end_ - begin_ - size_field < size) return std::nullopt;
  FrameReader reader({buffer_.data() + begin_ + size_field, size});
  begin_ += size_field + size;
  const auto kind = static_cast<FrameKind>(reader.byte());
  const std::uint64_t connection = reader.number();
  return Frame{kind, connection, reader};
}

}  // namespace patchbay::isolation
