#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <thread>
#include <vector>

#include "config/settings.hpp"
#include "net/deadline_clock.hpp"
#include "pipeline/engine.hpp"
#include "upstream/make_client.hpp"

namespace patchbay::commands {

/// The event-loop threads of the gateway, each with its own clock and upstream client. Threads run from `start` to `stop`.
class Workers {
 public:
  /// Throws upstream::SetupError.
  Workers(unsigned count, const config::UpstreamSettings& upstream);
  ~Workers();

  void start();
  /// The same, with threads of that name that run only when nobody else wants the processor (sched(7), SCHED_IDLE).
  void start_idle(const char* name);
  /// Lets every loop run out of work and joins its thread.
  void stop();

  [[nodiscard]] std::vector<pipeline::Worker*> all();

 private:
  struct Thread {
    Thread(const config::UpstreamSettings& settings, const upstream::TlsContext& tls);

    // One thread runs the loop and alone touches its sockets; others only post to it.
    boost::asio::io_context io{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
    net::DeadlineClock deadlines{io};
    std::unique_ptr<upstream::Client> upstream;
    pipeline::Worker worker;
    std::thread thread;
  };

  std::vector<std::unique_ptr<Thread>> threads_;
};

}  // namespace patchbay::commands
