#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "monitoring/telemetry.hpp"

namespace patchbay::monitoring {

/// The last requests that ended, for `patchbay trace`; the oldest goes first. [thread-safe]
class TraceRing final : public RequestObserver {
 public:
  explicit TraceRing(std::size_t size) : places_(size) {}

  void ended(const std::shared_ptr<const RequestNotes>& notes) override;

  /// The request with that id; the newest, if clients gave the same id to several. Null if it is not kept (any more).
  [[nodiscard]] std::shared_ptr<const RequestNotes> find(std::string_view id) const;
  /// At most `count` of them, newest first.
  [[nodiscard]] std::vector<std::shared_ptr<const RequestNotes>> latest(std::size_t count) const;
  [[nodiscard]] std::size_t size() const { return places_.size(); }

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const RequestNotes>> places_;
  std::size_t next_ = 0;
};

}  // namespace patchbay::monitoring
