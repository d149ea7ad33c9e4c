#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "pipeline/assembly.hpp"

namespace patchbay::pipeline {

/// The Assemblies that are alive, and how many requests hold each: why a version of a plugin that was replaced is still there.
/// [thread-safe]
class AssemblyPins {
 public:
  /// The handle that requests copy; it is the current one from now on.
  void published(const std::shared_ptr<const Assembly>& assembly);

  /// By generation of a plugin: the requests that hold an Assembly which names a module of it, whether or not they pass that module. A look
  /// at other threads' counters: of a host that serves it is true within a request or two. One that waits for a place at a target counts
  /// twice.
  [[nodiscard]] std::map<std::uint64_t, std::uint64_t> requests_by_generation() const;

 private:
  struct Published {
    std::weak_ptr<const Assembly> assembly;
    std::set<std::uint64_t> generations;
  };

  void forget_dead() const;

  mutable std::mutex mutex_;  // guards what follows
  mutable std::vector<Published> alive_;  // the current one last
};

}  // namespace patchbay::pipeline
