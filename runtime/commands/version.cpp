#include "commands/version.hpp"

#include "memory/heap.hpp"
#include "patchbay/abi.h"

namespace patchbay::commands {

std::string version_text() {
  std::string text = "patchbay " PATCHBAY_VERSION " (SDK ABI " + std::to_string(PATCHBAY_SDK_ABI) + ", ";
#if defined(__clang__)
  text += "clang " __clang_version__;
#else
  text += "g++ " __VERSION__;
#endif
#if defined(NDEBUG)
  text += ", release, ";
#else
  text += ", debug, ";
#endif
  return text + memory::allocator() + ")";
}

}  // namespace patchbay::commands
