#pragma once

#include <functional>
#include <string>

#include "patchbay/headers.hpp"

/// The interface for operators: its own listener, its own token, nothing of a client's traffic.
namespace patchbay::admin {

struct AdminRequest {
  std::string method;
  std::string target;  ///< path and query, as they came
  std::string body;
};

struct AdminReply {
  unsigned status = 200;
  std::string body;
  std::string content_type = "application/json";
  Headers headers{};  ///< besides those that every reply has
};

/// Takes the reply; later calls do nothing.
using Respond = std::function<void(AdminReply)>;

}  // namespace patchbay::admin
