#pragma once

#include <map>
#include <string>

#include "hub/request.hpp"
#include "hub/stream.hpp"

namespace patchbay::conversion {

/// What a call of a function is for the client.
struct RaisedCall {
  std::string name;
  std::string space;    ///< see ToolCall
  std::string type;     ///< see ToolCall
  bool custom = false;  ///< its arguments are free text, which the function has in `input`
};

/// By the names that the provider knows.
using LoweredTools = std::map<std::string, RaisedCall>;

/// Makes functions of what only the client's protocol knows and what somebody else than the provider executes, in the tools and in the
/// history: tools that the client executes itself, functions in namespaces, and custom tools (free text instead of JSON, as Codex uses
/// them) unless `keep_custom`. What a model answers is turned back by `raise` and `RaisedCalls`.
[[nodiscard]] LoweredTools lower_tools(ModelRequest& request, bool keep_custom);

/// Turns a call of a lowered tool into what it is for the client; leaves others alone.
void raise(ToolCall& call, const LoweredTools& tools);

/// The same in a stream. [connection: one thread]
class RaisedCalls final : public StreamSink {
 public:
  /// Both must outlive it.
  RaisedCalls(const LoweredTools& tools, StreamSink& next) : tools_(tools), next_(next) {}

  void start(StreamStart&& start) override { next_.start(std::move(start)); }
  void begin(PartBegin&& begin) override;
  void delta(std::size_t part, std::string_view text) override;
  void section(std::size_t part) override { next_.section(part); }
  void signature(std::size_t part, Signature&& signature) override { next_.signature(part, std::move(signature)); }
  void citation(std::size_t part, Citation&& citation) override { next_.citation(part, std::move(citation)); }
  void logprobs(std::size_t part, json::value&& tokens) override { next_.logprobs(part, std::move(tokens)); }
  void end_part(std::size_t part) override;
  void finish(std::size_t choice, Finish&& finish) override { next_.finish(choice, std::move(finish)); }
  void usage(Usage&& usage) override { next_.usage(std::move(usage)); }
  void end() override { next_.end(); }

 private:
  const LoweredTools& tools_;
  StreamSink& next_;
  std::map<std::size_t, std::string> arguments_;  // of the open custom calls
};

}  // namespace patchbay::conversion
