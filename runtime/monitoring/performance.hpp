#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "monitoring/quantiles.hpp"
#include "monitoring/telemetry.hpp"

namespace patchbay::monitoring {

/// How long requests took in the last hour, by route, target and stage, in slices of ten seconds, for `patchbay perf` and `patchbay top`.
/// [thread-safe]
class Performance final : public RequestObserver {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::chrono::seconds slice{10};
  static constexpr std::chrono::hours longest_memory{1};

  /// `now` is the clock; tests bring their own.
  explicit Performance(std::function<Clock::time_point()> now = Clock::now) : now_(std::move(now)), begin_(now_()) {}

  void ended(const std::shared_ptr<const RequestNotes>& notes) override;

  /// What happened in so many seconds, or since there is something to remember, if that is less: counts, rates, and for routes, targets and
  /// stages count, share and quantiles in milliseconds.
  [[nodiscard]] boost::json::value report(std::chrono::seconds since) const;

 private:
  struct Line {
    Quantiles duration;
    Quantiles first_byte;
    std::uint64_t errors = 0;
    void add(const Line& other);
  };
  /// By name; bounded, what comes beyond is "other".
  using Lines = std::map<std::string, Line, std::less<>>;

  struct Slice {
    Clock::time_point begin;
    Lines ways;  ///< by route and target: a request is counted once, and summed up when somebody asks
    Lines stages;
    std::uint64_t input_tokens = 0;
    std::uint64_t output_tokens = 0;
    void add(const Slice& other);
  };

  static Line& line_of(Lines& lines, std::string_view name);

  const std::function<Clock::time_point()> now_;
  const Clock::time_point begin_;
  mutable std::mutex mutex_;
  std::deque<Slice> slices_;  // oldest first; none for a time without requests
  std::string name_;          // kept for its capacity
};

/// A report for people.
[[nodiscard]] std::string performance_text(const boost::json::value& report);

}  // namespace patchbay::monitoring
