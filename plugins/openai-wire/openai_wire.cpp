#include "openai_wire.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <ctime>

#include "patchbay/json_skim.hpp"

namespace patchbay::openai_wire {

namespace json = boost::json;

namespace {

constexpr std::size_t longest_quote = 300;  // of an error body that is not JSON

/// The raw value after `key` (given with its quotes); empty if the key is not there.
std::string_view after_key(std::string_view raw, std::string_view key) {
  for (std::size_t at = raw.find(key); at != std::string_view::npos; at = raw.find(key, at + 1)) {
    if (at > 0 && raw[at - 1] == '\\') continue;  // inside another string
    const std::size_t colon = raw.find_first_not_of(" \t\r\n", at + key.size());
    if (colon == std::string_view::npos || raw[colon] != ':') continue;
    const std::size_t value = raw.find_first_not_of(" \t\r\n", colon + 1);
    return value == std::string_view::npos ? std::string_view{} : raw.substr(value);
  }
  return {};
}

/// Whether a delta says more than who speaks.
bool carries_answer(std::string_view delta) {
  JsonSkim skim(delta);
  while (skim.next())
    if (skim.key() != "role" && skim.value() != "null" && skim.value() != "\"\"" && skim.value() != "[]" && skim.value() != "{}") return true;
  return false;
}

ErrorKind kind_of(int status) {
  switch (status) {
    case 401: return ErrorKind::authentication;
    case 402:
    case 429: return ErrorKind::rate_limited;
    case 403: return ErrorKind::permission;
    case 404: return ErrorKind::not_found;
    case 408:
    case 504: return ErrorKind::timeout;
    case 413: return ErrorKind::request_too_large;
    case 503:
    case 529: return ErrorKind::overloaded;
    default: return status >= 400 && status < 500 ? ErrorKind::invalid_request : ErrorKind::upstream;
  }
}

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  if (value == nullptr) return {};
  if (value->is_string()) return std::string(value->get_string());
  return value->is_int64() ? std::to_string(value->get_int64()) : std::string();
}

/// Vendors say the status of an in-stream error in `code` or not at all.
ErrorKind in_stream_kind(const Error& error) {
  int status = 0;
  const auto parsed = std::from_chars(error.code.data(), error.code.data() + error.code.size(), status);
  if (parsed.ec == std::errc() && status >= 400 && status < 600) return kind_of(status);
  if (error.code.find("rate_limit") != std::string::npos) return ErrorKind::rate_limited;
  if (error.code.find("overloaded") != std::string::npos) return ErrorKind::overloaded;
  return ErrorKind::upstream;
}

void read_error_object(const json::object& object, Error& error) {
  const json::value* const inner = object.if_contains("error");
  if (inner != nullptr && inner->is_object()) {
    error.message = text_of(inner->get_object(), "message");
    error.code = text_of(inner->get_object(), "code");
    if (error.code.empty()) error.code = text_of(inner->get_object(), "type");
    error.param = text_of(inner->get_object(), "param");
    return;
  }
  if (inner != nullptr && inner->is_string()) error.message = std::string(inner->get_string());
  for (const std::string_view key : {"message", "detail"})
    if (error.message.empty()) error.message = text_of(object, key);
}

}  // namespace

EventRole role_of(std::string_view data) {
  if (data == "[DONE]") return EventRole::terminator;
  EventRole role = EventRole::preamble;
  JsonSkim skim(data);
  while (skim.next()) {
    if (skim.key() == "error" && skim.value() != "null") return EventRole::failure;
    if (skim.key() != "choices") continue;
    const std::string_view finish = after_key(skim.value(), "\"finish_reason\"");
    if (!finish.empty() && !finish.starts_with("null"))
      role = EventRole::finish;
    else if (carries_answer(after_key(skim.value(), "\"delta\"")))
      role = EventRole::content;
  }
  return role;
}

std::optional<std::chrono::seconds> retry_after(const Headers& headers) {
  const auto number = [](std::string_view text) -> std::optional<std::int64_t> {
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || value < 0) return std::nullopt;
    return value;
  };
  if (const auto milliseconds = headers.find("retry-after-ms"))
    if (const auto value = number(*milliseconds)) return std::chrono::seconds((*value + 999) / 1000);
  const auto header = headers.find("retry-after");
  if (!header) return std::nullopt;
  if (const auto value = number(*header)) return std::chrono::seconds(*value);
  std::tm date{};
  if (strptime(std::string(*header).c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date) == nullptr) return std::nullopt;
  return std::chrono::seconds(std::max<std::int64_t>(0, timegm(&date) - std::time(nullptr)));
}

Error explain(int status, const Headers& headers, std::string_view body, std::string_view source) {
  Error error;
  error.source = source;
  error.retry_after = retry_after(headers);
  json::error_code fault;
  const json::value parsed = json::parse(body, fault);
  if (!fault && parsed.is_object()) {
    read_error_object(parsed.get_object(), error);
    if (parsed.get_object().contains("error")) {
      error.original = body;
      error.original_protocol = protocols::openai_chat;
    }
  }
  if (status >= 400) {
    error.kind = kind_of(status);
    error.status = status == 402 ? 429 : status;
  } else {
    error.kind = in_stream_kind(error);
  }
  if (error.message.empty()) {
    error.message = "the provider answered with status " + std::to_string(status);
    if (fault && !body.empty()) error.message += ": " + std::string(body.substr(0, longest_quote));
  }
  return error;
}

}  // namespace patchbay::openai_wire
