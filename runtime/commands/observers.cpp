#include "commands/observers.hpp"

#include <spdlog/spdlog.h>

#include "access/prices.hpp"
#include "commands/version.hpp"
#include "monitoring/body_capture.hpp"
#include "plugins/line_file.hpp"

namespace patchbay::commands {

namespace {

std::shared_ptr<monitoring::AccessLog> make_access_log(const config::AccessLogSettings& settings) {
  if (settings.path.empty()) return nullptr;
  if (settings.path == "stderr")
    return std::make_shared<monitoring::AccessLog>(settings, [](std::string_view line) { spdlog::info("{}", line); });
  std::shared_ptr<LineFile> file;
  try {
    file = plugins::open_line_file(settings.path, {settings.max_bytes, settings.keep});
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(std::string("[access_log] path: ") + error.what());
  }
  return std::make_shared<monitoring::AccessLog>(settings, [file = std::move(file)](std::string_view line) { file->write(line); });
}

std::shared_ptr<monitoring::OtlpExporter> make_exporter(const config::OtlpSettings& settings) {
  if (settings.endpoint.empty()) return nullptr;
  return std::make_shared<monitoring::OtlpExporter>(settings, PATCHBAY_VERSION);
}

}  // namespace

void Observers::follow(const config::Settings& settings) {
  std::shared_ptr<monitoring::AccessLog> access_log =
      access_log_ && settings.access_log == access_log_settings_ ? access_log_ : make_access_log(settings.access_log);
  std::shared_ptr<monitoring::OtlpExporter> exporter =
      exporter_ && settings.telemetry.otlp == otlp_settings_ ? exporter_ : make_exporter(settings.telemetry.otlp);
  std::shared_ptr<monitoring::TraceRing> ring = ring_;
  if (!ring || ring->size() != settings.debug.ring)
    ring = settings.debug.ring > 0 ? std::make_shared<monitoring::TraceRing>(settings.debug.ring) : nullptr;
  std::shared_ptr<monitoring::Performance> performance = performance_;
  if (!performance || !settings.metrics.enabled)
    performance = settings.metrics.enabled ? std::make_shared<monitoring::Performance>() : nullptr;

  monitoring::NotesPlan plan;
  plan.metrics = settings.metrics.enabled;
  plan.stages = settings.debug.stages || settings.debug.bodies;
  plan.attempts = ring || exporter || plan.stages;
  if (exporter) plan.trace_ratio = settings.telemetry.otlp.sample_ratio;
  plan.traced_stages = exporter != nullptr;
  if (settings.debug.bodies)
    plan.bodies =
        std::make_shared<const monitoring::BodyCapture>(settings.debug.max_body_bytes, settings.debug.redact, settings.debug.stage_events);
  if (!settings.access.prices.empty())
    plan.cost = [prices = std::make_shared<const access::Prices>(settings.access.prices)](
                    std::string_view asked, std::string_view named, const Usage& usage) -> std::optional<std::int64_t> {
      const access::Price* const price = prices->of(asked, named);
      return price != nullptr ? std::optional(price->cost(usage)) : std::nullopt;
    };
  for (const std::shared_ptr<monitoring::RequestObserver>& observer :
       std::initializer_list<std::shared_ptr<monitoring::RequestObserver>>{access_log, exporter, ring, performance})
    if (observer) plan.observers.push_back(observer);
  telemetry_.follow(std::move(plan));

  const std::lock_guard lock(mutex_);
  access_log_.swap(access_log);
  exporter_.swap(exporter);
  ring_.swap(ring);
  performance_.swap(performance);
  access_log_settings_ = settings.access_log;
  otlp_settings_ = settings.telemetry.otlp;
}

void Observers::add_metrics(monitoring::PrometheusText& text) const {
  std::shared_ptr<monitoring::AccessLog> access_log;
  std::shared_ptr<monitoring::OtlpExporter> exporter;
  {
    const std::lock_guard lock(mutex_);
    access_log = access_log_;
    exporter = exporter_;
  }
  if (access_log) {
    text.metric("patchbay_access_log_lost_total", "counter", "Lines that the access log lacks: they came too fast, or the disk is full.");
    text.sample({}, access_log->lost());
  }
  if (exporter) {
    const monitoring::OtlpExporter::Counters counters = exporter->counters();
    text.metric("patchbay_otlp_spans_total", "counter", "Spans, by what became of them.");
    text.sample({{"result", "sent"}}, counters.sent);
    text.sample({{"result", "failed"}}, counters.failed);
    text.metric("patchbay_otlp_dropped_requests_total", "counter", "Requests whose spans found no room in the queue.");
    text.sample({}, counters.dropped);
  }
}

}  // namespace patchbay::commands
