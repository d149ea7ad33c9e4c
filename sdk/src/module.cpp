#include "patchbay/module.hpp"

namespace patchbay {

std::string_view name_of(ModuleKind kind) {
  switch (kind) {
    case ModuleKind::llm_switch: return "llmSwitch";
    case ModuleKind::workflow: return "workflow";
    case ModuleKind::compatibility: return "compatibility";
    case ModuleKind::provider: return "provider";
    case ModuleKind::hook: return "hook";
  }
  return {};
}

}  // namespace patchbay
