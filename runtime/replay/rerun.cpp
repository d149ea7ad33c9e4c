#include "replay/rerun.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>

#include "modes/replayer.hpp"
#include "net/deadline_clock.hpp"
#include "pipeline/request_copy.hpp"
#include "pipeline/static_pipelines.hpp"
#include "pipeline/v1_engine.hpp"
#include "pipeline/v2_engine.hpp"
#include "server/error_shapes.hpp"
#include "server/request_record.hpp"
#include "upstream/make_client.hpp"

namespace patchbay::replay {

namespace {

constexpr std::chrono::seconds patience{30};
constexpr std::chrono::minutes patience_with_upstream{2};
constexpr std::uint64_t largest_body = 64u << 20;
constexpr std::uint32_t stage_events = 20;

/// Keeps the notes of the one request that ends.
struct Keeper final : monitoring::RequestObserver {
  void ended(const std::shared_ptr<const monitoring::RequestNotes>& of) override { notes = of; }
  std::shared_ptr<const monitoring::RequestNotes> notes;
};

monitoring::NotesPlan plan_for(const config::DebugSettings& settings, std::shared_ptr<Keeper> keeper) {
  monitoring::NotesPlan plan;
  plan.metrics = false;
  plan.attempts = plan.stages = true;
  plan.bodies = std::make_shared<const monitoring::BodyCapture>(largest_body, settings.redact, stage_events);
  plan.observers.push_back(std::move(keeper));
  return plan;
}

/// Nobody is there; the notes are taken as for a client. [one thread]
class NotedClient final : public pipeline::Client {
 public:
  NotedClient(const server::Onlookers& onlookers, monitoring::RequestMetrics::Shard& shard, const Record& record,
              const pipeline::Engine& engine)
      : protocol_(record.request.protocol),
        caller_(record.caller),
        record_(onlookers, shard, record.id, record.method, record.path, protocol_) {
    record_.authenticated(caller_);
    record_.complete(record.request, engine);
  }

  [[nodiscard]] server::RequestRecord& record() { return record_; }

  void routed(const pipeline::Patch& patch) override { record_.routed(patch); }
  pipeline::AttemptObserver* observe(const pipeline::Patch& patch) override { return record_.observe(patch); }
  void setback(const pipeline::Setback& setback) override { record_.setback(setback.error); }
  void calling() override { record_.calling(); }
  void provider_headers(Headers&&) override {}
  void used(const Usage& usage) override { record_.used(usage); }
  void keep_alive() override {}
  [[nodiscard]] std::size_t unsent() const override { return 0; }
  [[nodiscard]] std::string caller() const override { return caller_; }
  void response(Response&& response) override { record_.answered(response.body.text(), 200); }
  void event(Event&& event) override {
    streaming_ = true;
    record_.sent_event(event.name, event.data.text());
  }
  void end() override { record_.streamed(); }
  void error(Error&& error) override {
    record_.failed(error);
    if (!streaming_) return record_.answered(server::error_body(error, protocol_), error.http_status());
    for (const EventText& last : error.ending) record_.sent_event(last.name, last.data);
    record_.streamed();
  }
  void lost(Loss&&) override { record_.lost(); }

 private:
  const std::string protocol_;
  const std::string caller_;
  server::RequestRecord record_;
  bool streaming_ = false;
};

/// Whether that is one of V1's pools, and no route of V2.
bool is_pool(const pipeline::Assembly& assembly, std::string_view route) {
  const auto has = [route](const auto& routes) {
    return std::any_of(routes.begin(), routes.end(), [route](const auto& one) { return one->settings.id == route; });
  };
  return !has(assembly.routes) && has(assembly.v1->pools().routes);
}

std::unique_ptr<pipeline::Engine> engine_for(pipeline::AssemblySlot& slot, pipeline::StaticInstancePool& pool, std::string_view route) {
  const std::shared_ptr<const pipeline::Assembly> assembly = slot.current();
  if (assembly->v1 && (assembly->routes.empty() || is_pool(*assembly, route))) return std::make_unique<pipeline::V1Engine>(slot);
  return std::make_unique<pipeline::V2Engine>(slot, pool);
}

}  // namespace

Rerun play_again(const std::shared_ptr<const pipeline::Assembly>& assembly, pipeline::StaticInstancePool& pool, const Record& record,
                 bool live) {
  boost::asio::io_context io;
  net::DeadlineClock deadlines(io);
  const std::unique_ptr<upstream::Client> real = live ? upstream::make_client(io, deadlines, assembly->settings.upstream) : nullptr;
  modes::Replayer upstream(io, record.calls, real.get());
  pipeline::Worker worker{io, deadlines, upstream};

  pipeline::AssemblySlot slot;
  slot.publish(assembly);
  const std::unique_ptr<pipeline::Engine> engine = engine_for(slot, pool, record.route);

  const auto keeper = std::make_shared<Keeper>();
  hooks::HookBus hooks;
  monitoring::Telemetry telemetry;
  telemetry.follow(plan_for(assembly->settings.debug, keeper));
  Rerun rerun;
  const auto give_up = std::chrono::steady_clock::now() + (live ? std::chrono::seconds(patience_with_upstream) : patience);
  {
    NotedClient client(server::Onlookers{hooks, telemetry}, telemetry.metrics().add_shard(), record, *engine);
    const auto connection = engine->start(client.record().watched(worker), pipeline::copy_of(record.request), client);
    while (!keeper->notes && std::chrono::steady_clock::now() < give_up) {
      io.restart();
      io.run_one_until(give_up);
    }
    rerun.notes = keeper->notes;  // here: a client that goes ends its request
  }
  io.restart();
  io.poll();  // what was posted for the connection that is gone

  for (const modes::Replayer::Sent& sent : upstream.sent()) rerun.counterparts.push_back(sent.counterpart);
  rerun.unused = upstream.unused();
  return rerun;
}

}  // namespace patchbay::replay
