#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace patchbay::monitoring {

/// What is kept of bodies, for debugging: those that are not too large, and without what the configuration wants redacted. [request:
/// concurrent]
class BodyCapture {
 public:
  /// Throws std::invalid_argument for an expression that is none.
  BodyCapture(std::uint64_t max_bytes, const std::vector<std::string>& redact, std::uint32_t stage_events = 0);
  ~BodyCapture();
  BodyCapture(const BodyCapture&) = delete;

  [[nodiscard]] bool fits(std::size_t bytes) const { return bytes <= max_bytes_; }
  /// So many events of a stream may be kept as a stage left them.
  [[nodiscard]] std::uint32_t stage_events() const { return stage_events_; }

  /// What may be kept of a body; of one that is too large, a word about its size.
  [[nodiscard]] std::string keep(std::string_view body) const;
  /// Adds an event of a stream to what was kept of those before it, as server-sent events. False if it does not fit any more.
  [[nodiscard]] bool append(std::string& kept, std::string_view name, std::string_view data) const;

 private:
  const std::uint64_t max_bytes_;
  const std::uint32_t stage_events_;
  std::vector<std::unique_ptr<const re2::RE2>> redact_;
};

}  // namespace patchbay::monitoring
