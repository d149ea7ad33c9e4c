#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "v1/plan.hpp"

namespace patchbay::v1 {

/// A name that can be a TOML key without quotes.
[[nodiscard]] std::string library_name(std::string_view text);

/// Makes the modules of chains, each once, and adds them to a plan. [init]
class ModuleLowering {
 public:
  explicit ModuleLowering(Plan& plan) : plan_(plan) {}

  /// The names of the modules of one pipeline, in the order that requests pass. `model` is null for one that the provider does not list, or
  /// for the client's; an empty `alias` means all keys in turn.
  [[nodiscard]] std::vector<std::string> chain(const Provider& provider, const Model* model, std::string_view alias);

 private:
  std::string provider_of(const Provider& provider, const Model* model, std::string_view alias);
  /// The name of a module like that: one that is there, or a new one called `name`.
  std::string add(PlanModule module);
  void note_once(Fate fate, const std::string& pointer, const std::string& text);

  Plan& plan_;
};

}  // namespace patchbay::v1
