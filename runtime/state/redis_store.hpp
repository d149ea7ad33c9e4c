#pragma once

#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "state/redis_url.hpp"
#include "state/store.hpp"

struct redisContext;
struct redisReply;

namespace patchbay::state {

/// The state in a Redis or Valkey that several hosts share; each charge is one atomic script there. A connection that failed is not used
/// again: make another store.
class RedisStore final : public Store {
 public:
  /// Connects; each exchange may take `timeout`. `prefix` begins every name; `host` is ours among those that share. Throws StoreError.
  RedisStore(const RedisUrl& url, std::string prefix, std::string host, std::chrono::milliseconds timeout);

  std::vector<Grant> charge(std::span<const Charge> charges) override;
  std::vector<std::string> keys() override;
  bool add_key(const std::string& name, const std::string& record) override;
  bool remove_key(const std::string& name) override;
  std::int64_t keys_version() override;

 private:
  struct Disconnect {
    void operator()(redisContext* context) const;
  };
  struct FreeReply {
    void operator()(redisReply* reply) const;
  };
  using Reply = std::unique_ptr<redisReply, FreeReply>;
  using Words = std::initializer_list<std::string_view>;

  void append(Words words);
  [[nodiscard]] Reply reply();
  Reply call(Words words);
  [[nodiscard]] std::string load_script(std::string_view text);
  [[noreturn]] void fail(const std::string& why) const;

  const std::string place_;
  const std::string prefix_;
  const std::string host_;
  std::unique_ptr<redisContext, Disconnect> context_;
  std::string sum_script_;
  std::string slots_script_;
};

}  // namespace patchbay::state
