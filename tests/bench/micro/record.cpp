// What it costs to take notes of a request, and to tell hooks that nobody subscribed to.

#include <benchmark/benchmark.h>

#include "monitoring/access_log.hpp"
#include "monitoring/performance.hpp"
#include "monitoring/trace_ring.hpp"
#include "server/request_record.hpp"

namespace patchbay {
namespace {

using monitoring::NotesPlan;

/// Is never asked.
class NoEngine final : public pipeline::Engine {
 public:
  std::unique_ptr<pipeline::Connection> start(pipeline::Worker&, Request&&, pipeline::Client&) override { return nullptr; }
  std::vector<pipeline::ModelEntry> models() const override { return {}; }
  std::string not_ready() const override { return {}; }
  std::string health_json() const override { return "{}"; }
};

/// A stream of that many events, from the head to the end.
void record_request(const server::Onlookers& onlookers, monitoring::RequestMetrics::Shard& shard, int events) {
  Request request;
  request.protocol = protocols::openai_chat;
  request.body = Document(std::string(R"({"model":"gpt-4o","stream":true,"messages":[]})"));
  server::RequestRecord record(onlookers, shard, "req_3f9c2k1_7", "POST", "/v1/chat/completions", protocols::openai_chat);
  record.authenticated("key:0123456789abcdef");
  record.complete(request, NoEngine());
  const pipeline::Patch patch{"a-route", "a-target", "provider-openai"};
  record.routed(patch);
  benchmark::DoNotOptimize(record.observe(patch));
  record.calling();
  for (int i = 0; i < events; ++i) record.sent_event("", R"({"choices":[{"delta":{"content":"word"}}]})");
  record.used({.input_tokens = 10, .output_tokens = 20});
  record.streamed();
}

void run(benchmark::State& state, NotesPlan plan) {
  hooks::HookBus hooks;
  monitoring::Telemetry telemetry;
  telemetry.follow(std::move(plan));
  monitoring::RequestMetrics::Shard& shard = telemetry.metrics().add_shard();
  for (auto _ : state) record_request({hooks, telemetry}, shard, static_cast<int>(state.range(0)));
}

void with_metrics(benchmark::State& state) { run(state, {}); }
BENCHMARK(with_metrics)->Arg(1)->Arg(100);

void with_all_that_is_on_by_default(benchmark::State& state) {
  NotesPlan plan;
  plan.attempts = true;
  plan.observers = {std::make_shared<monitoring::TraceRing>(256), std::make_shared<monitoring::Performance>()};
  run(state, std::move(plan));
}
BENCHMARK(with_all_that_is_on_by_default)->Arg(1)->Arg(100);

/// Its own thread formats and writes; its time is not in the figure, as it is not on the event loop.
void with_access_log_too(benchmark::State& state) {
  NotesPlan plan;
  plan.attempts = true;
  plan.observers = {
      std::make_shared<monitoring::TraceRing>(256), std::make_shared<monitoring::Performance>(),
      std::make_shared<monitoring::AccessLog>(config::AccessLogSettings{}, [](std::string_view line) { benchmark::DoNotOptimize(line); })};
  run(state, std::move(plan));
}
BENCHMARK(with_access_log_too)->Arg(1)->Arg(100);

void a_line_of_the_access_log(benchmark::State& state) {
  monitoring::RequestNotes notes;
  notes.id = "req_3f9c2k1_7";
  notes.method = "POST";
  notes.path = "/v1/chat/completions";
  for (auto _ : state) benchmark::DoNotOptimize(monitoring::access_json(notes));
}
BENCHMARK(a_line_of_the_access_log);

void a_hook_point_without_subscribers(benchmark::State& state) {
  hooks::HookBus hooks;
  for (auto _ : state) hooks.emit(hooks::Point::request_event, [] { return boost::json::object{{"id", "1"}}; });
}
BENCHMARK(a_hook_point_without_subscribers);

}  // namespace
}  // namespace patchbay
