#pragma once

#include <memory>
#include <thread>
#include <utility>

namespace patchbay::plugins {

/// A thread that destroys modules, plugins and what is made of them, so that the destructors of a plugin and `dlclose` never hold up an
/// event loop, nor run with code of the same plugin on the stack. [thread-safe]
class Reaper {
 public:
  Reaper();
  /// Destroys what is in the queue, then ends. Handles that are still held go on the thread that lets go of them.
  ~Reaper();
  Reaper(const Reaper&) = delete;

  /// The same object, but the last handle to the result leaves its end to this thread. What is null stays so.
  template <class T>
  [[nodiscard]] std::shared_ptr<T> defer(std::shared_ptr<T> object) {
    if (!object) return object;
    T* const raw = object.get();
    return {raw, [queue = queue_, owner = std::move(object)](T*) mutable {
              Leaving leaving = std::move(owner);
              push(*queue, std::move(leaving));
            }};
  }

  /// Waits until everything that was let go before is destroyed. Never call it from a module.
  void settle();

 private:
  struct Queue;
  using Leaving = std::shared_ptr<const void>;

  static void push(Queue& queue, Leaving&& leaving);

  std::shared_ptr<Queue> queue_;  // shared with every handle, which may outlive this object
  std::thread thread_;
};

}  // namespace patchbay::plugins
