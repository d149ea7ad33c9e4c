#pragma once

#include <atomic>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "hooks/hook_bus.hpp"
#include "pipeline/module_registry.hpp"

namespace patchbay::pipeline {

enum class Health : std::uint8_t { healthy, degraded, unhealthy };

[[nodiscard]] std::string_view name_of(Health health);

/// What names an instance: same type, same plugin generation and same canonical configuration, same instance.
struct InstanceKey {
  std::string type;
  std::uint64_t generation = 0;
  std::string hash;       ///< of the canonical configuration
  bool isolated = false;  ///< runs in a process of its plugin
  std::string owner{};    ///< the static pipeline that has it for itself; empty: shared

  friend auto operator<=>(const InstanceKey&, const InstanceKey&) = default;
};

/// One place in the pool: a module and what is known of it. The module may be absent (not made yet, or recycled). [thread-safe]
class Instance {
 public:
  /// `hooks` are told when the module is made and recycled; null: nobody is.
  Instance(InstanceKey key, ModuleFactory factory, boost::json::value config, std::uint32_t unhealthy_after,
           hooks::HookBus* hooks = nullptr);

  [[nodiscard]] const InstanceKey& key() const { return key_; }
  [[nodiscard]] ModuleKind kind() const { return factory_.kind; }
  [[nodiscard]] const ModuleFactory& factory() const { return factory_; }

  /// Makes the module if it is absent and checks it; returns it. One thread at a time makes it, others wait. Throws what the factory
  /// or `self_check` throws. Blocks: not for event-loop threads. [init]
  std::shared_ptr<Module> make();

  /// Drops the module unless a connection is using it. True if it went (or was absent).
  bool recycle();

  /// A pin on the module for the life of one connection.
  class Use {
   public:
    Use() = default;
    Use(Use&& other) noexcept : instance_(std::exchange(other.instance_, nullptr)), module_(other.module_) {}
    Use& operator=(Use&& other) noexcept;
    ~Use();

    explicit operator bool() const { return instance_ != nullptr; }
    [[nodiscard]] const Module* module() const { return module_; }
    [[nodiscard]] Instance* instance() const { return instance_; }

   private:
    friend class Instance;
    Use(Instance* instance, const Module* module) : instance_(instance), module_(module) {}
    Instance* instance_ = nullptr;
    const Module* module_ = nullptr;
  };

  /// The module if it is there; an empty Use if it must be made first. Never blocks. [request: concurrent]
  [[nodiscard]] Use use();

  void count_error();
  [[nodiscard]] std::uint64_t errors() const { return errors_.load(std::memory_order_relaxed); }
  void count_success() {
    if (consecutive_errors_.load(std::memory_order_relaxed) != 0) consecutive_errors_.store(0, std::memory_order_relaxed);
  }

  struct Counters {
    std::uint64_t created, active, uses, errors;
    std::chrono::steady_clock::duration idle;  ///< since the last use; zero while one is going on
    Health health;
    bool present;
    std::string last_fault;  ///< why it could not be made; empty if it could
  };
  [[nodiscard]] Counters counters() const;

 private:
  void release();
  void tell(hooks::Point point) const;

  const InstanceKey key_;
  const ModuleFactory factory_;
  const boost::json::value config_;
  const std::uint32_t unhealthy_after_;
  hooks::HookBus* const hooks_;

  std::mutex making_;         // lets one thread make the module; code of the plugin runs under it, so nobody else may wait for it
  mutable std::mutex mutex_;  // guards owner_ and last_fault_
  std::shared_ptr<Module> owner_;
  std::string last_fault_;

  std::atomic<const Module*> module_{nullptr};
  std::atomic<std::uint64_t> active_{0};
  std::atomic<std::uint64_t> created_{0};
  std::atomic<std::uint64_t> uses_{0};
  std::atomic<std::uint64_t> errors_{0};
  std::atomic<std::uint32_t> consecutive_errors_{0};
  std::atomic<std::int64_t> last_used_;  // steady clock, in its own units
};

}  // namespace patchbay::pipeline
