#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "state/store.hpp"

namespace patchbay::state {

/// Works with the state on a thread of its own, so that no event loop waits for a disk or a network. What comes while it is busy goes in
/// one transaction. A store that failed is opened again, at growing intervals; until then everything fails at once. [thread-safe]
class StateThread {
 public:
  /// What came of a charge, one grant each; nothing if the state is away. Called on this thread.
  using Charged = std::function<void(const std::optional<std::vector<Grant>>&)>;
  /// Null if the state is away. What it throws counts as a failure of the state.
  using Job = std::function<void(Store*)>;

  struct Numbers {
    std::atomic<std::uint64_t> exchanges{0};     ///< with the store
    std::atomic<std::uint64_t> failures{0};      ///< of them
    std::atomic<std::uint64_t> microseconds{0};  ///< that they took
    std::atomic<bool> away{false};               ///< the last one failed
  };

  /// `tick` is called every second.
  StateThread(std::function<std::unique_ptr<Store>()> open, std::function<void()> tick);
  ~StateThread() { stop(); }
  StateThread(const StateThread&) = delete;

  /// Opens the store in the caller's thread, so that what is wrong with it is known; then starts. Throws StoreError if `must_open`;
  /// otherwise a store that is away is tried again.
  void start(bool must_open);

  void charge(std::vector<Charge> charges, Charged done);
  void run(Job job);

  /// Works off what is there and what comes of it, and ends. What comes later is not heard.
  void stop();

  [[nodiscard]] const Numbers& numbers() const { return numbers_; }

 private:
  using Clock = std::chrono::steady_clock;

  struct Item {
    std::vector<Charge> charges;
    Charged charged;
    Job job;  // instead of charges
  };

  void loop();
  void work_off(std::vector<Item>& items);
  void work_off_charges(std::span<Item> items);
  /// Does something with the store; false, and all that follows from it, if that failed.
  bool with_store(const std::function<void(Store&)>& what);
  bool ready();
  void failed(const char* why);

  const std::function<std::unique_ptr<Store>()> open_;
  const std::function<void()> tick_;
  Numbers numbers_;

  // Of the thread.
  std::unique_ptr<Store> store_;
  Clock::time_point try_again_at_;
  std::chrono::milliseconds pause_{0};

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Item> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace patchbay::state
