#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

/// Takes the body of a reply piece by piece.
class BodySink {
 public:
  virtual void body(std::string_view piece) = 0;

 protected:
  ~BodySink() = default;
};

/// Reads HTTP/1.1 replies (RFC 9112): Content-Length or chunked; anything else is malformed here.
class ReplyReader {
 public:
  enum class State : std::uint8_t { head, body, chunk_size, chunk, chunk_end, trailer, complete, malformed };

  /// Takes bytes until the reply is complete; bytes after it make it malformed, since nothing was asked for yet.
  State feed(std::string_view bytes, BodySink& sink);
  void reset();

  [[nodiscard]] int status() const { return status_; }
  /// The server closes the connection after this reply.
  [[nodiscard]] bool closes() const { return closes_; }

 private:
  void read_head(std::string_view& bytes);
  void parse_head();
  void read_data(std::string_view& bytes, BodySink& sink, State after);
  /// Collects one line in `line_`; false while its end is missing.
  bool read_line(std::string_view& bytes);
  void read_chunk_size();

  State state_ = State::head;
  int status_ = 0;
  bool closes_ = false;
  std::uint64_t left_ = 0;
  std::string head_;
  std::string line_;
  bool line_complete_ = false;  ///< `line_` was used; the next one starts afresh
};

}  // namespace bench
