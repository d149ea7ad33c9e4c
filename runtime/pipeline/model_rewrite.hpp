#pragma once

#include <memory>
#include <optional>
#include <string>

#include "patchbay/message.hpp"

namespace re2 {
class RE2;
}

namespace patchbay::pipeline {

/// Another model in place of the one that the client named. Immutable. [request: concurrent]
class ModelRewrite {
 public:
  /// `\1` in `model` is the first group of `pattern`, the route's `pattern.model`. Throws std::invalid_argument, saying why, if the pattern
  /// has not so many groups.
  ModelRewrite(std::string model, const std::optional<std::string>& pattern);

  /// Every byte of the body but the model's stays as it came. A body that is no JSON object stays as it is; whoever reads it will say so.
  void apply(Request& request) const;

 private:
  std::string model_;
  std::shared_ptr<const re2::RE2> pattern_;  // null: the model stands as it is
};

}  // namespace patchbay::pipeline
