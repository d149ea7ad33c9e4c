#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>

#include "openai_wire.hpp"

namespace patchbay::openai_wire {

namespace json = boost::json;

namespace {

constexpr std::size_t shortest_secret = 8;

ErrorKind kind_of(int status) {
  switch (status) {
    case 401: return ErrorKind::authentication;
    case 402:
    case 429: return ErrorKind::rate_limited;
    case 403: return ErrorKind::permission;
    case 404: return ErrorKind::not_found;
    case 408:
    case 504:
    case 524: return ErrorKind::timeout;
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

/// Vendors say the status of an in-stream error in `code`, in words in `code` or `type`, or not at all.
ErrorKind in_stream_kind(const std::string& code, const std::string& type) {
  int status = 0;
  const auto parsed = std::from_chars(code.data(), code.data() + code.size(), status);
  if (parsed.ec == std::errc() && status >= 400 && status < 600) return kind_of(status);
  const std::string words = code + ' ' + type;
  const auto say = [&words](std::string_view word) { return words.find(word) != std::string::npos; };
  if (say("rate_limit") || say("insufficient_quota")) return ErrorKind::rate_limited;
  if (say("overloaded")) return ErrorKind::overloaded;
  if (say("timeout")) return ErrorKind::timeout;
  if (say("authentication") || say("invalid_api_key")) return ErrorKind::authentication;
  if (say("permission")) return ErrorKind::permission;
  if (say("not_found")) return ErrorKind::not_found;
  if (say("invalid_request") || say("context_length") || say("content_filter")) return ErrorKind::invalid_request;
  return ErrorKind::upstream;
}

/// The object that tells of the error. Gemini's OpenAI endpoint wraps it in an array.
const json::object* telling_object(const json::value& parsed) {
  if (const json::array* list = parsed.if_array(); list != nullptr && list->size() == 1) return list->front().if_object();
  return parsed.if_object();
}

/// Fills in what the body says; returns the error's `type`.
std::string read_body(const json::object& object, Error& error) {
  const json::value* const inner = object.if_contains("error");
  if (inner != nullptr && inner->is_object()) {
    const json::object& fields = inner->get_object();
    const std::string type = text_of(fields, "type");
    error.message = text_of(fields, "message");
    error.code = text_of(fields, "code");
    if (error.code.empty()) error.code = type;
    error.param = text_of(fields, "param");
    return type;
  }
  if (inner != nullptr && inner->is_string()) error.message = std::string(inner->get_string());
  for (const std::string_view key : {"message", "detail"})
    if (error.message.empty()) error.message = text_of(object, key);
  return {};
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) text.replace(at, what.size(), by);
}

}  // namespace

Error explain(int status, const Headers& headers, std::string_view body, std::string_view source) {
  Error error;
  error.source = source;
  error.retry_after = retry_after(headers);
  json::error_code fault;
  const json::value parsed = json::parse(body, fault);
  const json::object* const object = fault ? nullptr : telling_object(parsed);
  const std::string type = object != nullptr ? read_body(*object, error) : std::string();
  if (!fault && parsed.is_object() && parsed.get_object().contains("error")) {
    error.original = body;
    error.original_protocol = protocols::openai_chat;
  }
  if (status >= 400) {
    error.kind = kind_of(status);
    error.status = status == 402 ? 429 : status;  // clients know how to wait, but not how to pay
  } else {
    error.kind = in_stream_kind(error.code, type);
  }
  if (error.message.empty()) {
    error.message = "the provider answered with status " + std::to_string(status);
    if (const std::string text = readable(body); !text.empty()) error.message += ": " + text;
  }
  return error;
}

void scrub(Error& error, std::span<const std::string> secrets) {
  for (const std::string& secret : secrets) {
    if (secret.size() < shortest_secret) continue;
    for (std::string* text : {&error.message, &error.code, &error.param, &error.original}) replace_all(*text, secret, "[key]");
  }
}

}  // namespace patchbay::openai_wire
