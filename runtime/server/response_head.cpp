#include "server/response_head.hpp"

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <ctime>
#include <random>

namespace patchbay::server {

namespace {

void append_number(std::string& out, std::uint64_t number, int base = 10) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number, base).ptr;
  out.append(digits, end);
}

/// IMF-fixdate (RFC 9110 section 5.6.7), made once a second and thread.
const std::string& date_now() {
  thread_local std::time_t made_at = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != made_at) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    constexpr std::string_view days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char buffer[48];
    const std::size_t size = std::strftime(buffer, sizeof buffer, ", %d ", &utc);
    text.assign(days[utc.tm_wday]).append(buffer, size).append(months[utc.tm_mon]);
    text.append(buffer, std::strftime(buffer, sizeof buffer, " %Y %H:%M:%S GMT", &utc));
    made_at = now;
  }
  return text;
}

/// What the ids of one thread have in common, and no others.
std::string id_prefix() {
  std::string prefix = "req_";
  append_number(prefix, std::random_device{}() | std::uint64_t{std::random_device{}()} << 32, 36);
  return prefix + '_';
}

}  // namespace

std::string_view reason_of(int status) {
  if (status == 499) return "Client Closed Request";
  if (status == 529) return "Site Overloaded";
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return {reason.data(), reason.size()};
}

void write_head(const ResponseHead& head, const Headers& extra, std::string& out) {
  out.append(head.http_1_0 ? "HTTP/1.0 " : "HTTP/1.1 ");
  append_number(out, static_cast<std::uint64_t>(head.status));
  out.append(" ").append(reason_of(head.status)).append("\r\nServer: patchbay\r\nDate: ").append(date_now());
  out.append("\r\nx-request-id: ").append(head.request_id);
  if (!head.content_type.empty()) out.append("\r\nContent-Type: ").append(head.content_type);
  if (head.content_length) {
    out.append("\r\nContent-Length: ");
    append_number(out, *head.content_length);
  }
  if (head.chunked) out.append("\r\nTransfer-Encoding: chunked");
  if (!head.keep_alive)
    out.append("\r\nConnection: close");
  else if (head.http_1_0)
    out.append("\r\nConnection: keep-alive");
  for (const Header& header : extra) out.append("\r\n").append(header.name).append(": ").append(header.value);
  out.append("\r\n").append(head.lines).append("\r\n");
}

std::string request_id_for(const Headers& headers) {
  if (const auto given = headers.find("x-request-id");
      given && !given->empty() && given->size() <= 128 &&
      std::all_of(given->begin(), given->end(), [](char c) { return c > 0x20 && c < 0x7f; }))
    return std::string(*given);
  thread_local const std::string prefix = id_prefix();
  thread_local std::uint64_t count = 0;
  std::string id;
  id.reserve(prefix.size() + 13);
  id.append(prefix);
  append_number(id, ++count, 36);
  return id;
}

}  // namespace patchbay::server
