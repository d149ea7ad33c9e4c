#include "control/change_queue.hpp"

#include <gmock/gmock.h>

#include <future>

#include "gallery.hpp"

namespace patchbay::control {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

struct ChangeQueueTest : ::testing::Test {
  ChangeQueueTest() {
    config::Settings settings;
    settings.plugins.state_directory = state.path().string();
    plane.emplace(ControlPlane::Sources{}, settings, hooks);
    queue.emplace(io, *plane);
  }
  void run(std::string what, std::chrono::milliseconds limit, ChangeQueue::Change change) {
    queue->run(std::move(what), limit, std::move(change), [this](const Outcome& outcome) { outcomes.push_back(outcome.message); });
  }
  void wait_for(std::size_t count) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (outcomes.size() < count && std::chrono::steady_clock::now() < end) io.run_one_for(20s);
  }

  plugins::testing::TemporaryDirectory state;
  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  hooks::HookBus hooks;
  std::optional<ControlPlane> plane;
  std::optional<ChangeQueue> queue;
  std::vector<std::string> outcomes;
};

TEST_F(ChangeQueueTest, RunsChangesInOrderOffTheControlThread) {
  std::thread::id changed_by;
  run("one", 10s, [&](ControlPlane&) {
    changed_by = std::this_thread::get_id();
    return Outcome{true, "first"};
  });
  run("two", 10s, [](ControlPlane&) { return Outcome{true, "second"}; });
  wait_for(2);
  EXPECT_THAT(outcomes, ElementsAre("first", "second"));
  EXPECT_NE(changed_by, std::this_thread::get_id());
}

TEST_F(ChangeQueueTest, AChangeThatThrowsHasFailed) {
  run("loading it", 10s, [](ControlPlane&) -> Outcome { throw std::runtime_error("no"); });
  wait_for(1);
  EXPECT_THAT(outcomes, ElementsAre("loading it failed: no"));
}

TEST_F(ChangeQueueTest, AnOverdueChangeIsReportedAndBlocksOthersUntilItComesBack) {
  std::promise<void> release;
  run("loading it", 20ms, [&](ControlPlane&) {
    release.get_future().wait();
    return Outcome{true, "done after all"};
  });
  wait_for(1);
  EXPECT_THAT(outcomes.back(), HasSubstr("loading it has not come back for 20 ms"));
  EXPECT_TRUE(queue->stuck());

  run("another", 10s, [](ControlPlane&) { return Outcome{true, "another"}; });
  wait_for(2);
  EXPECT_THAT(outcomes.back(), HasSubstr("no other change is possible"));

  release.set_value();
  wait_for(3);
  EXPECT_EQ(outcomes.back(), "done after all");
  EXPECT_FALSE(queue->stuck());
}

}  // namespace
}  // namespace patchbay::control
