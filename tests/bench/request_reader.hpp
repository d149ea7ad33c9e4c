#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

/// Reads HTTP/1.1 requests with a Content-Length and forgets their bodies, but for what tells whether a stream was asked for.
class RequestReader {
 public:
  enum class State : std::uint8_t { head, body, complete, malformed };

  /// Takes bytes off the front of `bytes` until the request is complete or the bytes are used up.
  State feed(std::string_view& bytes);
  /// Ready for the next request.
  void reset();

  [[nodiscard]] std::uint64_t body_bytes() const { return body_bytes_; }
  /// `"stream":true` stands in the first 512 or the last 256 bytes of the body.
  [[nodiscard]] bool wants_stream() const;

 private:
  void read_head(std::string_view& bytes);
  void read_body(std::string_view& bytes);

  State state_ = State::head;
  std::string head_;
  std::string first_;
  std::string last_;
  std::uint64_t body_bytes_ = 0;
  std::uint64_t left_ = 0;
};

}  // namespace bench
