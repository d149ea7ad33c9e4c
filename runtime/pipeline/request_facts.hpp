#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "patchbay/message.hpp"

namespace patchbay::pipeline {

/// What routing may ask about a request. Read in one skim over the top level of the body; the costlier ones only when asked for.
/// Refers to the request, which must outlive it unchanged. [connection: one thread]
class RequestFacts {
 public:
  /// Also fills `request.model` and `request.stream` when the server has not (they stand in the body of most protocols).
  explicit RequestFacts(Request& request);

  [[nodiscard]] const Request& request() const { return request_; }

  /// What is wrong with the body's outline; empty if nothing is.
  [[nodiscard]] std::string_view malformed() const { return malformed_; }

  [[nodiscard]] bool has_tools() const { return has_tools_; }
  /// A model is asked to think: `reasoning`, `reasoning_effort`, `thinking`, `enable_thinking`, `generationConfig.thinkingConfig`.
  [[nodiscard]] bool thinking() const { return thinking_; }
  /// Any image in the conversation, by URL, base64 or file.
  [[nodiscard]] bool has_images() const;
  /// A rough count: a quarter of the body's bytes.
  [[nodiscard]] std::uint64_t estimated_tokens() const { return request_.body.text().size() / 4; }

 private:
  const Request& request_;
  std::string_view malformed_;
  std::string_view conversation_;
  bool has_tools_ = false;
  bool thinking_ = false;
  mutable std::optional<bool> has_images_;
};

}  // namespace patchbay::pipeline
