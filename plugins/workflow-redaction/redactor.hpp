#pragma once

#include <re2/re2.h>
#include <re2/set.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "entities.hpp"
#include "redaction_config.hpp"

namespace patchbay::redaction {

/// Part of a text that must not leave.
struct Span {
  std::size_t begin = 0;
  std::size_t length = 0;
  std::string_view placeholder;  ///< its kind, as long as the finder lives
};

/// Finds entities in texts. Made once per configuration. [request: concurrent]
class EntityFinder {
 public:
  /// Throws config::Error for names and expressions that are wrong.
  explicit EntityFinder(const RedactionConfig& config);

  /// What is found, in order, without overlaps.
  [[nodiscard]] std::vector<Span> find(std::string_view text) const;

 private:
  struct Rule {
    std::string placeholder;
    std::unique_ptr<re2::RE2> expression;
    std::size_t (*accept)(std::string_view found) = nullptr;
  };

  void add(std::string placeholder, const std::string& expression, std::size_t (*accept)(std::string_view), const std::string& pointer,
           std::vector<config::Fault>& faults);
  void search(const Rule& rule, std::string_view text, std::vector<Span>& into) const;
  [[nodiscard]] bool is_allowed(std::string_view found) const;

  std::vector<Rule> rules_;
  std::vector<std::unique_ptr<re2::RE2>> allowed_;
  std::unique_ptr<re2::RE2::Set> any_;  // tells in one pass which rules are worth a search
};

/// What one request has hidden behind which placeholder. [connection: one thread]
class Vault {
 public:
  /// Looks for what reads like a placeholder in a text of the request: none of those is used, so that nothing is put where it never was.
  void reserve(std::string_view text);

  /// The text with placeholders, or nothing if it has no entity.
  [[nodiscard]] std::optional<std::string> redact(std::string_view text, const EntityFinder& finder);

  /// Puts the hidden values back and takes what it has worked through out of `pending`. Unless it is the `last` of a text, an end that may
  /// be the beginning of a placeholder stays. `json_source`: values are put in as within a JSON string.
  [[nodiscard]] std::string restore(std::string& pending, bool last, bool json_source) const;

  [[nodiscard]] bool empty() const { return values_.empty(); }

  /// How many values of each kind: "EMAIL 2, IBAN 1".
  [[nodiscard]] std::string summary() const;

 private:
  const std::string& placeholder_for(std::string_view kind, std::string_view value);

  std::set<std::string, std::less<>> reserved_;
  std::map<std::string, std::string, std::less<>> placeholders_;  // by kind and value
  std::map<std::string, std::string, std::less<>> values_;        // by placeholder
  std::map<std::string, unsigned, std::less<>> numbers_;          // by kind, the last one
  std::map<std::string, unsigned, std::less<>> counts_;           // by kind, how many values
  std::size_t longest_ = 0;                                       // placeholder
};

}  // namespace patchbay::redaction
