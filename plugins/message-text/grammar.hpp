#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <span>

#include "texts.hpp"

/// Inside of message-text: what each protocol defines, and the tools to say it with.
namespace patchbay::message_text {

namespace json = boost::json;

/// A text and where it stands.
struct Found {
  Text what;
  Place place;
  bool piece = false;
  json::string* at = nullptr;     ///< null if it is a number
  json::value* number = nullptr;  ///< null if it is a text
};

/// Collects the texts of one body. Values of another type than expected are no texts.
class Finder {
 public:
  explicit Finder(Numbers numbers = Numbers::hidden) : numbers_(numbers) {}

  void text(Text what, json::value* value);
  /// Every string in a tree: structured arguments and results. Whole numbers of those, too, if they are to be shown.
  void tree(Text what, json::value* value);
  void piece(Text what, Place place, json::value* value);
  void ended(std::int64_t group, std::string_view field = {}, std::int64_t index = 0) { ended_.push_back({group, field, index}); }

  std::vector<Found> found;
  std::vector<Place> ended_;

 private:
  Numbers numbers_;
};

/// The member of an object, null if it is absent or the value is no object.
[[nodiscard]] json::value* member(json::value* value, std::string_view key);
/// The member of the first of two names that is there.
[[nodiscard]] json::value* member(json::value* value, std::string_view key, std::string_view other);
/// A member that is a string; empty if it is not.
[[nodiscard]] std::string_view string_at(json::value* value, std::string_view key);
[[nodiscard]] std::int64_t integer_at(json::value* value, std::string_view key);
/// The elements of an array; none if the value is no array.
[[nodiscard]] std::span<json::value> elements(json::value* value);

/// What one protocol says about texts.
struct Grammar {
  void (*request)(json::value& body, Finder& finder);
  void (*answer)(json::value& body, Finder& finder);
  void (*event)(json::value& data, Finder& finder);
  /// An event that says nothing but more of the text at `place`, which stood in `event`; the text is empty.
  json::value (*more)(const json::value& event, const Place& place);
};

extern const Grammar openai_chat;
extern const Grammar openai_responses;
extern const Grammar anthropic_messages;
extern const Grammar gemini;
extern const Grammar ollama_chat;

/// Null for a protocol that is not known here.
[[nodiscard]] const Grammar* grammar_of(std::string_view protocol);

}  // namespace patchbay::message_text
