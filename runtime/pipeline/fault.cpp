#include "pipeline/fault.hpp"

namespace patchbay::pipeline {

Fault fault_of(upstream::FailureKind failure) {
  switch (failure) {
    case upstream::FailureKind::bad_url: return Fault::host;
    case upstream::FailureKind::too_large: return Fault::request;
    default: return Fault::target;
  }
}

Fault fault_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::rate_limited: return Fault::key;
    case ErrorKind::authentication: return Fault::refused_key;
    case ErrorKind::permission: return Fault::doubted_key;
    case ErrorKind::overloaded:
    case ErrorKind::timeout:
    case ErrorKind::upstream:
    case ErrorKind::unavailable: return Fault::target;
    case ErrorKind::internal: return Fault::host;
    case ErrorKind::invalid_request:
    case ErrorKind::not_found:
    case ErrorKind::request_too_large:
    case ErrorKind::cancelled: return Fault::request;
  }
  return Fault::request;
}

}  // namespace patchbay::pipeline
