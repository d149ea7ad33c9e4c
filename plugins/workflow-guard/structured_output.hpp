#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "message-text/texts.hpp"

namespace patchbay::guard {

/// What a request wants its answer to look like.
struct OutputFormat {
  boost::json::value schema;  ///< `true` where any JSON object will do
};

/// The format that a request asks for; nothing if free text will do. [thread-safe]
[[nodiscard]] std::optional<OutputFormat> wanted_format(const boost::json::value& body, std::string_view protocol);

/// Collects the texts of an answer and checks them. An answer that calls tools or refuses is not checked. [connection: one thread]
class OutputCheck {
 public:
  OutputCheck(OutputFormat format, std::string_view protocol) : format_(std::move(format)), protocol_(protocol) {}

  /// A whole answer.
  void add(const boost::json::value& answer);
  /// The texts of one event.
  void add(const message_text::EventTexts& texts);

  /// What is wrong with the answer, once it is complete.
  [[nodiscard]] std::optional<std::string> fault() const;

 private:
  OutputFormat format_;
  std::string protocol_;
  std::map<std::int64_t, std::string> texts_;  // by choice; of protocols that have but one answer all in one
  bool exempt_ = false;
};

}  // namespace patchbay::guard
