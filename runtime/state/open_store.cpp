#include "state/open_store.hpp"

#include <random>
#include <string>
#include <string_view>

#include "state/redis_store.hpp"
#include "state/sqlite_store.hpp"

namespace patchbay::state {

namespace {

constexpr std::string_view sqlite = "sqlite:";

/// A name for this process among the hosts that share a state; another one each time it starts.
std::string host_name() {
  std::random_device random;
  return std::to_string(random()) + "-" + std::to_string(random());
}

}  // namespace

bool is_shared(const config::StateSettings& settings) { return !settings.url.starts_with(sqlite); }

std::function<std::unique_ptr<Store>()> opener(const config::StateSettings& settings) {
  if (!is_shared(settings))
    return [path = settings.url.substr(sqlite.size())]() -> std::unique_ptr<Store> { return std::make_unique<SqliteStore>(path); };
  return [url = parse_redis_url(settings.url), prefix = settings.prefix, host = host_name(),
          timeout = settings.timeout]() -> std::unique_ptr<Store> { return std::make_unique<RedisStore>(url, prefix, host, timeout); };
}

}  // namespace patchbay::state
