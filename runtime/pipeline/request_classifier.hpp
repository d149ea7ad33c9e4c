#pragma once

#include <string_view>

#include "config/classification_settings.hpp"

namespace patchbay::pipeline {

class RequestFacts;

/// Request → category, by the first test that holds; see ClassificationSettings. Immutable. [request: concurrent]
class RequestClassifier {
 public:
  RequestClassifier() : RequestClassifier(config::ClassificationSettings{}) {}
  explicit RequestClassifier(config::ClassificationSettings settings);

  /// One of config::categories.
  [[nodiscard]] std::string_view category_of(const RequestFacts& facts) const;

 private:
  config::ClassificationSettings settings_;  // words in lower case
};

}  // namespace patchbay::pipeline
