#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace patchbay::testing {

/// Expectations that are files. With PATCHBAY_ACCEPT=1 in the environment they are rewritten instead of compared: look at the difference
/// before you commit it.
class Golden {
 public:
  explicit Golden(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Empty if the file says the same; else where it does not, with both lines:
  ///
  ///     EXPECT_EQ(golden.difference("answer.json", text), "");
  [[nodiscard]] std::string difference(const std::string& name, std::string_view text) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace patchbay::testing
