#include "server/request_record.hpp"

namespace patchbay::server {

using hooks::Point;

RequestRecord::RequestRecord(hooks::HookBus& hooks, std::string_view method, std::string_view path, const Request& request,
                             std::size_t bytes_in)
    : hooks_(hooks),
      id_(request.id),
      method_(method),
      path_(path),
      protocol_(request.protocol),
      operation_(name_of(request.operation)),
      model_(request.model()),
      stream_(request.stream()),
      bytes_in_(bytes_in) {
  hooks_.emit(Point::request_received, [this] {
    return boost::json::object{{"id", id_}, {"method", method_}, {"path", path_}, {"protocol", protocol_}, {"bytes_in", bytes_in_}};
  });
}

std::uint64_t RequestRecord::elapsed_ms() const {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start_).count());
}

boost::json::object RequestRecord::where() const { return {{"id", id_}, {"route", route_}, {"target", target_}, {"provider", provider_}}; }

void RequestRecord::routed(const pipeline::Patch& patch) {
  route_ = patch.route;
  target_ = patch.target;
  provider_ = patch.provider;
  hooks_.emit(Point::request_routed, [this] {
    boost::json::object data = where();
    data["model"] = model_;
    data["stream"] = stream_;
    return data;
  });
}

void RequestRecord::calling() {
  hooks_.emit(Point::request_upstream, [this] { return where(); });
}

void RequestRecord::sent(std::size_t bytes) {
  bytes_out_ += bytes;
  if (std::exchange(begun_, true)) return;
  first_byte_ms_ = elapsed_ms();
  hooks_.emit(Point::request_first_byte, [this] {
    return boost::json::object{{"id", id_}, {"route", route_}, {"target", target_}, {"first_byte_ms", first_byte_ms_}};
  });
}

void RequestRecord::failed(const Error& error) {
  error_ = {{"error", name_of(error.kind)}, {"code", error.code}, {"message", error.message}, {"source", error.source}};
}

boost::json::object RequestRecord::summary() const {
  boost::json::object data{{"id", id_},
                           {"method", method_},
                           {"path", path_},
                           {"protocol", protocol_},
                           {"operation", operation_},
                           {"model", model_},
                           {"stream", stream_},
                           {"route", route_},
                           {"target", target_},
                           {"provider", provider_},
                           {"status", status_},
                           {"bytes_in", bytes_in_},
                           {"bytes_out", bytes_out_},
                           {"events", events_},
                           {"losses", losses_},
                           {"first_byte_ms", first_byte_ms_},
                           {"duration_ms", elapsed_ms()}};
  for (const auto& member : error_) data.insert(member);
  return data;
}

void RequestRecord::completed(int status) {
  status_ = status;
  hooks_.emit(error_.empty() ? Point::request_completed : Point::request_failed, [this] { return summary(); });
}

void RequestRecord::abandoned() {
  hooks_.emit(Point::request_disconnected, [this] { return summary(); });
}

}  // namespace patchbay::server
