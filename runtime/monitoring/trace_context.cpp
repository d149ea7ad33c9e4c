#include "monitoring/trace_context.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <random>

namespace patchbay::monitoring {

namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr std::size_t trace_id_size = 32;
constexpr std::size_t span_id_size = 16;

bool is_hex(std::string_view text) { return text.find_first_not_of(digits) == std::string_view::npos; }

bool is_id(std::string_view text, std::size_t size) {
  return text.size() == size && is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

void append_random(std::string& out) {
  thread_local std::mt19937_64 random = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  const std::uint64_t number = random() | 1;
  for (int shift = 60; shift >= 0; shift -= 4) out += digits[number >> shift & 15];
}

}  // namespace

std::optional<TraceContext> parse_traceparent(std::string_view header) {
  // version "-" trace-id "-" parent-id "-" trace-flags, and for versions to come perhaps "-" and more
  constexpr std::size_t size = 2 + 1 + trace_id_size + 1 + span_id_size + 1 + 2;
  if (header.size() < size || header[2] != '-' || header[35] != '-' || header[52] != '-') return std::nullopt;
  const std::string_view version = header.substr(0, 2);
  if (!is_hex(version) || version == "ff") return std::nullopt;
  if (header.size() > size && (version == "00" || header[size] != '-')) return std::nullopt;
  const std::string_view trace_id = header.substr(3, trace_id_size);
  const std::string_view parent = header.substr(36, span_id_size);
  const std::string_view flags = header.substr(53, 2);
  if (!is_id(trace_id, trace_id_size) || !is_id(parent, span_id_size) || !is_hex(flags)) return std::nullopt;
  TraceContext context;
  context.trace_id = trace_id;
  context.parent = parent;
  context.sampled = (digits.find(flags[1]) & 1) != 0;
  return context;
}

std::string write_traceparent(const TraceContext& context, std::string_view span_id) {
  return std::string("00-").append(context.trace_id).append("-").append(span_id).append(context.sampled ? "-01" : "-00");
}

std::string make_trace_id() {
  std::string id;
  id.reserve(trace_id_size);
  append_random(id);
  append_random(id);
  return id;
}

std::string make_span_id() {
  std::string id;
  append_random(id);
  return id;
}

bool is_sampled(std::string_view trace_id, double ratio) {
  if (ratio >= 1.0) return true;
  if (ratio <= 0.0 || trace_id.size() < trace_id_size) return false;
  // The last seven bytes are random (Trace Context level 2, section 2.2.1); OpenTelemetry's consistent sampling takes the same ones.
  std::uint64_t number = 0;
  const std::string_view tail = trace_id.substr(trace_id.size() - 14);
  std::from_chars(tail.data(), tail.data() + tail.size(), number, 16);
  return static_cast<double>(number) < ratio * static_cast<double>(std::uint64_t{1} << 56);
}

}  // namespace patchbay::monitoring
