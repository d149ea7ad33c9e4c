// Replaces operator new and delete of the whole program (C++20 [replacement.functions]).

#include "patchbay/testing/allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace patchbay::testing {

namespace {

thread_local Allocations of_this_thread;  // trivially destructible: it may be used until the thread's last breath
std::atomic<std::ptrdiff_t> live{0};

void* take(std::size_t size, std::size_t alignment) {
  if (size == 0) size = 1;
  for (;;) {
    void* const memory = alignment <= alignof(std::max_align_t)
                             ? std::malloc(size)
                             : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    if (memory != nullptr) {
      ++of_this_thread.count;
      of_this_thread.bytes += size;
      live.fetch_add(1, std::memory_order_relaxed);
      return memory;
    }
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) return nullptr;
    handler();
  }
}

void* take_or_throw(std::size_t size, std::size_t alignment) {
  void* const memory = take(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void* take_or_null(std::size_t size, std::size_t alignment) noexcept {
  try {
    return take(size, alignment);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void give(void* memory) noexcept {
  if (memory == nullptr) return;
  ++of_this_thread.freed;
  live.fetch_sub(1, std::memory_order_relaxed);
  std::free(memory);
}

}  // namespace

AllocationCounter::AllocationCounter() : at_start_(of_this_thread) {}

Allocations AllocationCounter::so_far() const {
  return {of_this_thread.count - at_start_.count, of_this_thread.bytes - at_start_.bytes, of_this_thread.freed - at_start_.freed};
}

std::ptrdiff_t live_allocations() { return live.load(std::memory_order_relaxed); }

}  // namespace patchbay::testing

using patchbay::testing::give;
using patchbay::testing::take_or_null;
using patchbay::testing::take_or_throw;

void* operator new(std::size_t size) { return take_or_throw(size, 0); }
void* operator new[](std::size_t size) { return take_or_throw(size, 0); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return take_or_null(size, 0); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return take_or_null(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment) { return take_or_throw(size, static_cast<std::size_t>(alignment)); }
void* operator new[](std::size_t size, std::align_val_t alignment) { return take_or_throw(size, static_cast<std::size_t>(alignment)); }
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return take_or_null(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return take_or_null(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { give(memory); }
void operator delete[](void* memory) noexcept { give(memory); }
void operator delete(void* memory, std::size_t) noexcept { give(memory); }
void operator delete[](void* memory, std::size_t) noexcept { give(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { give(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { give(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { give(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { give(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { give(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { give(memory); }
void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept { give(memory); }
void operator delete[](void* memory, std::align_val_t, const std::nothrow_t&) noexcept { give(memory); }
