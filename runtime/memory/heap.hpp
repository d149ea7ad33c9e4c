#pragma once

#include <cstddef>
#include <string>

/// The heap of this process. What is asked of it here depends on the allocator that the program was linked with.
namespace patchbay::memory {

/// The allocator and its version, for people: "mimalloc 2.0.9", "glibc 2.36". [thread-safe]
[[nodiscard]] std::string allocator();

/// Bytes that are in use now, as the allocator counts them: AddressSanitizer's or ThreadSanitizer's where one stands in for it; with
/// mimalloc those of the calling thread's heap. Takes a walk over the heap: not for the path of a request. [thread-safe]
[[nodiscard]] std::size_t heap_in_use();

/// Tells the allocator that this process will serve for long: blocks of the size of a large request's body stay mapped when they are free.
/// Must precede the first thread. [init]
void keep_heap();

}  // namespace patchbay::memory
