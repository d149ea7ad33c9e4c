#pragma once

#include <re2/re2.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard_config.hpp"
#include "message-text/texts.hpp"

namespace patchbay::guard {

/// What texts must not say. [request: concurrent]
class DenyList {
 public:
  /// Faults go to `faults`, with `pointer` before them.
  DenyList(const DenyConfig& config, const std::string& pointer, std::vector<config::Fault>& faults);

  [[nodiscard]] bool empty() const { return rules_.empty(); }

  /// Whether texts of that source are looked at.
  [[nodiscard]] bool concerns(message_text::Source source) const;

  /// What the text breaks: "a denied word", or "pattern NAME". With `unfinished` more may follow, so that a word at its very end is not
  /// known to be one yet.
  [[nodiscard]] std::optional<std::string> broken_by(std::string_view text, bool unfinished = false) const;

 private:
  struct Rule {
    std::string name;
    std::unique_ptr<re2::RE2> finished;
    std::unique_ptr<re2::RE2> unfinished;  // null: the same
  };

  std::vector<Rule> rules_;
  std::vector<std::string> sources_;
};

/// Follows one text of a stream. [connection: one thread]
class DenyWatch {
 public:
  /// What the text breaks with this piece; `last`: no more come.
  [[nodiscard]] std::optional<std::string> add(std::string_view piece, bool last, const DenyList& list, std::size_t window);

 private:
  std::string tail_;
};

}  // namespace patchbay::guard
