#pragma once

#include <string>
#include <utility>

#include "patchbay/message.hpp"

namespace patchbay::pipeline {

/// What an engine says of a request that it cannot even begin to answer.
[[nodiscard]] inline Error not_begun(ErrorKind kind, std::string code, std::string message) {
  Error error;
  error.kind = kind;
  error.code = std::move(code);
  error.message = std::move(message);
  error.source = "router";
  return error;
}

}  // namespace patchbay::pipeline
