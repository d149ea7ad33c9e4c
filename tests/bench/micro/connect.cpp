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
  boost::asio::io_context io;
  net::DeadlineClock deadlines(io);
  NullUpstream upstream;
  Worker worker{io, deadlines, upstream};
  V2Engine engine(slot, pool);
  FakeClient client;

  for (auto _ : state) {
    Request request;
    request.protocol = "openai-chat";
    request.body = Document(std::string(R"({"model":"m","messages":[{"role":"user","content":"Hello"}]})"));
    benchmark::DoNotOptimize(engine.start(worker, std::move(request), client));
  }
}
BENCHMARK(ConnectAndTearDown);

}  // namespace
}  // namespace patchbay::pipeline
