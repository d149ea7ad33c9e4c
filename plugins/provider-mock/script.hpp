#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mock_config.hpp"

namespace re2 {
class RE2;
}

namespace patchbay::mock {

/// The rules of a configuration, ready to be asked. [request: concurrent]
class Script {
 public:
  /// Throws config::Error for regular expressions that do not compile.
  explicit Script(const std::vector<Rule>& rules);
  ~Script();

  /// The first rule that fits, its turn counted; null if none does. Valid as long as the script.
  [[nodiscard]] const Rule* find(std::string_view model, std::string_view prompt) const;

 private:
  struct Line {
    explicit Line(const Rule& rule);
    ~Line();
    Rule rule;
    std::unique_ptr<re2::RE2> expression;        // null: any prompt
    mutable std::atomic<std::uint64_t> fits{0};  // how many requests fitted so far
  };
  std::vector<std::unique_ptr<Line>> lines_;
};

/// Replaces `{prompt}` and `{model}`, what was put in their places untouched.
[[nodiscard]] std::string fill_in(std::string_view text, std::string_view prompt, std::string_view model);

/// The function that a request's `tool_choice` forces the model to call; empty if it leaves the model a choice.
[[nodiscard]] std::string forced_tool(const boost::json::object& request);

/// The fault of that name, spelled as in a rule; none if there is none.
[[nodiscard]] Fault fault_named(std::string_view name);

}  // namespace patchbay::mock
