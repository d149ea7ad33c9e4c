#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "mock_config.hpp"
#include "patchbay/message.hpp"

namespace patchbay::mock {

/// What the mock decided to answer.
struct Answer {
  std::string id;
  std::string model;
  std::string text;
  std::string reasoning;
  std::vector<ToolCall> tool_calls;
  std::string finish_reason;
  unsigned prompt_tokens = 0;
  bool stream = false;
  bool stream_usage = false;
  Fault fault = Fault::none;
  unsigned fault_after = 1;

  [[nodiscard]] unsigned completion_tokens() const;
};

/// The text of the last user message of a chat request.
[[nodiscard]] std::string last_user_text(const boost::json::object& request);

/// A rough number of tokens: four bytes each.
[[nodiscard]] unsigned tokens_of(std::string_view text);

/// An answer as the reply of an OpenAI API: one document or a stream, at the pace and with the fault that was asked for.
[[nodiscard]] LocalAnswer play(const Answer& answer, const Config& pace);

/// An error reply.
[[nodiscard]] LocalAnswer refuse(unsigned status, std::string_view message, unsigned retry_after);

/// Vectors for the inputs of an embeddings request: the same text has the same vector, of length one.
[[nodiscard]] LocalAnswer embed(const boost::json::object& request, const std::string& model, unsigned dimensions);

}  // namespace patchbay::mock
