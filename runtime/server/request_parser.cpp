#include "server/request_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <charconv>

namespace patchbay::server {

namespace http = boost::beast::http;

Refusal judge_lines(std::string_view head) {
  for (std::size_t at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at + 1)) {
    if (at == 0 || head[at - 1] != '\r') return {400, "a line ends without a carriage return"};
    if (at + 1 < head.size() && (head[at + 1] == ' ' || head[at + 1] == '\t')) return {400, "a header line is folded"};
  }
  return {};
}

RequestParser::RequestParser(std::uint32_t max_header_bytes) {
  header_limit(max_header_bytes);
  body_limit(boost::none);
}

Refusal RequestParser::parse_head(std::string_view head) {
  ErrorCode error;
  headers_.reserve(16);
  put(boost::asio::buffer(head.data(), head.size()), error);
  if (error == http::error::header_limit) return {431, "the headers are too large"};
  if (error == http::error::bad_version) return {505, "only HTTP/1.0 and HTTP/1.1 are spoken here"};
  if (error) return {400, "the request's head is malformed"};
  if (!is_header_done()) return {400, "the request's head is malformed"};
  head_done_ = true;
  return judge_framing();
}

Refusal RequestParser::judge_framing() {
  std::size_t hosts = 0;
  std::size_t lengths = 0;
  std::size_t encodings = 0;
  for (const Header& header : headers_) {
    if (equals_ignoring_case(header.name, "host")) ++hosts;
    if (equals_ignoring_case(header.name, "content-length")) {
      const char* const end = header.value.data() + header.value.size();
      std::uint64_t length = 0;
      const auto parsed = std::from_chars(header.value.data(), end, length);
      if (parsed.ec != std::errc() || parsed.ptr != end) return {400, "Content-Length is not a number"};
      if (lengths++ > 0 && length != content_length_) return {400, "there are two different Content-Length headers"};
      content_length_ = length;
    }
    if (equals_ignoring_case(header.name, "transfer-encoding")) {
      ++encodings;
      if (!equals_ignoring_case(header.value, "chunked")) return {501, "the only Transfer-Encoding that is understood here is chunked"};
    }
  }
  if (hosts > 1 || (hosts == 0 && version_ == 11)) return {400, "a request needs exactly one Host header"};
  if (encodings > 1) return {400, "there are two Transfer-Encoding headers"};
  if (encodings == 1 && (lengths > 0 || version_ == 10))
    return {400, "Transfer-Encoding with Content-Length, or in HTTP/1.0, is ambiguous"};
  chunked_ = encodings == 1;
  return {};
}

std::size_t RequestParser::parse_chunks(std::string_view bytes, std::string& body, std::uint64_t limit, Refusal& refusal) {
  body_ = &body;
  limit_ = limit;
  std::size_t used = 0;
  while (used < bytes.size() && !is_done()) {
    ErrorCode error;
    const std::size_t taken = put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), error);
    used += taken;
    if (error == http::error::need_more) break;
    if (error == http::error::body_limit) {
      refusal = {413, "the request body is too large"};
      break;
    }
    if (error) {
      refusal = {400, "the chunked body is malformed"};
      break;
    }
    if (taken == 0) break;
  }
  return used;
}

void RequestParser::on_request_impl(http::verb, Text method, Text target, int version, ErrorCode&) {
  method_.assign(method.data(), method.size());
  target_.assign(target.data(), target.size());
  version_ = version;
}

void RequestParser::on_field_impl(http::field, Text name, Text value, ErrorCode&) {
  if (!head_done_) headers_.add({name.data(), name.size()}, {value.data(), value.size()});  // trailers are read over
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, Text bytes, ErrorCode& error) {
  if (body_->size() + bytes.size() > limit_) {
    error = http::error::body_limit;
    return 0;
  }
  body_->append(bytes.data(), bytes.size());
  return bytes.size();
}

}  // namespace patchbay::server
