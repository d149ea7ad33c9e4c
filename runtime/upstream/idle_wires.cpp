#include "upstream/idle_wires.hpp"

#include <algorithm>

namespace patchbay::upstream {

namespace {

// TLS 1.3 sends session tickets at any time: bytes, but no data. Data, the end or an error means that the connection is over.
bool is_quiet(Wire& wire) {
  std::array<char, Wire::headroom + 256> scratch;
  std::span<char> bytes;
  return wire.read(scratch, bytes) == Wire::Status::wants_bytes;
}

}  // namespace

WirePtr IdleWires::take(Clock::time_point oldest) {
  if (wires_.empty()) return nullptr;
  if (wires_.back().since < oldest) {
    clear();
    return nullptr;
  }
  WirePtr wire = std::move(wires_.back().wire);
  wires_.pop_back();
  wire->listen(nullptr);
  return wire;
}

void IdleWires::give(WirePtr wire, Clock::time_point now) {
  if (wires_.size() >= limit_ || !is_quiet(*wire)) return wire->close();
  wire->listen(this);
  wire->await_bytes();
  wires_.push_back({std::move(wire), now});
}

void IdleWires::expire(Clock::time_point oldest) {
  const auto first_young = std::find_if(wires_.begin(), wires_.end(), [oldest](const Entry& entry) { return entry.since >= oldest; });
  for (auto it = wires_.begin(); it != first_young; ++it) it->wire->close();
  wires_.erase(wires_.begin(), first_young);
}

void IdleWires::clear() {
  for (const Entry& entry : wires_) entry.wire->close();
  wires_.clear();
}

void IdleWires::on_readable(Wire& wire) {
  if (is_quiet(wire)) return wire.await_bytes();
  const auto entry = std::find_if(wires_.begin(), wires_.end(), [&wire](const Entry& other) { return other.wire.get() == &wire; });
  wire.close();
  if (entry != wires_.end()) wires_.erase(entry);
}

}  // namespace patchbay::upstream
