#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "patchbay/stage.hpp"

namespace patchbay::testing {

/// Keeps everything that reaches the client's end, in order. Like the host it ignores what comes after the end.
class RecordingDownstream final : public Downstream {
 public:
  void response(Response&& response) override;
  void event(Event&& event) override;
  void end() override;
  void error(Error&& error) override;
  void lost(Loss&& loss) override { losses.push_back(std::move(loss)); }

  std::vector<std::string> responses;  ///< the JSON texts; at most one
  std::vector<std::string> events;     ///< the JSON texts
  std::vector<std::string> event_names;
  std::vector<Error> errors;  ///< at most one
  std::vector<Loss> losses;
  bool ended = false;       ///< the stream was completed
  bool finished = false;    ///< by `response`, `end` or `error`
  std::size_t ignored = 0;  ///< calls after that

  /// All of it as text, for comparing: a line each for every loss, event, and how it ended.
  [[nodiscard]] std::string transcript() const;
};

/// What a LocalAnswer would put on the wire.
[[nodiscard]] std::string body_of(const LocalAnswer& answer);

/// The `data:` lines of a body of server-sent events, without the prefix.
[[nodiscard]] std::vector<std::string> sse_data(std::string_view body);

}  // namespace patchbay::testing
