#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <string_view>

#include "patchbay/headers.hpp"

namespace patchbay::upstream {

/// Hears what a reply holds.
class ReplyListener {
 public:
  virtual void on_head(int status, Headers&& headers) = 0;
  virtual void on_body(std::string_view bytes) = 0;

 protected:
  ~ReplyListener() = default;
};

/// Parses one HTTP/1.1 reply (RFC 9112) into Headers and views of body bytes. [connection: one thread]
class ReplyParser final : public boost::beast::http::basic_parser<false> {
 public:
  static constexpr std::uint32_t max_header_bytes = 64u << 10;

  /// `bodyless`: the reply has no body whatever its headers say (HEAD).
  ReplyParser(ReplyListener& listener, bool bodyless);

  /// Calls the listener no more; `put` returns with an error.
  void stop() { stopped_ = true; }
  /// The status is 1xx: another reply follows (RFC 9110 section 15.2).
  [[nodiscard]] bool interim() const { return status_ / 100 == 1; }
  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] std::uint64_t body_bytes() const { return body_bytes_; }

 private:
  using Text = boost::beast::string_view;
  using ErrorCode = boost::beast::error_code;

  void on_request_impl(boost::beast::http::verb, Text, Text, int, ErrorCode&) override {}
  void on_response_impl(int status, Text reason, int version, ErrorCode& error) override;
  void on_field_impl(boost::beast::http::field, Text name, Text value, ErrorCode& error) override;
  void on_header_impl(ErrorCode& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
  std::size_t on_body_impl(Text bytes, ErrorCode& error) override;
  void on_chunk_header_impl(std::uint64_t, Text, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, ErrorCode& error) override { return on_body_impl(bytes, error); }
  void on_finish_impl(ErrorCode&) override {}

  ReplyListener& listener_;
  Headers headers_;
  std::uint64_t body_bytes_ = 0;
  std::size_t header_bytes_ = 0;
  int status_ = 0;
  bool head_done_ = false;
  bool stopped_ = false;
};

}  // namespace patchbay::upstream
