#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::plugins::validator {

/// How a test went, from good to bad.
enum class Verdict : std::uint8_t {
  success,
  skipped,  ///< there was nothing to test, or it could not be tested
  warning,  ///< it works, and will trouble somebody
  failed,
  crashed,  ///< the process of the test died
};

[[nodiscard]] std::string_view name_of(Verdict verdict);

/// What a test found: the verdict and one sentence why.
struct Result {
  Verdict verdict = Verdict::success;
  std::string sentence;
};

/// Collects what a test finds in several modules; the worst decides.
class Findings {
 public:
  void good(std::string sentence) { add(Verdict::success, std::move(sentence)); }
  void skip(std::string sentence) { add(Verdict::skipped, std::move(sentence)); }
  void warn(std::string sentence) { add(Verdict::warning, std::move(sentence)); }
  void fail(std::string sentence) { add(Verdict::failed, std::move(sentence)); }

  /// The first of the worst findings, and how many there are like it. What was skipped counts only if nothing was tested.
  [[nodiscard]] Result result() const;

 private:
  void add(Verdict verdict, std::string sentence) { all_.push_back({verdict, std::move(sentence)}); }

  std::vector<Result> all_;
};

}  // namespace patchbay::plugins::validator
