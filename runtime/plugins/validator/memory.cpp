#include "plugins/validator/memory.hpp"

#include <malloc.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "patchbay/stamp.hpp"

// <sanitizer/allocator_interface.h>; both sanitizers bring it.
extern "C" __attribute__((weak)) std::size_t __sanitizer_get_current_allocated_bytes();  // NOLINT(bugprone-reserved-identifier)

namespace patchbay::plugins::validator {

std::size_t heap_in_use() {
  if (__sanitizer_get_current_allocated_bytes != nullptr) return __sanitizer_get_current_allocated_bytes();
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

bool memory_is_instrumented() { return stamp::sanitizers() != "none"; }

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::size_t mappings_under(const std::filesystem::path& directory) {
  std::ifstream maps("/proc/self/maps");
  std::size_t count = 0;
  for (std::string line; std::getline(maps, line);) count += line.find(directory.string() + "/") != std::string::npos ? 1 : 0;
  return count;
}

}  // namespace patchbay::plugins::validator
