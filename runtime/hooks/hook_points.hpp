#pragma once

#include <array>
#include <cstdint>
#include <string_view>

/// What hooks are told of.
namespace patchbay::hooks {

enum class Point : std::uint8_t {
  request_received,
  request_authenticated,
  request_classified,
  request_routed,
  request_connecting,
  request_connected,
  request_stage_begins,
  request_stage_ends,
  request_upstream,
  request_setback,
  request_first_byte,
  request_event,
  request_completed,
  request_failed,
  request_disconnected,
  host_started,
  host_ready,
  host_stopping,
  configuration_loaded,
  configuration_refused,
  plugin_added,
  plugin_replaced,
  plugin_removed,
  plugin_refused,
  instance_created,
  instance_recycled,
  health_changed,
  mode_switched,
  mode_rolled_back,
};

struct PointText {
  std::string_view name;
  std::string_view meaning;
  std::string_view data;  ///< the names of what it has
};

inline constexpr std::array<PointText, 29> points{{
    {"request.received", "The head and the body of a request are here.", "id, method, path, protocol, operation, model, stream, bytes_in"},
    {"request.authenticated", "Who asks may do so.", "as request.received, and caller"},
    {"request.classified", "What the request is, is known; its route is sought.",
     "as request.received, and category, estimated_tokens, has_tools, has_images, thinking"},
    {"request.routed", "A route and a target were chosen.",
     "id, method, path, protocol, operation, model, stream, route, target, provider"},
    {"request.connecting", "Instances and stages are being put in place.", "as request.routed"},
    {"request.connected", "They are.", "as request.routed, and stages"},
    {"request.stage_begins", "A stage is about to see the request (`way` is `request`) or something that comes back (`response`).",
     "as request.routed, and stage, way, own_us"},
    {"request.stage_ends", "It has seen it; `own_us` is all the time that it took so far, in microseconds.",
     "as request.routed, and stage, way, own_us"},
    {"request.upstream", "The call to the provider begins.", "as request.routed"},
    {"request.setback", "An attempt failed before the client heard of it; another follows, or the error.",
     "as request.routed, and error, code, message, source"},
    {"request.first_byte", "The first byte of the answer goes to the client.", "as request.routed, and first_byte_ms"},
    {"request.event", "An event of a stream goes to the client.", "as request.routed, and number, name, bytes"},
    {"request.completed", "The whole answer is on its way.",
     "as request.routed, and time, outcome, status, bytes_in, bytes_out, events, losses, first_byte_ms, duration_ms; and if they are known "
     "input_tokens, output_tokens, cached_input_tokens, reasoning_tokens, usage_estimated, cost, caller, trace_id"},
    {"request.failed", "The answer is an error.", "as request.completed, and error, code, message, source"},
    {"request.disconnected", "The client left before its answer was complete.", "as request.completed"},
    {"host.started", "The host listens.", "version, address"},
    {"host.ready", "Every route can be served.", "address"},
    {"host.stopping", "The host finishes what is in flight.", "reason"},
    {"configuration.loaded", "Another configuration is in force.", "generation, routes"},
    {"configuration.refused", "A configuration was faulty; the one before stays in force.", "message"},
    {"plugin.added", "A plugin serves that was not there.", "id, version, generation, path"},
    {"plugin.replaced", "A plugin serves in place of another version.", "id, version, generation, path, version_before"},
    {"plugin.removed", "A plugin does not serve any more.", "id, version, path"},
    {"plugin.refused", "A plugin file was refused; what served before serves on.", "path, message"},
    {"instance.created", "A module was made.", "type, instance, created"},
    {"instance.recycled", "A module that nobody used was dropped.", "type, instance, created"},
    {"health.changed", "A key or a target of a route begins to rest, or is in service again.", "what, name, state, reason, rest_for_ms"},
    {"mode.switched", "Another mode is in force, or a ramp is complete.", "number, from, to, by, outcome, rollback, message"},
    {"mode.rolled_back", "A switch of the mode was taken back, by hand or by its guard.", "as mode.switched"},
}};

[[nodiscard]] constexpr std::string_view name_of(Point point) { return points[static_cast<std::size_t>(point)].name; }

/// Whether a name is that of a pattern: the name itself, or its beginning and a '*'.
[[nodiscard]] constexpr bool matches(std::string_view pattern, std::string_view name) {
  return pattern.ends_with('*') ? name.starts_with(pattern.substr(0, pattern.size() - 1)) : pattern == name;
}

}  // namespace patchbay::hooks
