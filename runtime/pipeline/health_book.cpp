#include "pipeline/health_book.hpp"

namespace patchbay::pipeline {

namespace {

template <class Shelf, class Make>
auto find_or_make(Shelf& shelf, const std::string& name, Make&& make) {
  auto& place = shelf[name];
  auto health = place.lock();
  if (!health) place = health = make();
  return health;
}

}  // namespace

template <class Health>
std::shared_ptr<Health> HealthBook::entry(Shelf<Health>& shelf, const std::string& name) {
  const std::lock_guard lock(mutex_);
  return find_or_make(shelf, name, [&] { return std::make_shared<Health>(name, listener_); });
}

template std::shared_ptr<KeyHealth> HealthBook::entry(Shelf<KeyHealth>&, const std::string&);
template std::shared_ptr<TargetHealth> HealthBook::entry(Shelf<TargetHealth>&, const std::string&);

std::shared_ptr<RouteHealth> HealthBook::route(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return find_or_make(routes_, name, [] { return std::make_shared<RouteHealth>(); });
}

void HealthBook::prune() {
  const auto unused = [](const auto& entry) { return entry.second.expired(); };
  const std::lock_guard lock(mutex_);
  std::erase_if(keys_, unused);
  std::erase_if(targets_, unused);
  std::erase_if(routes_, unused);
}

}  // namespace patchbay::pipeline
