#pragma once

#include <string>
#include <string_view>

#include "access/account.hpp"
#include "patchbay/message.hpp"

/// What clients are told of their limits.
namespace patchbay::access {

/// Why a request was not let in, in words.
[[nodiscard]] Error explain(const Verdict& verdict, std::string_view key);

/// What is left, as the clients of that protocol know to read it: `anthropic-ratelimit-*` for Anthropic's, `x-ratelimit-*` for others.
/// Whole lines of a response's head, because every admitted request has them.
[[nodiscard]] std::string limit_lines(const Verdict& verdict, std::string_view protocol);

}  // namespace patchbay::access
