#include "patchbay/testing/stress.hpp"

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace patchbay::testing {

namespace {

constexpr std::size_t most_kept = 10;

std::string result_of(const std::function<std::string(std::size_t)>& connection, std::size_t number) {
  try {
    return connection(number);
  } catch (const std::exception& thrown) {
    return std::string("threw: ") + thrown.what();
  } catch (...) {
    return "threw something that is not a std::exception";
  }
}

}  // namespace

Stressed stress(std::size_t threads, std::size_t connections, const std::function<std::string(std::size_t)>& connection) {
  if (threads == 0 || connections == 0) throw std::invalid_argument("a stress run needs a thread and a connection");
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < connections; ++i) expected.push_back(result_of(connection, i));

  Stressed result;
  std::mutex mutex;
  std::atomic<std::size_t> waiting{threads};
  const auto work = [&](std::size_t thread) {
    waiting.fetch_sub(1);
    while (waiting.load() != 0) std::this_thread::yield();  // all begin at once
    for (std::size_t i = 0; i < connections; ++i) {
      const std::size_t number = (i + thread * connections / threads) % connections;
      const std::string found = result_of(connection, number);
      const std::scoped_lock lock(mutex);
      ++result.runs;
      if (found == expected[number]) continue;
      ++result.wrong;
      if (result.differences.size() < most_kept)
        result.differences.push_back("connection " + std::to_string(number) + ": " + found + " instead of " + expected[number]);
    }
  };
  std::vector<std::thread> running;
  for (std::size_t thread = 0; thread < threads; ++thread) running.emplace_back(work, thread);
  for (std::thread& thread : running) thread.join();
  return result;
}

}  // namespace patchbay::testing
