#include "pipeline/instance.hpp"

namespace patchbay::pipeline {

using std::chrono::steady_clock;

namespace {

std::int64_t now() { return steady_clock::now().time_since_epoch().count(); }

}  // namespace

std::string_view name_of(Health health) {
  switch (health) {
    case Health::healthy: return "healthy";
    case Health::degraded: return "degraded";
    case Health::unhealthy: return "unhealthy";
  }
  return "unknown";
}

Instance::Instance(InstanceKey key, ModuleFactory factory, boost::json::value config, std::uint32_t unhealthy_after, hooks::HookBus* hooks)
    : key_(std::move(key)),
      factory_(std::move(factory)),
      config_(std::move(config)),
      unhealthy_after_(unhealthy_after),
      hooks_(hooks),
      last_used_(now()) {}

std::shared_ptr<Module> Instance::make() {
  const std::lock_guard one_at_a_time(making_);
  {
    const std::lock_guard lock(mutex_);
    if (owner_) return owner_;
  }
  std::shared_ptr<Module> made;
  try {
    if (key_.isolated && !factory_.make_isolated)
      throw std::runtime_error("module " + key_.type + " is to be isolated, and this host cannot start processes for plugins");
    made = (key_.isolated ? factory_.make_isolated : factory_.make)(config_);
    made->self_check();
  } catch (const std::exception& fault) {
    const std::lock_guard lock(mutex_);
    last_fault_ = fault.what();
    throw;
  }
  const std::lock_guard lock(mutex_);
  owner_ = std::move(made);
  last_fault_.clear();
  created_.fetch_add(1, std::memory_order_relaxed);
  last_used_.store(now(), std::memory_order_relaxed);
  consecutive_errors_.store(0, std::memory_order_relaxed);
  module_.store(owner_.get(), std::memory_order_seq_cst);
  tell(hooks::Point::instance_created);
  return owner_;
}

void Instance::tell(hooks::Point point) const {
  if (hooks_ == nullptr) return;
  hooks_->emit(point, [this] {
    return boost::json::object{{"type", key_.type}, {"instance", key_.hash}, {"created", created_.load(std::memory_order_relaxed)}};
  });
}

bool Instance::recycle() {
  std::shared_ptr<Module> leaving;  // destroyed after the lock is gone
  const std::lock_guard lock(mutex_);
  if (!owner_) return true;
  // First hide the module, then look for users: `use` counts itself first and looks for the module second, so one of the two sees the
  // other.
  module_.store(nullptr, std::memory_order_seq_cst);
  if (active_.load(std::memory_order_seq_cst) != 0) {
    module_.store(owner_.get(), std::memory_order_seq_cst);
    return false;
  }
  leaving = std::move(owner_);
  owner_.reset();
  tell(hooks::Point::instance_recycled);
  return true;
}

Instance::Use Instance::use() {
  active_.fetch_add(1, std::memory_order_seq_cst);
  const Module* const module = module_.load(std::memory_order_seq_cst);
  if (module == nullptr) {
    active_.fetch_sub(1, std::memory_order_seq_cst);
    return {};
  }
  uses_.fetch_add(1, std::memory_order_relaxed);
  return {this, module};
}

void Instance::release() {
  last_used_.store(now(), std::memory_order_relaxed);
  active_.fetch_sub(1, std::memory_order_seq_cst);
}

Instance::Use::~Use() {
  if (instance_ != nullptr) instance_->release();
}

Instance::Use& Instance::Use::operator=(Use&& other) noexcept {
  if (this != &other) {
    if (instance_ != nullptr) instance_->release();
    instance_ = std::exchange(other.instance_, nullptr);
    module_ = other.module_;
  }
  return *this;
}

void Instance::count_error() {
  errors_.fetch_add(1, std::memory_order_relaxed);
  consecutive_errors_.fetch_add(1, std::memory_order_relaxed);
}

Instance::Counters Instance::counters() const {
  const std::uint32_t errors_in_a_row = consecutive_errors_.load(std::memory_order_relaxed);
  const std::uint64_t active = active_.load(std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  Health health = Health::healthy;
  if (errors_in_a_row > 0) health = Health::degraded;
  if (errors_in_a_row >= unhealthy_after_ || !last_fault_.empty()) health = Health::unhealthy;
  return {
      .created = created_.load(std::memory_order_relaxed),
      .active = active,
      .uses = uses_.load(std::memory_order_relaxed),
      .errors = errors_.load(std::memory_order_relaxed),
      .idle = active != 0 ? steady_clock::duration::zero() : steady_clock::duration(now() - last_used_.load(std::memory_order_relaxed)),
      .health = health,
      .present = owner_ != nullptr,
      .last_fault = last_fault_,
  };
}

}  // namespace patchbay::pipeline
