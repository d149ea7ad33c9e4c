#include "patchbay/message.hpp"

#include <algorithm>

#include "patchbay/json_skim.hpp"

namespace patchbay {

const std::string& Request::model() const {
  if (!model_) skim();
  return *model_;
}

bool Request::stream() const {
  if (!stream_) skim();
  return *stream_;
}

void Request::skim() const {
  std::string model;
  bool stream = false;
  JsonSkim members(body.text());
  while (members.next()) {
    if (members.key() == "model") model = string_value(members.value());
    if (members.key() == "stream") stream = members.value() == "true";
  }
  if (!model_) model_ = std::move(model);
  if (!stream_) stream_ = stream;
}

void Usage::merge(const Usage& report) {
  input_tokens = std::max(input_tokens, report.input_tokens);
  output_tokens = std::max(output_tokens, report.output_tokens);
  cached_input_tokens = std::max(cached_input_tokens, report.cached_input_tokens);
  cache_write_tokens = std::max(cache_write_tokens, report.cache_write_tokens);
  reasoning_tokens = std::max(reasoning_tokens, report.reasoning_tokens);
}

std::string_view name_of(Operation operation) {
  switch (operation) {
    case Operation::generate: return "generate";
    case Operation::embed: return "embed";
    case Operation::count_tokens: return "count_tokens";
  }
  return "unknown";
}

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_request: return "invalid_request";
    case ErrorKind::authentication: return "authentication";
    case ErrorKind::permission: return "permission";
    case ErrorKind::not_found: return "not_found";
    case ErrorKind::request_too_large: return "request_too_large";
    case ErrorKind::rate_limited: return "rate_limited";
    case ErrorKind::overloaded: return "overloaded";
    case ErrorKind::timeout: return "timeout";
    case ErrorKind::upstream: return "upstream";
    case ErrorKind::cancelled: return "cancelled";
    case ErrorKind::unavailable: return "unavailable";
    case ErrorKind::internal: return "internal";
  }
  return "unknown";
}

int default_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_request: return 400;
    case ErrorKind::authentication: return 401;
    case ErrorKind::permission: return 403;
    case ErrorKind::not_found: return 404;
    case ErrorKind::request_too_large: return 413;
    case ErrorKind::rate_limited: return 429;
    case ErrorKind::overloaded: return 503;
    case ErrorKind::timeout: return 504;
    case ErrorKind::upstream: return 502;
    case ErrorKind::cancelled: return 499;
    case ErrorKind::unavailable: return 503;
    case ErrorKind::internal: return 500;
  }
  return 500;
}

std::string_view openai_error_type(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_request:
    case ErrorKind::not_found:
    case ErrorKind::request_too_large: return "invalid_request_error";
    case ErrorKind::authentication: return "authentication_error";
    case ErrorKind::permission: return "permission_error";
    case ErrorKind::rate_limited: return "rate_limit_error";
    case ErrorKind::timeout: return "timeout_error";
    default: return "server_error";
  }
}

std::string_view anthropic_error_type(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_request: return "invalid_request_error";
    case ErrorKind::authentication: return "authentication_error";
    case ErrorKind::permission: return "permission_error";
    case ErrorKind::not_found: return "not_found_error";
    case ErrorKind::request_too_large: return "request_too_large";
    case ErrorKind::rate_limited: return "rate_limit_error";
    case ErrorKind::overloaded:
    case ErrorKind::unavailable: return "overloaded_error";
    case ErrorKind::timeout: return "timeout_error";
    default: return "api_error";
  }
}

std::string_view google_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_request:
    case ErrorKind::request_too_large: return "INVALID_ARGUMENT";
    case ErrorKind::authentication: return "UNAUTHENTICATED";
    case ErrorKind::permission: return "PERMISSION_DENIED";
    case ErrorKind::not_found: return "NOT_FOUND";
    case ErrorKind::rate_limited: return "RESOURCE_EXHAUSTED";
    case ErrorKind::timeout: return "DEADLINE_EXCEEDED";
    case ErrorKind::cancelled: return "CANCELLED";
    case ErrorKind::internal: return "INTERNAL";
    default: return "UNAVAILABLE";
  }
}

}  // namespace patchbay
