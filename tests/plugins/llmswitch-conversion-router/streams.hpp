#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hub/codec.hpp"
#include "hub/whole.hpp"
#include "lowered_tools.hpp"

namespace patchbay::conversion::testing {

struct WrittenEvent {
  std::string name;
  std::string data;
};

/// Keeps what a writer emits, and the names of what it could not.
class Events final : public EventSink {
 public:
  void emit(std::string_view name, std::string data) override { written.push_back({std::string(name), std::move(data)}); }
  void lost(std::string_view part) override { lost_parts.emplace_back(part); }
  std::vector<WrittenEvent> written;
  std::vector<std::string> lost_parts;
};

/// What a client of `target` gets of a provider's stream.
[[nodiscard]] std::vector<WrittenEvent> convert_stream(const Codec& source, const Codec& target, const std::vector<std::string>& events,
                                                       const ModelRequest& request);
[[nodiscard]] std::vector<std::string> data_of(const std::vector<WrittenEvent>& events);
[[nodiscard]] std::string text_of_events(const std::vector<WrittenEvent>& events);

/// The whole answer that a client puts together of its stream, the way its SDK does; knows nothing of our readers.
[[nodiscard]] json::value collected(std::string_view client, const std::vector<WrittenEvent>& events);

/// The whole answer that a stream tells.
[[nodiscard]] Answer aggregate(const Codec& codec, const std::vector<std::string>& events);

/// What an answer says, in words that no protocol has of its own: for comparing answers that took different ways.
[[nodiscard]] std::string words_of(const Answer& answer);

/// With the keys of every object in order.
[[nodiscard]] json::value sorted(const json::value& value);

}  // namespace patchbay::conversion::testing
