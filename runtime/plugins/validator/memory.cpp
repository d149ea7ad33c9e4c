#include "plugins/validator/memory.hpp"

#include <unistd.h>

#include <fstream>
#include <string>

#include "patchbay/stamp.hpp"

namespace patchbay::plugins::validator {

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
