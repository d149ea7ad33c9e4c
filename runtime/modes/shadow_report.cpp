#include "modes/shadow_report.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "monitoring/prometheus_text.hpp"

namespace patchbay::modes {

namespace json = boost::json;

namespace {

constexpr std::size_t most_paths = 500;
constexpr const char* other_paths = "(others)";
constexpr std::array<std::string_view, dropped_kinds> reasons{"too_large", "no_room", "queue_full", "client_left", "unfinished"};

}  // namespace

std::string_view name_of(Dropped why) { return reasons[static_cast<std::size_t>(why)]; }

ShadowExchange::~ShadowExchange() { room.give_back(bytes); }

bool ShadowExchange::reserve(std::size_t more) {
  if (bytes + more > settings->max_exchange_bytes || !room.take(more, settings->max_bytes)) return false;
  bytes += more;
  return true;
}

bool ShadowRoom::take(std::size_t bytes, std::uint64_t limit) {
  if (held_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limit) return true;
  give_back(bytes);
  return false;
}

void ShadowReport::different(const std::vector<Difference>& differences, json::object sample, std::size_t keep) {
  different_.fetch_add(1, std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  for (const Difference& difference : differences) {
    const std::string path = general_path(difference.path);
    ++paths_[paths_.size() < most_paths || paths_.contains(path) ? path : other_paths];
  }
  samples_.push_back(std::move(sample));
  while (samples_.size() > keep) samples_.pop_front();
}

json::object ShadowReport::describe() const {
  json::object dropped;
  for (std::size_t i = 0; i < dropped_kinds; ++i) dropped[reasons[i]] = dropped_[i].load(std::memory_order_relaxed);
  const std::uint64_t equal = equal_.load(std::memory_order_relaxed);
  const std::uint64_t different = different_.load(std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  json::object paths;
  for (const auto& [path, count] : paths_) paths[path] = count;
  return {{"compared", equal + different}, {"equal", equal},
          {"different", different},        {"dropped", std::move(dropped)},
          {"paths", std::move(paths)},     {"samples", json::array(samples_.begin(), samples_.end())}};
}

std::string ShadowReport::text() const {
  std::string text = fmt::format("{} compared: {} equal, {} different\n", equal_ + different_, equal_.load(), different_.load());
  for (std::size_t i = 0; i < dropped_kinds; ++i)
    if (const std::uint64_t count = dropped_[i]; count > 0) text += fmt::format("not compared: {} {}\n", count, reasons[i]);
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::string, std::uint64_t>> paths(paths_.begin(), paths_.end());
  std::stable_sort(paths.begin(), paths.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  if (!paths.empty()) text += "differences by path:\n";
  for (const auto& [path, count] : paths) text += fmt::format("  {:>8}  {}\n", count, path);
  if (!samples_.empty()) text += fmt::format("the newest {} exchanges that differ are in the JSON (--format json)\n", samples_.size());
  return text;
}

void ShadowReport::add_metrics(monitoring::PrometheusText& text) const {
  text.metric("patchbay_shadow_compared_total", "counter", "Requests whose answers of V1 and V2 were compared, by outcome.");
  text.sample({{"outcome", "equal"}}, equal_.load(std::memory_order_relaxed));
  text.sample({{"outcome", "different"}}, different_.load(std::memory_order_relaxed));
  text.metric("patchbay_shadow_dropped_total", "counter", "Copies that were not compared, by reason.");
  for (std::size_t i = 0; i < dropped_kinds; ++i) text.sample({{"reason", reasons[i]}}, dropped_[i].load(std::memory_order_relaxed));
}

}  // namespace patchbay::modes
