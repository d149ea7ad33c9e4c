#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "patchbay/config.hpp"

namespace patchbay::config {

/// `[classification]`: what makes a request one of a category. Tests are made in this order, and the first that holds decides: `vision`,
/// `longcontext`, `thinking`, `coding`, `websearch`, `tools`, `background`, `default`.
struct ClassificationSettings {
  std::uint64_t longcontext_tokens = 100'000;
  std::vector<std::string> thinking_keywords{"思考", "分析", "推理", "think", "step by step", "reason"};
  std::vector<std::string> coding_keywords;
  std::vector<std::string> background_keywords;
  std::vector<std::string> coding_tools{"code", "execute", "bash", "python", "javascript", "file", "read", "write", "document", "pdf"};
  std::vector<std::string> websearch_tools{"web_search", "search", "browse", "internet"};

  static constexpr Doc docs[] = {
      {.field = "longcontext_tokens", .text = "Estimated tokens (a quarter of the body's bytes) from which a request is `longcontext`."},
      {.field = "thinking_keywords",
       .text = "Any of these in the user's last message makes it `thinking`; upper and lower case are the same here and below."},
      {.field = "coding_keywords", .text = "Any of these in the user's last message makes it `coding`."},
      {.field = "background_keywords", .text = "Any of these in the user's last message makes it `background`."},
      {.field = "coding_tools", .text = "A tool with any of these in its name makes a request `coding`."},
      {.field = "websearch_tools", .text = "A tool with any of these in its name makes a request `websearch`."},
  };

  friend bool operator==(const ClassificationSettings&, const ClassificationSettings&) = default;
};
BOOST_DESCRIBE_STRUCT(ClassificationSettings, (),
                      (longcontext_tokens, thinking_keywords, coding_keywords, background_keywords, coding_tools, websearch_tools))

/// The categories by name, in the order of the tests.
inline constexpr const char* categories[] = {"vision", "longcontext", "thinking", "coding", "websearch", "tools", "background", "default"};

}  // namespace patchbay::config
