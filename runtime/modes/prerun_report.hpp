#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

namespace patchbay::modes {

/// What a dry run found.
struct PreRunFinding {
  std::string route;
  std::string target;
  std::string sample;   ///< as in "openai-chat, tool call, stream"; empty: it is about the route
  std::string message;  ///< as in "V2 compatibility issue: response format mismatch"
  std::string path;     ///< where in the answer; empty: not about a part of it
  std::string detail;
  bool warning = false;
};

/// One target of a route.
struct RehearsedTarget {
  std::string route;
  std::string target;
  std::size_t samples = 0;  ///< that passed through every stage
  bool failed = false;
  bool recoverable = false;  ///< of a failed one: requests find another target of the route, or it may come right by itself
};

struct PreRunReport {
  std::vector<RehearsedTarget> targets;
  std::vector<PreRunFinding> findings;
  std::size_t compared = 0;  ///< requests whose answers were compared with V1's

  [[nodiscard]] bool passed() const;
  /// Routes, by whether each of their targets is sound.
  [[nodiscard]] std::size_t total() const;
  [[nodiscard]] std::size_t failed() const;
};

inline constexpr const char* format_mismatch = "V2 compatibility issue: response format mismatch";

[[nodiscard]] boost::json::value describe(const PreRunReport& report);
/// The same for people.
[[nodiscard]] std::string text_of(const PreRunReport& report);

}  // namespace patchbay::modes
