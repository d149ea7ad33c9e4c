#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "upstream/client.hpp"

namespace patchbay::pipeline::testing {

/// Remembers the calls that were started; the test plays the network by talking to their observers.
class FakeUpstream final : public upstream::Client {
 public:
  struct Started {
    HttpCall call;
    config::Timeouts timeouts;
    upstream::CallObserver* observer;
    bool alive = true;
    bool paused = false;
  };

  std::unique_ptr<upstream::Call> start(HttpCall&& call, const config::Timeouts& timeouts, upstream::CallObserver& observer) override {
    calls.push_back({std::move(call), timeouts, &observer});
    return std::make_unique<Handle>(calls.back());
  }
  void close_idle() override {}

  std::deque<Started> calls;

 private:
  struct Handle final : upstream::Call {
    explicit Handle(Started& started) : started(started) {}
    ~Handle() override { started.alive = false; }
    void pause() override { started.paused = true; }
    void resume() override { started.paused = false; }
    Started& started;
  };
};

}  // namespace patchbay::pipeline::testing
