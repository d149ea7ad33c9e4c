#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Reads the top level of a JSON object without building anything: a request of 100 KiB is skimmed at several GB/s, so that routing
/// does not pay for a parse that nobody else needs (design rule 5). Nested values are skipped by their brackets and strings only; what
/// they hold is judged by whoever parses them. [thread-safe]
namespace patchbay {

/// Walks the members of the object that `text` holds.
class JsonSkim {
 public:
  explicit JsonSkim(std::string_view text);
  JsonSkim(const JsonSkim&) = delete;
  JsonSkim& operator=(const JsonSkim&) = delete;

  /// Moves to the next member. False at the end of the object or at the first fault.
  bool next();

  /// The key without its quotes and with its escapes resolved: "mod\u0065l" is the model to whoever parses the whole, so it is here. Lives
  /// until the next call of `next`.
  [[nodiscard]] std::string_view key() const { return key_; }
  /// The raw text of the value: with quotes, brackets and all.
  [[nodiscard]] std::string_view value() const { return value_; }

  /// True if the text was not an object, or its outline was broken before the walk got to its end.
  [[nodiscard]] bool malformed() const { return malformed_; }
  /// Where the walk stands, in bytes; where the fault is, once there is one.
  [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }

 private:
  bool fail();

  const char* begin_;
  const char* at_;
  const char* end_;
  std::string_view key_;
  std::string unescaped_;  // what key_ shows if it has escapes
  std::string_view value_;
  bool first_ = true;
  bool finished_ = false;
  bool malformed_ = false;
};

/// The content of a raw JSON string value, escapes resolved; empty if it is no string.
[[nodiscard]] std::string string_value(std::string_view raw);

/// Whether `token` (with its quotes) stands in `raw` as a string of its own, not as part of the text of another.
[[nodiscard]] bool has_string_token(std::string_view raw, std::string_view token);

/// Whether a raw JSON value is an array with at least one element.
[[nodiscard]] bool is_nonempty_array(std::string_view raw);

/// Whether a piece of text is one complete JSON value by its outline: strings closed, brackets matched, nothing after it.
[[nodiscard]] bool is_json_outline(std::string_view text);

}  // namespace patchbay
