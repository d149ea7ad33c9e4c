#pragma once

#include <cstddef>

/// Counts the memory that C++ code takes. A program that links `patchbay-testing-allocations` has its operator new and delete replaced,
/// also for the plugins that it loads; others pay nothing.
namespace patchbay::testing {

struct Allocations {
  std::size_t count = 0;  ///< calls of operator new
  std::size_t bytes = 0;  ///< what they asked for
  std::size_t freed = 0;  ///< calls of operator delete, with anything but null
};

/// What the calling thread allocated since the counter was made:
///
///     const AllocationCounter counter;
///     harness.event(text);
///     EXPECT_LE(counter.so_far().count, 3u);
class AllocationCounter {
 public:
  AllocationCounter();
  [[nodiscard]] Allocations so_far() const;

 private:
  Allocations at_start_;
};

/// Objects of the whole process that were allocated and not freed. [thread-safe]
[[nodiscard]] std::ptrdiff_t live_allocations();

}  // namespace patchbay::testing
