#include "memory/heap.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <vector>

namespace patchbay::memory {
namespace {

using ::testing::MatchesRegex;

TEST(Heap, NamesItsAllocatorWithTheVersion) { EXPECT_THAT(allocator(), MatchesRegex("(mimalloc|glibc) [0-9]+\\.[0-9.]+")); }

TEST(Heap, CountsWhatIsInUse) {
  const std::size_t before = heap_in_use();
  std::vector<std::unique_ptr<char[]>> blocks;
  for (int i = 0; i < 1'000; ++i) blocks.push_back(std::make_unique<char[]>(1'000));
  EXPECT_GE(heap_in_use(), before + 1'000'000);
  blocks.clear();
  EXPECT_LT(heap_in_use(), before + 500'000);
}

TEST(Heap, CountsALargeBlock) {
  const std::size_t before = heap_in_use();
  auto block = std::make_unique<char[]>(50 << 20);
  EXPECT_GE(heap_in_use(), before + (50 << 20));
  block.reset();
  EXPECT_LT(heap_in_use(), before + (1 << 20));
}

}  // namespace
}  // namespace patchbay::memory
