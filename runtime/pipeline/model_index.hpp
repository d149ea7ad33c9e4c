#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace re2 {
class RE2;
}

namespace patchbay::pipeline {

/// Finds which of many model patterns match a model name without trying each one: patterns that are a plain name (`^gpt-4o$`) or a
/// plain beginning (`^glm-`) are looked up by hash, and only what is a real expression is run. Immutable once filled. [request: concurrent]
class ModelIndex {
 public:
  ModelIndex();
  ~ModelIndex();
  ModelIndex(ModelIndex&&) noexcept;

  /// Adds a pattern under a rank. Ranks must be added in rising order. Throws std::invalid_argument if it does not compile.
  void add(std::uint32_t rank, std::string_view pattern);

  [[nodiscard]] bool empty() const { return exact_.empty() && prefix_.empty() && expressions_.empty(); }

  /// Adds the ranks of the patterns that match to `ranks`, in no particular order.
  void find(std::string_view model, std::vector<std::uint32_t>& ranks) const;

  /// Whether one pattern alone matches; for explanations.
  [[nodiscard]] static bool matches(std::string_view pattern, std::string_view model);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Table = std::unordered_map<std::string, std::vector<std::uint32_t>, Hash, std::equal_to<>>;

  Table exact_;
  Table prefix_;
  std::vector<std::size_t> prefix_lengths_;  // the distinct ones, rising
  std::vector<std::pair<std::uint32_t, std::shared_ptr<const re2::RE2>>> expressions_;
};

}  // namespace patchbay::pipeline
