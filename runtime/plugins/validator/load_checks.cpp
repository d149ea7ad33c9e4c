#include <chrono>
#include <functional>

#include "patchbay/testing/stress.hpp"
#include "plugins/barrier.hpp"
#include "plugins/validator/check.hpp"
#include "plugins/validator/exercise.hpp"
#include "plugins/validator/memory.hpp"

namespace patchbay::plugins::validator {

namespace {

constexpr std::size_t threads = 4;
constexpr std::size_t connections = 40;

/// The shortest of several runs: what else the machine does makes calls longer, never shorter.
std::chrono::microseconds shortest(const std::function<void()>& call) {
  constexpr int runs = 5;
  auto best = std::chrono::steady_clock::duration::max();
  for (int i = 0; i < runs; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    (void)barrier(call);
    best = std::min(best, std::chrono::steady_clock::now() - begin);
  }
  return std::chrono::duration_cast<std::chrono::microseconds>(best);
}

}  // namespace

Result check_concurrent_calls(Context& context) {
  Findings findings;
  each_module(context, findings, [&](const Part& part) {
    const std::vector<Part::Talk> talks = part.talks();
    context.step("call " + part.name() + " from " + std::to_string(threads) + " threads at once");
    const testing::Stressed result = testing::stress(threads, connections, [&](std::size_t i) {
      const std::string mark = {'c', static_cast<char>('a' + i / 26), static_cast<char>('a' + i % 26)};
      const testing::Outcome outcome = part.run(Part::marked(talks[i % talks.size()], mark));
      std::string text = outcome.client.transcript();
      if (outcome.call) text += outcome.call->url + "\n" + outcome.call->body;
      return comparable(text);
    });
    if (result.wrong == 0)
      findings.good(std::to_string(result.runs) + " requests on " + std::to_string(threads) + " threads were answered as on one");
    else
      findings.fail(part.name() + " answers differently when " + std::to_string(threads) + " threads call it at once, " +
                    std::to_string(result.wrong) + " times of " + std::to_string(result.runs) +
                    "; const methods must be safe to call from any thread");
  });
  return findings.result();
}

Result check_run_time(Context& context) {
  const std::chrono::milliseconds limit = memory_is_instrumented() ? std::chrono::milliseconds(200) : std::chrono::milliseconds(20);
  Findings findings;
  std::chrono::microseconds longest{0};
  std::string slowest;
  const auto time = [&](const std::string& what, const std::function<void()>& call) {
    context.step(what);
    const std::chrono::microseconds taken = shortest(call);
    if (taken > longest) {
      longest = taken;
      slowest = what;
    }
    if (taken > limit) findings.warn(what + " takes " + std::to_string(taken.count() / 1000) + " ms; event loops wait for it");
  };
  each_module(context, findings, [&](const Part& part) {
    const std::size_t index = static_cast<std::size_t>(&part.info() - context.plugin().info().modules.data());
    time("making a " + part.info().type, [&] { (void)context.make(index); });
    if (part.transform() != nullptr) time("connecting " + part.name(), [&] { (void)part.transform()->connect(part.connection()); });
    for (const Part::Talk& talk : part.talks()) {
      if (part.provider() != nullptr)
        time("describing a call of " + part.name(), [&] {
          Request request = part.request(talk.request, talk.stream);
          (void)part.provider()->describe(request, {});
        });
      time(std::string(talk.stream ? "a stream" : "a whole answer") + " through " + part.name(), [&] { (void)part.run(talk); });
    }
  });
  if (!slowest.empty()) findings.good("the longest was " + slowest + " with " + std::to_string(longest.count()) + " µs");
  return findings.result();
}

}  // namespace patchbay::plugins::validator
