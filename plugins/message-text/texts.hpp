#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patchbay/document.hpp"

/// The texts in the bodies of five protocols: what people, models and tools say. Ids, names, schemas, images, encrypted parts and
/// signatures are no texts. What a module does to texts it says once, here is where they are.
namespace patchbay::message_text {

/// Who says it.
enum class Source : std::uint8_t { instructions, user, assistant, thought, tool_call, tool_result, tool_description };

/// "instructions", "user", …
[[nodiscard]] std::string_view name_of(Source source);

/// What a visitor is told of a text.
struct Text {
  Source source = Source::user;
  bool sealed = false;       ///< the provider signed it: it may be read, but what replaces it is ignored
  bool json_source = false;  ///< JSON source, or a piece of it: what is put in must be escaped as within a JSON string
};

/// Sees a text; returns what stands in its place, nothing to leave it.
using Visitor = std::function<std::optional<std::string>(const Text& what, std::string_view text)>;

/// Ollama's own; the names of the other protocols are in message.hpp.
inline constexpr std::string_view ollama_chat_protocol = "ollama-chat";

/// Whether the texts of a protocol are known here. [thread-safe]
[[nodiscard]] bool knows(std::string_view protocol);

/// Whether a visitor is shown the whole numbers in arguments and results of tools as well, as text; what replaces one is a string.
enum class Numbers : std::uint8_t { hidden, shown };

/// Shows every text of a request's body: instructions first, then the turns in order, descriptions of tools last. The document is edited
/// only if something is replaced. What is not as the protocol says is passed over. Throws DocumentError if the body is not JSON.
void visit_request(Document& body, std::string_view protocol, const Visitor& visitor, Numbers numbers = Numbers::hidden);

/// Likewise every text of a whole answer.
void visit_answer(Document& body, std::string_view protocol, const Visitor& visitor);

/// Which text of a stream a piece belongs to. Pieces with equal places make one text.
struct Place {
  std::int64_t group = 0;  ///< choice, content block, output item or candidate
  std::string_view field;  ///< a literal; empty: every text of the group
  std::int64_t index = 0;  ///< of a tool call or content part in the group
  auto operator<=>(const Place&) const = default;
};

/// One text of an event.
struct EventText {
  Text what;
  Place place;
  bool piece = false;  ///< the text goes on in other events; otherwise it is complete, and may repeat what came in pieces
  std::string_view text;
};

/// The texts of an event of a stream, valid as long as the document is not changed.
struct EventTexts {
  std::vector<EventText> texts;
  std::vector<Place> ended;  ///< those that have no more pieces after this event
};
[[nodiscard]] EventTexts texts_of_event(const Document& event, std::string_view protocol);

}  // namespace patchbay::message_text
