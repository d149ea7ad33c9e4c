#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "patchbay/message.hpp"

namespace patchbay::pipeline {

class RequestClassifier;

/// What routing may ask about a request. Nothing is read before it is asked for; then the top level of the body is skimmed once, and the
/// costlier facts each by themselves. Refers to the request, which must outlive it with its body unchanged. [connection: one thread]
class RequestFacts {
 public:
  explicit RequestFacts(const Request& request) : request_(request) {}

  [[nodiscard]] const Request& request() const { return request_; }

  /// The body is not a JSON object, by its outline.
  [[nodiscard]] bool malformed() const { return outline().malformed; }

  [[nodiscard]] const std::string& model() const { return request_.model(); }
  [[nodiscard]] bool stream() const { return request_.stream(); }
  [[nodiscard]] bool has_tools() const { return outline().has_tools; }
  /// A model is asked to think: `reasoning`, `reasoning_effort`, `thinking`, `enable_thinking`, `generationConfig.thinkingConfig`.
  [[nodiscard]] bool thinking() const { return outline().thinking; }
  /// Any image in the conversation, by URL, base64 or file.
  [[nodiscard]] bool has_images() const;
  /// A rough count: a quarter of the body's bytes.
  [[nodiscard]] std::uint64_t estimated_tokens() const { return request_.body.text().size() / 4; }
  /// The raw `messages`, `input` or `contents`; empty if there are none.
  [[nodiscard]] std::string_view conversation() const { return outline().conversation; }
  /// The raw `tools` or `functions`; empty if there are none.
  [[nodiscard]] std::string_view tools() const { return outline().tools; }
  /// What kind of work this is; found once, by the classifier that asks first.
  [[nodiscard]] std::string_view category(const RequestClassifier& classifier) const;

 private:
  struct Outline {
    std::string_view conversation;
    std::string_view tools;
    bool has_tools;
    bool thinking;
    bool malformed;
  };

  [[nodiscard]] const Outline& outline() const;

  const Request& request_;
  mutable std::optional<Outline> outline_;
  mutable std::optional<bool> has_images_;
  mutable std::string_view category_;  // empty: not found yet
};

}  // namespace patchbay::pipeline
