#include "patchbay/config.hpp"

namespace patchbay::config {

namespace {

std::string summary(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    if (!text.empty()) text += "; ";
    if (!fault.pointer.empty()) text += fault.pointer + ": ";
    text += fault.message;
  }
  return text;
}

}  // namespace

Error::Error(std::vector<Fault> faults) : std::runtime_error(summary(faults)), faults_(std::move(faults)) {}

}  // namespace patchbay::config
