#include "isolation/supervisor.hpp"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/post.hpp>

#include "isolation/isolated_provider.hpp"
#include "isolation/isolated_transform.hpp"

namespace patchbay::isolation {

namespace {

constexpr std::chrono::milliseconds memory_watch_interval{200};

}  // namespace

Supervisor::Supervisor(Options options)
    : options_(std::move(options)), timeout_(options_.timeout.count()), memory_(options_.memory), thread_([this] { io_.run(); }) {
  pthread_setname_np(thread_.native_handle(), "isolation");
  boost::asio::post(io_, [this] { watch(); });
}

Supervisor::~Supervisor() { stop(); }

void Supervisor::limit(std::chrono::milliseconds timeout, std::uint64_t memory) {
  timeout_.store(timeout.count(), std::memory_order_relaxed);
  memory_.store(memory, std::memory_order_relaxed);
}

std::shared_ptr<Module> Supervisor::make(const std::shared_ptr<const plugins::Plugin>& plugin, std::size_t index,
                                         const boost::json::value& config) {
  const plugins::PluginInfo& info = plugin->info();
  std::shared_ptr<PluginProcess> handle;
  {
    const std::lock_guard lock(mutex_);
    if (stopped()) throw std::runtime_error("the host is stopping: no process for plugin " + info.id + " any more");
    std::weak_ptr<PluginProcess>& place = by_generation_[info.generation];
    handle = place.lock();
    if (!handle) {
      auto process = std::make_shared<PluginProcess>(*this, plugin);
      processes_.push_back(process);
      handle = std::shared_ptr<PluginProcess>(process.get(), [this, process](PluginProcess*) mutable {
        boost::asio::post(io_, [process = std::move(process)] { process->stop(); });
      });
      place = handle;
    }
  }
  const PluginProcess::Made made = handle->make(index, config);
  if (info.modules.at(index).kind == ModuleKind::provider)
    return std::make_shared<IsolatedProvider>(std::move(handle), made.module, made.answers);
  return std::make_shared<IsolatedTransform>(std::move(handle), made.module, made.answers);
}

void Supervisor::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_.exchange(true, std::memory_order_acq_rel)) return;
  }
  boost::asio::post(io_, [this] {
    watch_.cancel();
    std::vector<std::shared_ptr<PluginProcess>> all;
    {
      const std::lock_guard lock(mutex_);
      all = processes_;
    }
    for (const std::shared_ptr<PluginProcess>& process : all) process->stop();
    work_.reset();  // the loop ends with the last process
  });
  thread_.join();
}

void Supervisor::forget(const PluginProcess& process) {
  std::shared_ptr<PluginProcess> leaving;  // destroyed after the lock is gone
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(processes_.begin(), processes_.end(), [&](const std::shared_ptr<PluginProcess>& one) { return one.get() == &process; });
  if (found == processes_.end()) return;
  leaving = std::move(*found);
  processes_.erase(found);
  std::erase_if(by_generation_, [](const auto& entry) { return entry.second.expired(); });
}

void Supervisor::watch() {
  if (stopped()) return;
  std::vector<std::shared_ptr<PluginProcess>> all;
  {
    const std::lock_guard lock(mutex_);
    all = processes_;
  }
  for (const std::shared_ptr<PluginProcess>& process : all) process->watch_memory(memory());
  watch_.expires_after(memory_watch_interval);
  watch_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) watch();
  });
}

std::vector<ProcessStatus> Supervisor::processes() const {
  const std::lock_guard lock(mutex_);
  std::vector<ProcessStatus> all;
  for (const std::shared_ptr<PluginProcess>& process : processes_) all.push_back(process->status());
  return all;
}

}  // namespace patchbay::isolation
