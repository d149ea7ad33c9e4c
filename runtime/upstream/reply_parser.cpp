#include "upstream/reply_parser.hpp"

#include <boost/asio/error.hpp>

namespace patchbay::upstream {

ReplyParser::ReplyParser(ReplyListener& listener, bool bodyless) : listener_(listener) {
  eager(true);
  body_limit(boost::none);  // the reader of the body knows what it can bear: a stream has no natural end
  header_limit(max_header_bytes);
  skip(bodyless);
}

void ReplyParser::on_response_impl(int status, Text, int, ErrorCode&) {
  status_ = status;
  headers_.reserve(16);
}

void ReplyParser::on_field_impl(boost::beast::http::field, Text name, Text value, ErrorCode& error) {
  // Beast limits what it has not consumed yet; this limits the whole, trailers included.
  header_bytes_ += name.size() + value.size() + 4;
  if (header_bytes_ > max_header_bytes) {
    error = boost::beast::http::error::header_limit;
    return;
  }
  if (!head_done_) headers_.add({name.data(), name.size()}, {value.data(), value.size()});
}

void ReplyParser::on_header_impl(ErrorCode& error) {
  head_done_ = true;
  if (interim()) return;
  listener_.on_head(status_, std::move(headers_));
  if (stopped_) error = boost::asio::error::operation_aborted;
}

std::size_t ReplyParser::on_body_impl(Text bytes, ErrorCode& error) {
  if (bytes.empty()) return 0;
  body_bytes_ += bytes.size();
  listener_.on_body({bytes.data(), bytes.size()});
  if (stopped_) error = boost::asio::error::operation_aborted;
  return bytes.size();
}

}  // namespace patchbay::upstream
