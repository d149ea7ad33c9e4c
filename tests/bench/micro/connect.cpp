#include <benchmark/benchmark.h>

#include <boost/asio/io_context.hpp>

#include "../../runtime/pipeline/fake_chain.hpp"
#include "../../runtime/pipeline/fake_client.hpp"
#include "net/deadline_clock.hpp"
#include "pipeline/pipeline_assembler.hpp"
#include "pipeline/v2_engine.hpp"
#include "upstream/client.hpp"

namespace patchbay::pipeline {
namespace {

using namespace testing;

struct NullUpstream final : upstream::Client {
  struct NullCall final : upstream::Call {
    void pause() override {}
    void resume() override {}
  };
  std::unique_ptr<upstream::Call> start(HttpCall&& call, const config::Timeouts&, upstream::CallObserver&) override {
    benchmark::DoNotOptimize(call.body.data());
    return std::make_unique<NullCall>();
  }
  void close_idle() override {}
};

/// What a request meets.
struct Rig {
  Rig(AssemblySlot& slot, StaticInstancePool& pool) : engine(slot, pool) {}
  void call(Document&& body) {
    Request request;
    request.protocol = "openai-chat";
    request.body = std::move(body);
    benchmark::DoNotOptimize(engine.start(worker, std::move(request), client));
  }

  boost::asio::io_context io;
  net::DeadlineClock deadlines{io};
  NullUpstream upstream;
  Worker worker{io, deadlines, upstream};
  V2Engine engine;
  FakeClient client;
};

/// Route, patch a chain of one llmSwitch, one workflow, one compatibility and a provider together, describe the call, tear all down.
void ConnectAndTearDown(benchmark::State& state) {
  ModuleRegistry registry;
  registry.add(factory("provider", ModuleKind::provider, [](const auto&) { return std::make_shared<FakeProvider>(); }));
  for (const auto& [type, kind] :
       {std::pair{"switch", ModuleKind::llm_switch}, std::pair{"flow", ModuleKind::workflow}, std::pair{"mend", ModuleKind::compatibility}})
    registry.add(
        factory(type, kind, [](const auto&) { return std::make_shared<FakeTransform>([] { return std::make_unique<Stage>(); }); }));
  StaticInstancePool pool;
  AssemblySlot slot;
  config::Settings settings;
  settings.routes.push_back(route("r", {use(ModuleKind::llm_switch, "switch"), use(ModuleKind::workflow, "flow"),
                                        use(ModuleKind::compatibility, "mend"), use(ModuleKind::provider, "provider")}));
  slot.publish(PipelineAssembler(registry, pool).assemble(std::move(settings), 1).assembly);
  Rig rig(slot, pool);

  for (auto _ : state) rig.call(Document(std::string(R"({"model":"m","messages":[{"role":"user","content":"Hello"}]})")));
}
BENCHMARK(ConnectAndTearDown);

/// Route, describe the call and tear all down for a body of so many bytes, with so many targets: of more than one, the body is kept for the
/// next attempt.
void CallWithSuccessors(benchmark::State& state) {
  ModuleRegistry registry;
  StaticInstancePool pool;
  AssemblySlot slot;
  config::Settings settings;
  settings.routes.push_back(route("r", {}));
  settings.routes.back().targets.clear();
  for (std::int64_t i = 0; i < state.range(1); ++i) {
    const std::string type = "provider-" + std::to_string(i);
    registry.add(factory(type, ModuleKind::provider, [](const auto&) { return std::make_shared<FakeProvider>(); }));
    settings.routes.back().targets.push_back({.id = std::to_string(i), .modules = {use(ModuleKind::provider, type)}});
  }
  slot.publish(PipelineAssembler(registry, pool).assemble(std::move(settings), 1).assembly);
  Rig rig(slot, pool);
  const std::string body = R"({"model":"m","text":")" + std::string(static_cast<std::size_t>(state.range(0)), 'x') + R"("})";

  for (auto _ : state) {
    state.PauseTiming();
    Document fresh{std::string(body)};
    state.ResumeTiming();
    rig.call(std::move(fresh));
  }
}
BENCHMARK(CallWithSuccessors)->ArgsProduct({{1 << 10, 100 << 10, 1 << 20}, {1, 2}})->ArgNames({"bytes", "targets"});

}  // namespace
}  // namespace patchbay::pipeline
