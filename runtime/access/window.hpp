#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace patchbay::access {

/// The span of time that a limit is for. All hosts have the same ones: those of the UTC calendar.
enum class Window : std::uint8_t { minute, day, month, total };

using WallTime = std::chrono::system_clock::time_point;

/// Which one a moment is in: another number for each.
[[nodiscard]] std::int64_t window_at(Window window, WallTime now);

/// When that one began; the beginning of all time for `total`.
[[nodiscard]] WallTime window_start(Window window, WallTime now);

/// When the next one begins; the end of all time for `total`.
[[nodiscard]] WallTime window_end(Window window, WallTime now);

/// "2026-11-28T10:15", "2026-11-28", "2026-11", "total".
[[nodiscard]] std::string window_name(Window window, std::int64_t number);

/// How long a window's counter is of interest; zero: for ever.
[[nodiscard]] std::chrono::seconds window_kept(Window window);

[[nodiscard]] std::string_view name_of(Window window);

}  // namespace patchbay::access
