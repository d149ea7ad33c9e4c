#include "commands/workers.hpp"

#include <pthread.h>
#include <sched.h>

namespace patchbay::commands {

Workers::Thread::Thread(const config::UpstreamSettings& settings, const upstream::TlsContext& tls)
    : upstream(upstream::make_client(io, deadlines, settings, tls)), worker{io, deadlines, *upstream} {}

Workers::Workers(unsigned count, const config::UpstreamSettings& upstream) {
  const upstream::TlsContext tls = upstream::make_tls_context(upstream);
  for (unsigned i = 0; i < count; ++i) threads_.push_back(std::make_unique<Thread>(upstream, tls));
}

Workers::~Workers() { stop(); }

void Workers::start_idle(const char* name) {
  start();
  const sched_param no_priority{};
  for (const auto& thread : threads_) {
    pthread_setname_np(thread->thread.native_handle(), name);
    pthread_setschedparam(thread->thread.native_handle(), SCHED_IDLE, &no_priority);
  }
}

void Workers::start() {
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    Thread& thread = *threads_[i];
    thread.thread = std::thread([&thread] { thread.io.run(); });
    pthread_setname_np(thread.thread.native_handle(), ("worker-" + std::to_string(i)).c_str());
  }
}

void Workers::stop() {
  for (const auto& thread : threads_) thread->work.reset();
  for (const auto& thread : threads_) {
    thread->io.stop();
    if (thread->thread.joinable()) thread->thread.join();
  }
}

std::vector<pipeline::Worker*> Workers::all() {
  std::vector<pipeline::Worker*> workers;
  for (const auto& thread : threads_) workers.push_back(&thread->worker);
  return workers;
}

}  // namespace patchbay::commands
