#include "memory/heap.hpp"

#if defined(PATCHBAY_MIMALLOC)
#include <mimalloc.h>
#else
#include <gnu/libc-version.h>
#include <malloc.h>
#endif

// <sanitizer/allocator_interface.h>; both sanitizers bring it.
extern "C" __attribute__((weak)) std::size_t __sanitizer_get_current_allocated_bytes();  // NOLINT(bugprone-reserved-identifier)

namespace patchbay::memory {

#if defined(PATCHBAY_MIMALLOC)

std::string allocator() {
  const int version = mi_version();  // two digits after the first: 209
  return "mimalloc " + std::to_string(version / 100) + "." + std::to_string(version / 10 % 10) + "." + std::to_string(version % 10);
}

std::size_t heap_in_use() {
  mi_collect(false);  // blocks that other threads freed count as used until they are collected
  std::size_t bytes = 0;
  const auto add = [](const mi_heap_t*, const mi_heap_area_t* area, void*, std::size_t, void* sum) {
    *static_cast<std::size_t*>(sum) += area->used * area->block_size;
    return true;
  };
  mi_heap_visit_blocks(mi_heap_get_default(), false, add, &bytes);
  return bytes;
}

void keep_heap() {}  // it does so by itself

#else

std::string allocator() { return std::string("glibc ") + gnu_get_libc_version(); }

std::size_t heap_in_use() {
  if (__sanitizer_get_current_allocated_bytes != nullptr) return __sanitizer_get_current_allocated_bytes();
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// glibc gives the end of the heap back at each large free, and maps each large block anew: the bodies of large requests would pay for
/// their pages again and again (mallopt(3)).
void keep_heap() {
  mallopt(M_TRIM_THRESHOLD, 16 << 20);
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
}

#endif

}  // namespace patchbay::memory
