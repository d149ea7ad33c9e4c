#include <hiredis/hiredis.h>

#include <cerrno>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/stores.hpp"
#include "doctor/told.hpp"
#include "state/redis_url.hpp"

namespace patchbay::doctor {

namespace {

timeval to_timeval(std::chrono::milliseconds time) { return {time.count() / 1'000, time.count() % 1'000 * 1'000}; }

/// A connection that says of what it cannot do why. One exchange after the other.
class Redis {
 public:
  Redis(const state::RedisUrl& url, std::chrono::milliseconds timeout)
      : context_(redisConnectWithTimeout(url.host.c_str(), url.port, to_timeval(timeout)), redisFree) {
    if (!context_) throw std::bad_alloc();
    if (context_->err != 0) throw std::runtime_error(context_->errstr);
    redisSetTimeout(context_.get(), to_timeval(timeout));
    if (!url.user.empty())
      (void)ask({"AUTH", url.user, url.password});
    else if (!url.password.empty())
      (void)ask({"AUTH", url.password});
  }

  /// The reply as text. Throws std::runtime_error.
  std::string ask(std::initializer_list<std::string_view> words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const std::string_view word : words) {
      texts.push_back(word.data());
      sizes.push_back(word.size());
    }
    const std::unique_ptr<redisReply, void (*)(void*)> reply(
        static_cast<redisReply*>(redisCommandArgv(context_.get(), static_cast<int>(texts.size()), texts.data(), sizes.data())),
        freeReplyObject);
    if (!reply) throw std::runtime_error(context_->err == REDIS_ERR_IO && errno == EAGAIN ? "no answer in time" : context_->errstr);
    std::string text(reply->str != nullptr ? reply->str : "", reply->str != nullptr ? reply->len : 0);
    if (reply->type == REDIS_REPLY_ERROR) throw std::runtime_error(text);
    return text;
  }

 private:
  std::unique_ptr<redisContext, void (*)(redisContext*)> context_;
};

/// A field of what INFO says, "name:value" a line.
std::string field_of(std::string_view info, std::string_view name) {
  const std::string begin = "\n" + std::string(name) + ":";
  const std::size_t at = info.find(begin);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = info.substr(at + begin.size());
  return std::string(rest.substr(0, rest.find_first_of("\r\n")));
}

Findings what_it_keeps(const std::string& place, Redis& redis) {
  std::string info;
  try {
    info = redis.ask({"INFO"});
  } catch (const std::runtime_error& refused) {
    return {
        {Level::note, place, std::string("its settings cannot be looked at: ") + refused.what(), "let the user of [state] url run INFO"}};
  }
  Findings findings;
  if (const std::string policy = field_of(info, "maxmemory_policy"); !policy.empty() && policy != "noeviction")
    findings.push_back({Level::warning, place,
                        "maxmemory-policy is " + policy + ": when its memory is full it forgets what was spent, and keys",
                        "CONFIG SET maxmemory-policy noeviction, and the same in its configuration file"});
  if (field_of(info, "role") == "slave")
    findings.push_back({Level::error, place, "it is a replica, which takes no writes", "name the primary in [state] url"});
  if (field_of(info, "aof_enabled") == "0")
    findings.push_back({Level::note, place, "it writes no append-only file: a restart loses what was spent since the last snapshot",
                        "appendonly yes, in its configuration file"});
  return findings;
}

}  // namespace

Findings examine_redis(const config::StateSettings& state, std::chrono::milliseconds timeout) {
  state::RedisUrl url;
  try {
    url = state::parse_redis_url(state.url);
  } catch (const std::invalid_argument& malformed) {
    return {told(Level::error, "[state] url", malformed.what(), "write it like redis://HOST:PORT")};
  }
  const std::string place = "redis " + url.place();
  try {
    const auto began = std::chrono::steady_clock::now();
    Redis redis(url, timeout);
    if (url.database != 0) (void)redis.ask({"SELECT", std::to_string(url.database)});
    (void)redis.ask({"PING"});
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    Findings findings{{Level::ok, place, "connected and answered in " + std::to_string(took.count()) + " ms", {}}};
    if (took > state.timeout)
      findings.push_back({Level::warning, place, "that is longer than [state] timeout, " + std::to_string(state.timeout.count()) + " ms",
                          "raise it, or move Redis nearer"});
    add(findings, what_it_keeps(place, redis));
    return findings;
  } catch (const std::runtime_error& fault) {
    const std::string meanwhile =
        state.on_failure == "open" ? "; meanwhile requests with limits pass" : "; meanwhile requests with limits are refused";
    return {{Level::error, place, std::string("it does not serve: ") + fault.what(),
             "start it, and see that host, port and password of [state] url are right" + meanwhile}};
  }
}

}  // namespace patchbay::doctor
