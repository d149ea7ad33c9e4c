// What keys and limits cost a request: to find out who asks, to be admitted, and to be settled.

#include <benchmark/benchmark.h>

#include "access/gatekeeper.hpp"

namespace patchbay::access {
namespace {

constexpr std::string_view secret = "pb-0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

config::AccessTables tables(const config::KeySettings& limits) {
  config::AccessTables tables;
  tables.keys.push_back(limits);
  tables.keys.back().name = "team";
  tables.keys.back().key_hash = to_text(hash_of(secret));
  tables.prices.push_back({.model = "gpt-*", .input = 1.25, .output = 10});
  tables.state.url = "sqlite:" + std::string(P_tmpdir) + "/patchbay-micro-access.sqlite";
  return tables;
}

Request request() {
  Request request;
  request.protocol = protocols::openai_chat;
  request.body = Document(
      std::string(R"({"model":"gpt-5","max_tokens":100,"messages":[{"role":"user","content":"Hello there, how are you today?"}]})"));
  return request;
}

void let_through(benchmark::State& state, Gatekeeper& gate) {
  const Request asked = request();
  for (auto _ : state) {
    std::string why;
    std::shared_ptr<const VirtualKey> key = gate.identify(hash_of(secret), why);
    Gatekeeper::Outcome outcome = gate.admit(std::move(key), asked, 100);
    if (outcome.admission) outcome.admission->settle({.input_tokens = 20, .output_tokens = 30}, false);
    benchmark::DoNotOptimize(outcome);
  }
}

void KeyWithoutLimits(benchmark::State& state) {
  Gatekeeper gate(tables({}));
  let_through(state, gate);
}
BENCHMARK(KeyWithoutLimits);

void KeyWithLimitsByTheMinute(benchmark::State& state) {
  Gatekeeper gate(tables({.requests_per_minute = 1'000'000'000'000, .tokens_per_minute = 1'000'000'000'000, .concurrency = 100}));
  let_through(state, gate);
}
BENCHMARK(KeyWithLimitsByTheMinute);

void KeyWithBudgets(benchmark::State& state) {
  Gatekeeper gate(tables({.requests_per_minute = 1'000'000'000'000,
                          .tokens_per_minute = 1'000'000'000'000,
                          .concurrency = 100,
                          .budgets = {{.per = "total", .tokens = 1'000'000'000'000'000, .cost = 1'000'000}}}));
  let_through(state, gate);
}
BENCHMARK(KeyWithBudgets);

}  // namespace
}  // namespace patchbay::access
