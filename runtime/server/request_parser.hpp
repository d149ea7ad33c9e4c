#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <boost/optional/optional.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "patchbay/headers.hpp"

namespace patchbay::server {

/// What is wrong with a request's bytes, and the status that says so. Empty reason: nothing.
struct Refusal {
  int status = 0;
  std::string_view reason;
};

/// What a gateway must not let pass in the lines of a head, be it complete or not: a line feed without a carriage return, which others may
/// take for the end of a line (RFC 9112 section 2.2), and a line that continues the one before (obs-fold, section 5.2).
[[nodiscard]] Refusal judge_lines(std::string_view head);

/// The head of an HTTP/1.1 request (RFC 9112), and its chunked body. Beast reads the grammar; what it lets pass and a gateway must not
/// (request smuggling, RFC 9112 sections 6.1, 6.3) is refused here, and its lines by `judge_lines`. [connection: one thread]
class RequestParser final : private boost::beast::http::basic_parser<true> {
 public:
  explicit RequestParser(std::uint32_t max_header_bytes);

  /// Parses a head that is there completely, up to and with its empty line, and has passed `judge_lines`.
  [[nodiscard]] Refusal parse_head(std::string_view head);

  [[nodiscard]] std::string_view method() const { return method_; }
  [[nodiscard]] std::string_view target() const { return target_; }
  [[nodiscard]] Headers& headers() { return headers_; }
  [[nodiscard]] bool http_1_0() const { return version_ == 10; }
  /// False for a head that was not understood.
  [[nodiscard]] bool keep_alive() const { return head_done_ && basic_parser::keep_alive(); }
  [[nodiscard]] bool chunked() const { return chunked_; }
  [[nodiscard]] std::uint64_t content_length() const { return content_length_; }

  /// Appends what the bytes hold of a chunked body to `body` and returns how many bytes were used. Refuses a body of more than `limit`
  /// bytes.
  [[nodiscard]] std::size_t parse_chunks(std::string_view bytes, std::string& body, std::uint64_t limit, Refusal& refusal);
  [[nodiscard]] bool body_done() const { return is_done(); }

 private:
  using Text = boost::beast::string_view;
  using ErrorCode = boost::beast::error_code;

  void on_request_impl(boost::beast::http::verb, Text method, Text target, int version, ErrorCode&) override;
  void on_response_impl(int, Text, int, ErrorCode&) override {}
  void on_field_impl(boost::beast::http::field, Text name, Text value, ErrorCode&) override;
  void on_header_impl(ErrorCode&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
  std::size_t on_body_impl(Text bytes, ErrorCode&) override { return bytes.size(); }
  void on_chunk_header_impl(std::uint64_t, Text, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, ErrorCode& error) override;
  void on_finish_impl(ErrorCode&) override {}

  [[nodiscard]] Refusal judge_framing();

  std::string method_;
  std::string target_;
  Headers headers_;
  int version_ = 11;
  bool head_done_ = false;
  bool chunked_ = false;
  std::uint64_t content_length_ = 0;
  std::string* body_ = nullptr;
  std::uint64_t limit_ = 0;
};

}  // namespace patchbay::server
