#include "admin/admin_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <limits>
#include <stdexcept>

#include "admin/endpoint_address.hpp"

namespace patchbay::admin {

namespace asio = boost::asio;
namespace http = boost::beast::http;

AdminReply ask(const std::string& address, const std::string& token, const AdminRequest& request) {
  const EndpointAddress parsed = parse_address(address);
  try {
    asio::io_context io;
    asio::generic::stream_protocol::socket socket(io);
    socket.connect(parsed.endpoint);
    http::request<http::string_body> message(http::string_to_verb(request.method), request.target, 11, request.body);
    message.set(http::field::host, "patchbay");
    if (!token.empty()) message.set(http::field::authorization, "Bearer " + token);
    message.keep_alive(false);
    message.prepare_payload();
    http::write(socket, message);

    boost::beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());
    http::read(socket, buffer, parser);
    return {parser.get().result_int(), std::move(parser.get().body()), std::string(parser.get()[http::field::content_type])};
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("no admin API answers at " + address + ": " + error.code().message() +
                             "; is the host running, with [admin] listen set to this address?");
  }
}

}  // namespace patchbay::admin
