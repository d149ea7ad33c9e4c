#include "monitoring/otlp_exporter.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "monitoring/otlp_json.hpp"
#include "patchbay/plain_json.hpp"

namespace patchbay::monitoring {

std::string traces_url(const std::string& endpoint) {
  const std::size_t scheme = endpoint.find("://");
  const std::size_t authority = scheme == std::string::npos ? 0 : scheme + 3;
  const std::size_t path = endpoint.find('/', authority);
  if (path == std::string::npos) return endpoint + "/v1/traces";
  return path + 1 == endpoint.size() ? endpoint + "v1/traces" : endpoint;
}

OtlpExporter::OtlpExporter(config::OtlpSettings settings, std::string version)
    : settings_(std::move(settings)),
      version_(std::move(version)),
      url_(traces_url(settings_.endpoint)),
      worker_({"otlp", settings_.queue, settings_.interval},
              [this](std::vector<std::shared_ptr<const RequestNotes>>&& batch) { send(batch); }) {}

void OtlpExporter::ended(const std::shared_ptr<const RequestNotes>& notes) {
  if (notes->trace.valid() && notes->trace.sampled) worker_.push(notes);
}

OtlpExporter::Counters OtlpExporter::counters() const {
  return {sent_.load(std::memory_order_relaxed), worker_.dropped(), failed_.load(std::memory_order_relaxed)};
}

void OtlpExporter::send(const std::vector<std::shared_ptr<const RequestNotes>>& batch) {
  boost::json::array spans;
  for (const auto& notes : batch)
    for (boost::json::value& span : spans_of(*notes)) spans.push_back(std::move(span));
  const std::uint64_t count = spans.size();

  HttpCall call;
  call.url = url_;
  call.headers.set("Content-Type", "application/json");
  for (const auto& [name, value] : settings_.headers) call.headers.set(name, value);
  call.body = plain_json(export_request(settings_.service_name, version_, std::move(spans)));
  const upstream::Reply reply = client_.call(std::move(call), settings_.timeout);
  if (reply.ok()) {
    sent_.fetch_add(count, std::memory_order_relaxed);
    failing_ = false;
    return;
  }
  failed_.fetch_add(count, std::memory_order_relaxed);
  if (!std::exchange(failing_, true))
    spdlog::warn("[telemetry.otlp] the collector does not take traces: {}",
                 reply.status == 0 ? reply.failure : "status " + std::to_string(reply.status));
}

}  // namespace patchbay::monitoring
