#pragma once

#include <string_view>

#include "hub/answer.hpp"

namespace patchbay::conversion {

enum class PartKind : std::uint8_t { text, reasoning, tool_call, refusal, opaque };

/// A part of the answer begins. Parts are numbered as they begin, over all choices.
struct PartBegin {
  std::size_t part = 0;
  std::size_t choice = 0;
  PartKind kind = PartKind::text;
  std::string id;         ///< of a tool call or an item
  std::string name;       ///< of a tool
  std::string space;      ///< see ToolCall
  std::string type;       ///< see ToolCall
  bool custom = false;    ///< a custom tool: its arguments are free text
  bool summary = false;   ///< reasoning: a summary
  bool redacted = false;  ///< reasoning: nothing but a signature
  json::value raw;        ///< of an opaque part, whole
  Signature signature;    ///< of a tool call, if it is signed
};

struct StreamStart {
  std::string_view origin;  ///< the provider's protocol: unsigned thoughts are its
  std::string id;
  std::string model;
  std::int64_t created = 0;
  std::string service_tier;
  Usage usage;  ///< what is known of it already
};

/// A stream, event by event. A reader calls it in this order: `start`, then parts (several may be open at once, each from `begin` to
/// `end_part`), `finish` of each choice, `usage` at any time, and `end`. [connection: one thread]
class StreamSink {
 public:
  virtual ~StreamSink() = default;
  virtual void start(StreamStart&& start) = 0;
  virtual void begin(PartBegin&& begin) = 0;
  /// More of a text, a refusal, a thought, or a call's arguments.
  virtual void delta(std::size_t part, std::string_view text) = 0;
  /// The next section of a reasoning summary begins.
  virtual void section(std::size_t part) = 0;
  virtual void signature(std::size_t part, Signature&& signature) = 0;
  /// May also come when the part has ended.
  virtual void citation(std::size_t part, Citation&& citation) = 0;
  /// Log probabilities of the text that came last, as OpenAI writes them.
  virtual void logprobs(std::size_t part, json::value&& tokens) = 0;
  virtual void end_part(std::size_t part) = 0;
  virtual void finish(std::size_t choice, Finish&& finish) = 0;
  virtual void usage(Usage&& usage) = 0;
  virtual void end() = 0;
};

}  // namespace patchbay::conversion
