#include "upstream/request_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

#include "net/header_name_set.hpp"

namespace patchbay::upstream {

namespace {

// RFC 9110 section 5.6.2.
constexpr std::array<bool, 256> make_token_characters() {
  std::array<bool, 256> allowed{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) allowed[static_cast<unsigned char>(c)] = true;
  for (int c = '0'; c <= '9'; ++c) allowed[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) allowed[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) allowed[static_cast<std::size_t>(c)] = true;
  return allowed;
}

constexpr auto token_characters = make_token_characters();

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return token_characters[static_cast<unsigned char>(c)]; });
}

// RFC 9110 section 5.5: visible characters, spaces, tabs, and bytes beyond ASCII.
bool is_field_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
  });
}

/// Whether one of eight bytes may be a control character: exact but for bytes above one that is.
constexpr bool may_have_control(std::uint64_t bytes) {
  constexpr std::uint64_t each = 0x0101010101010101;
  const std::uint64_t below_space = (bytes - each * 0x20) & ~bytes;
  const std::uint64_t not_delete = bytes ^ each * 0x7f;
  const std::uint64_t is_delete = (not_delete - each) & ~not_delete;
  return ((below_space | is_delete) & each * 0x80) != 0;
}

bool is_field_value(std::string_view text) {
  while (text.size() >= sizeof(std::uint64_t)) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data(), sizeof bytes);
    if (may_have_control(bytes)) break;
    text.remove_prefix(sizeof bytes);
  }
  return is_field_text(text);
}

constexpr net::HeaderNameSet reserved({"host", "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection",
                                       "upgrade", "te", "trailer", "expect", "proxy-authorization"});

// A name that cannot be shown as it is would carry its line break into the log.
std::string shown(std::string_view name) { return is_token(name) ? "'" + std::string(name) + "'" : "(not a token)"; }

bool announces_length(const HttpCall& call) {
  return !call.body.empty() || call.method == "POST" || call.method == "PUT" || call.method == "PATCH";
}

}  // namespace

std::string write_request_head(const HttpCall& call, const Url& url, const Origin& origin, std::string& to) {
  if (!is_token(call.method)) return "the method is not a token (RFC 9110 section 9.1)";
  std::size_t size = 128 + call.url.size() + origin.name.size() + (origin.absolute_form() ? origin.proxy->authorization.size() : 0);
  for (const Header& header : call.headers) {
    if (!is_token(header.name)) return "a header name is not a token (RFC 9110 section 5.6.2): " + shown(header.name);
    if (!is_field_value(header.value))
      return "the value of header " + shown(header.name) + " has a line break or another control character";
    if (reserved.contains(header.name)) return "header " + shown(header.name) + " is set by the gateway itself: leave it out";
    size += header.name.size() + header.value.size() + 4;
  }

  to.clear();
  to.reserve(size);
  to.append(call.method).append(1, ' ');
  if (origin.absolute_form()) to.append("http://").append(origin.host_header);
  if (!url.target.starts_with('/')) to.append(1, '/');
  to.append(url.target).append(" HTTP/1.1\r\nHost: ").append(origin.host_header).append("\r\n");
  if (origin.absolute_form() && !origin.proxy->authorization.empty())
    to.append("Proxy-Authorization: ").append(origin.proxy->authorization).append("\r\n");
  for (const Header& header : call.headers) to.append(header.name).append(": ").append(header.value).append("\r\n");
  if (announces_length(call)) {
    char digits[20];
    to.append("Content-Length: ").append(digits, std::to_chars(digits, digits + sizeof digits, call.body.size()).ptr).append("\r\n");
  }
  to.append("\r\n");
  return {};
}

}  // namespace patchbay::upstream
