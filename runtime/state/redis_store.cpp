#include "state/redis_store.hpp"

#include <hiredis/hiredis.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

namespace patchbay::state {

namespace {

constexpr std::string_view slots_kept_for_ms = "15000";  // of a host that says nothing any more

/// Does what state::lease does. Numbers stay whole up to 2^53.
constexpr std::string_view sum_script = R"lua(
local must, want, need, limit, keep = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local function add(amount)
  local used = redis.call('INCRBY', KEYS[1], string.format('%.0f', amount))
  if used < 0 then
    redis.call('SET', KEYS[1], '0')
    used = 0
  end
  return used
end
local used = add(must)
local left = limit - used
local granted = 0
if left > 0 and want > 0 then
  granted = math.min(want, left, math.max(need, math.ceil(left / 4)))
  used = add(granted)
end
if keep > 0 then redis.call('EXPIRE', KEYS[1], ARGV[5]) end
return {granted, used}
)lua";

/// What each host holds is a field, with the time until which that is believed.
constexpr std::string_view slots_script = R"lua(
local host, held, want, limit, keep = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local others = 0
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  local slots, expires = string.match(fields[i + 1], '^(%d+):(%d+)$')
  if fields[i] ~= host then
    if tonumber(expires) < now then redis.call('HDEL', KEYS[1], fields[i]) else others = others + tonumber(slots) end
  end
end
local granted = math.max(0, math.min(want, limit - others - held))
held = held + granted
if held > 0 then
  redis.call('HSET', KEYS[1], host, string.format('%.0f:%.0f', held, now + keep))
else
  redis.call('HDEL', KEYS[1], host)
end
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return {granted, others + held}
)lua";

timeval to_timeval(std::chrono::milliseconds time) { return {time.count() / 1'000, time.count() % 1'000 * 1'000}; }

}  // namespace

void RedisStore::Disconnect::operator()(redisContext* context) const { redisFree(context); }
void RedisStore::FreeReply::operator()(redisReply* reply) const { freeReplyObject(reply); }

RedisStore::RedisStore(const RedisUrl& url, std::string prefix, std::string host, std::chrono::milliseconds timeout)
    : place_(url.place()),
      prefix_(std::move(prefix)),
      host_(std::move(host)),
      context_(redisConnectWithTimeout(url.host.c_str(), url.port, to_timeval(timeout))) {
  if (!context_) fail("out of memory");
  if (context_->err != 0) fail(context_->errstr);
  redisSetTimeout(context_.get(), to_timeval(timeout));
  redisEnableKeepAlive(context_.get());
  if (!url.user.empty())
    call({"AUTH", url.user, url.password});
  else if (!url.password.empty())
    call({"AUTH", url.password});
  if (url.database != 0) call({"SELECT", std::to_string(url.database)});
  sum_script_ = load_script(sum_script);
  slots_script_ = load_script(slots_script);
}

std::vector<Grant> RedisStore::charge(std::span<const Charge> charges) {
  for (const Charge& charge : charges) {
    const std::string counter = prefix_ + ":" + charge.counter;
    const std::string must = std::to_string(charge.must);
    const std::string want = std::to_string(charge.want);
    const std::string limit = std::to_string(charge.limit);
    if (charge.kind == Charge::Kind::slots)
      append({"EVALSHA", slots_script_, "1", counter, host_, must, want, limit, slots_kept_for_ms});
    else
      append({"EVALSHA", sum_script_, "1", counter, must, want, std::to_string(charge.need), limit, std::to_string(charge.keep.count())});
  }
  std::vector<Grant> grants;
  grants.reserve(charges.size());
  for (std::size_t i = 0; i < charges.size(); ++i) {
    const Reply numbers = reply();
    if (numbers->type != REDIS_REPLY_ARRAY || numbers->elements != 2) fail("it answered something else than two numbers");
    grants.push_back({numbers->element[0]->integer, numbers->element[1]->integer});
  }
  return grants;
}

std::vector<std::string> RedisStore::keys() {
  const Reply values = call({"HVALS", prefix_ + ":keys"});
  std::vector<std::string> records;
  for (std::size_t i = 0; i < values->elements; ++i) records.emplace_back(values->element[i]->str, values->element[i]->len);
  return records;
}

bool RedisStore::add_key(const std::string& name, const std::string& record) {
  const bool added = call({"HSETNX", prefix_ + ":keys", name, record})->integer == 1;
  call({"INCR", prefix_ + ":keys-version"});
  return added;
}

bool RedisStore::remove_key(const std::string& name) {
  const bool removed = call({"HDEL", prefix_ + ":keys", name})->integer == 1;
  call({"INCR", prefix_ + ":keys-version"});
  return removed;
}

std::int64_t RedisStore::keys_version() {
  const Reply version = call({"GET", prefix_ + ":keys-version"});
  return version->type == REDIS_REPLY_STRING ? std::strtoll(version->str, nullptr, 10) : 0;
}

void RedisStore::append(Words words) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string_view word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  redisAppendCommandArgv(context_.get(), static_cast<int>(texts.size()), texts.data(), sizes.data());
}

RedisStore::Reply RedisStore::reply() {
  void* raw = nullptr;
  if (redisGetReply(context_.get(), &raw) != REDIS_OK)
    fail(context_->err == REDIS_ERR_IO && errno == EAGAIN ? "no answer in time" : context_->errstr);
  Reply answer(static_cast<redisReply*>(raw));
  if (answer->type == REDIS_REPLY_ERROR) fail(std::string(answer->str, answer->len));
  return answer;
}

RedisStore::Reply RedisStore::call(Words words) {
  append(words);
  return reply();
}

std::string RedisStore::load_script(std::string_view text) {
  const Reply digest = call({"SCRIPT", "LOAD", text});
  return std::string(digest->str, digest->len);
}

void RedisStore::fail(const std::string& why) const { throw StoreError("the state in Redis at " + place_ + ": " + why); }

}  // namespace patchbay::state
