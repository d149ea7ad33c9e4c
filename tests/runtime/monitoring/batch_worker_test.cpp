#include "monitoring/batch_worker.hpp"

#include <gmock/gmock.h>

#include <future>

namespace patchbay::monitoring {
namespace {

using ::testing::ElementsAre;
using namespace std::chrono_literals;

TEST(BatchWorker, TakesWhatCameInOrder) {
  std::vector<int> taken;
  {
    BatchWorker<int> worker({"test", 10, 0ms}, [&](std::vector<int>&& batch) { taken.insert(taken.end(), batch.begin(), batch.end()); });
    for (const int i : {1, 2, 3}) worker.push(i);
  }
  EXPECT_THAT(taken, ElementsAre(1, 2, 3));
}

TEST(BatchWorker, DropsWhatFindsNoRoomAndCountsIt) {
  std::promise<void> busy, go_on;
  std::vector<int> taken;
  {
    BatchWorker<int> worker({"test", 2, 0ms}, [&](std::vector<int>&& batch) {
      if (taken.empty()) {
        busy.set_value();
        go_on.get_future().wait();
      }
      taken.insert(taken.end(), batch.begin(), batch.end());
    });
    worker.push(1);
    busy.get_future().wait();
    for (const int i : {2, 3, 4, 5}) worker.push(i);
    EXPECT_EQ(worker.dropped(), 2u);
    go_on.set_value();
  }
  EXPECT_THAT(taken, ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace patchbay::monitoring
