#pragma once

#include <array>
#include <cstdint>
#include <string_view>

/// What hooks are told of.
namespace patchbay::hooks {

enum class Point : std::uint8_t {
  request_received,
  request_routed,
  request_upstream,
  request_first_byte,
  request_completed,
  request_failed,
  request_disconnected,
  host_started,
  host_stopping,
  configuration_loaded,
  configuration_refused,
  plugin_added,
  plugin_replaced,
  plugin_removed,
  plugin_refused,
  health_changed,
  mode_switched,
  mode_rolled_back,
};

struct PointText {
  std::string_view name;
  std::string_view meaning;
  std::string_view data;  ///< the names of what it has
};

inline constexpr std::array<PointText, 18> points{{
    {"request.received", "The head and the body of a request are here.", "id, method, path, protocol, bytes_in"},
    {"request.routed", "A route and a target were chosen.", "id, route, target, provider, model, stream"},
    {"request.upstream", "The call to the provider begins.", "id, route, target, provider"},
    {"request.first_byte", "The first byte of the answer goes to the client.", "id, route, target, first_byte_ms"},
    {"request.completed", "The whole answer is on its way.",
     "id, method, path, protocol, operation, model, stream, route, target, provider, status, bytes_in, bytes_out, events, losses, "
     "first_byte_ms, duration_ms"},
    {"request.failed", "The answer is an error.", "as request.completed, and error, code, message, source"},
    {"request.disconnected", "The client left before its answer was complete.", "as request.completed"},
    {"host.started", "The host listens.", "version, address"},
    {"host.stopping", "The host finishes what is in flight.", "reason"},
    {"configuration.loaded", "Another configuration is in force.", "generation, routes"},
    {"configuration.refused", "A configuration was faulty; the one before stays in force.", "message"},
    {"plugin.added", "A plugin serves that was not there.", "id, version, generation, path"},
    {"plugin.replaced", "A plugin serves in place of another version.", "id, version, generation, path, version_before"},
    {"plugin.removed", "A plugin does not serve any more.", "id, version, path"},
    {"plugin.refused", "A plugin file was refused; what served before serves on.", "path, message"},
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
