#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// The hub: what every protocol can say about a conversation, in types. A codec translates its protocol to and from these, and knows no
/// other codec. Value types that own what they hold. [connection: one thread]
///
/// What the hub has no word for stays in `extras`, as it came: the protocol that it came from gets it back, any other reports its loss.
namespace patchbay::conversion {

namespace json = boost::json;

/// Proof of a model's reasoning, opaque to everybody but the provider that made it.
struct Signature {
  std::string origin;  ///< the protocol whose provider made it
  std::string data;
  std::string id;         ///< the provider's id of the reasoning that it belongs to, if it has one
  bool redacted = false;  ///< it stands for thoughts that nobody may read

  [[nodiscard]] bool empty() const { return data.empty(); }
};

/// Where a piece of text comes from.
struct Citation {
  std::string url;
  std::string title;
  std::string quote;        ///< words of the source
  std::int64_t start = -1;  ///< the cited range of its text, in characters (code points); -1 if it is the whole text, or not known
  std::int64_t end = -1;
  json::value raw;  ///< in the protocol that it came from
};

struct Text {
  std::string text;
  std::vector<Citation> citations;
};

/// An image, a file, a sound.
struct Media {
  enum class Kind : std::uint8_t { image, document, audio, video };
  enum class Source : std::uint8_t { url, base64, file_id, text };
  Kind kind = Kind::image;
  Source source = Source::url;
  std::string data;    ///< by `source`: an address, base64 text without prefix, an id, plain text
  std::string mime;    ///< empty if not known
  std::string name;    ///< file name or title
  std::string detail;  ///< OpenAI's `low`, `high`, `auto`
};

struct ToolCall {
  std::string id;  ///< empty where a protocol has none; `name_calls` fills it in
  std::string name;
  std::string arguments;  ///< JSON text; free text for a custom tool
  bool custom = false;
  std::string space;  ///< the namespace of the tool (Responses)
  std::string type;   ///< of a tool that the client executes and that its protocol has an item of its own for: `local_shell`
};

struct Part;

struct ToolResult {
  std::string call_id;
  std::string name;  ///< of the tool; `name_calls` fills it in
  std::vector<Part> content;
  bool is_error = false;
  bool custom = false;
  std::string type;  ///< see ToolCall
};

/// What the model thought.
struct Reasoning {
  std::vector<std::string> sections;  ///< its text; OpenAI's summaries come in several
  bool summary = false;               ///< a summary made for people, not the thoughts themselves
  bool redacted = false;              ///< only the signature is there
};

struct Refusal {
  std::string text;
};

/// Something of one protocol alone: a server tool's call or its result, an item of a vendor.
struct Opaque {
  std::string type;
  json::value raw;
};

struct Part {
  std::variant<Text, Media, ToolCall, ToolResult, Reasoning, Refusal, Opaque> body;
  Signature signature;
  json::value cache;    ///< Anthropic's `cache_control`
  json::object extras;  ///< see above
};

enum class Role : std::uint8_t { system, developer, user, assistant, tool };

struct Message {
  Role role = Role::user;
  std::vector<Part> parts;
  std::string name;
  std::string id;             ///< of a Responses item
  bool instructions = false;  ///< stood apart from the conversation (`instructions`, `system`, `systemInstruction`)
  json::object extras;
};

/// Code points of UTF-8.
[[nodiscard]] std::int64_t characters_in(std::string_view text);
/// Bytes of the first code points of a text; all if it has fewer.
[[nodiscard]] std::int64_t bytes_of(std::string_view text, std::int64_t characters);

/// Gives citations without a range that of the whole text, and moves all by `before`: the characters in front of the text in a protocol
/// that joins texts.
void place(Citation& citation, std::int64_t characters, std::int64_t before);

/// Adds what the user says in one turn. Results of tools in it are a turn of the tools, in front of the user's own words.
void add_user_turn(Message&& turn, std::vector<Message>& messages);

/// The text of all text parts, one after the other.
[[nodiscard]] std::string text_of(const std::vector<Part>& parts);

/// The text of a thought, with something between its sections.
[[nodiscard]] std::string text_of(const Reasoning& reasoning, std::string_view between = "\n\n");

/// An id for a call that its provider gave none, unique in the answer.
[[nodiscard]] std::string made_call_id(std::string_view prefix, std::string_view request_id, std::size_t number);

/// Gives every tool call an id and every result the id and the name of its call. Made ids depend on the position only, so that the same
/// conversation gets the same ids the next time.
void name_calls(std::vector<Message>& messages);

/// An id that every protocol takes: letters, digits, `_` and `-`, at most 64; others are replaced by one that is computed from them.
[[nodiscard]] std::string portable_id(const std::string& id);

}  // namespace patchbay::conversion
