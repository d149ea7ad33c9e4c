#pragma once

#include <optional>
#include <string>

#include "guard_config.hpp"
#include "patchbay/message.hpp"

namespace patchbay::guard {

/// What is asked: POST with {"request_id", "model", "protocol", "texts": [{"source", "text"}]}. Throws DocumentError if the body is no
/// JSON.
[[nodiscard]] HttpCall question(const JudgeConfig& judge, Request& request);

struct Verdict {
  bool allowed = false;
  std::string reason;  ///< as the judge said it; may be empty
};

/// What a judge answered: {"allowed": true} or {"allowed": false, "reason": "…"} with status 200. Nothing if it is anything else; `why`
/// then tells what.
[[nodiscard]] std::optional<Verdict> verdict(const HttpReply& reply, std::string& why);

}  // namespace patchbay::guard
