#include "monitoring/performance.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <vector>

#include "monitoring/milliseconds.hpp"

namespace patchbay::monitoring {

namespace json = boost::json;

namespace {

constexpr std::size_t most_lines = 512;
constexpr char before_target = '\x1f';
constexpr std::string_view those_beyond = "other";

double share_of(double part, double whole) { return whole > 0 ? std::round(part / whole * 10'000.0) / 10'000.0 : 0.0; }

json::object quantiles_of(const Quantiles& quantiles) {
  return {{"p50", milliseconds(quantiles.at(0.5))}, {"p95", milliseconds(quantiles.at(0.95))}, {"p99", milliseconds(quantiles.at(0.99))}};
}

std::string cell(double value) { return value < 10 ? fmt::format("{:.2f}", value) : fmt::format("{:.0f}", value); }

std::string table(std::string_view title, const json::array& lines, bool stages) {
  if (lines.empty()) return {};
  std::size_t width = title.size();
  for (const json::value& line : lines) width = std::max(width, line.at("name").get_string().size());
  std::string text = fmt::format("\n{:<{}} {:>9} {:>7} {:>7} {:>9} {:>9} {:>9}{}\n", title, width, stages ? "calls" : "requests",
                                 stages ? "time" : "share", stages ? "" : "errors", "p50 ms", "p95 ms", "p99 ms",
                                 stages ? "" : "   first byte p50       p95");
  for (const json::value& line : lines) {
    const json::value& duration = line.at("duration_ms");
    text += fmt::format("{:<{}} {:>9} {:>6.1f}% {:>7} {:>9} {:>9} {:>9}", std::string_view(line.at("name").get_string()), width,
                        line.at("count").to_number<std::uint64_t>(), line.at("share").to_number<double>() * 100.0,
                        stages ? "" : std::to_string(line.at("errors").to_number<std::uint64_t>()),
                        cell(duration.at("p50").to_number<double>()), cell(duration.at("p95").to_number<double>()),
                        cell(duration.at("p99").to_number<double>()));
    if (!stages)
      text += fmt::format("{:>17} {:>9}", cell(line.at("first_byte_ms").at("p50").to_number<double>()),
                          cell(line.at("first_byte_ms").at("p95").to_number<double>()));
    text += '\n';
  }
  return text;
}

}  // namespace

void Performance::Line::add(const Line& other) {
  duration += other.duration;
  first_byte += other.first_byte;
  errors += other.errors;
}

void Performance::Slice::add(const Slice& other) {
  for (const auto& [name, line] : other.ways) ways[name].add(line);
  for (const auto& [name, line] : other.stages) stages[name].add(line);
  input_tokens += other.input_tokens;
  output_tokens += other.output_tokens;
}

Performance::Line& Performance::line_of(Lines& lines, std::string_view name) {
  const auto found = lines.find(name);
  if (found != lines.end()) return found->second;
  return lines[lines.size() < most_lines ? std::string(name) : std::string(those_beyond)];
}

void Performance::ended(const std::shared_ptr<const RequestNotes>& notes) {
  const Clock::time_point now = now_();
  const std::lock_guard lock(mutex_);
  if (slices_.empty() || now - slices_.back().begin >= slice) {
    slices_.emplace_back().begin = now;
    while (now - slices_.front().begin > longest_memory + slice) slices_.pop_front();
  }
  Slice& slice_now = slices_.back();
  name_.assign(notes->route.empty() ? "(no route)" : std::string_view(notes->route));
  if (!notes->target.empty()) name_.append(1, before_target).append(notes->target).append(" (").append(notes->provider).append(")");
  Line& line = line_of(slice_now.ways, name_);
  line.duration.observe(notes->duration());
  if (notes->first_byte != RequestNotes::Instant{}) line.first_byte.observe(notes->time_to_first_byte());
  if (notes->failure) ++line.errors;
  for (const AttemptNotes& attempt : notes->attempts)
    for (const StageNotes& stage : attempt.stages) line_of(slice_now.stages, stage.type).duration.observe(stage.request + stage.response);
  slice_now.input_tokens += notes->usage.input_tokens;
  slice_now.output_tokens += notes->usage.output_tokens;
}

json::value Performance::report(std::chrono::seconds since) const {
  Slice sum;
  const Clock::time_point now = now_();
  {
    const std::lock_guard lock(mutex_);
    for (auto it = slices_.rbegin(); it != slices_.rend() && now - it->begin <= since; ++it) sum.add(*it);
  }
  const Clock::duration window = std::min({Clock::duration(since), Clock::duration(longest_memory), now - begin_});
  const double seconds = std::max(std::chrono::duration<double>(window).count(), 1.0);
  Line all;
  Lines routes, targets;
  for (const auto& [way, line] : sum.ways) {
    const std::size_t end = way.find(before_target);
    all.add(line);
    routes[way.substr(0, end)].add(line);
    if (end != std::string::npos) targets[way.substr(end + 1)].add(line);
  }
  const auto requests = static_cast<double>(all.duration.count());
  double stage_time = 0;
  for (const auto& [name, line] : sum.stages) stage_time += static_cast<double>(line.duration.sum().count());

  const auto list = [&](const Lines& lines, bool stages) {
    std::vector<const Lines::value_type*> order;
    for (const auto& line : lines) order.push_back(&line);
    std::stable_sort(order.begin(), order.end(), [&](const auto* a, const auto* b) {
      return stages ? a->second.duration.sum() > b->second.duration.sum() : a->second.duration.count() > b->second.duration.count();
    });
    json::array shown;
    for (const auto* const named : order) {
      const Line& line = named->second;
      const auto count = static_cast<double>(line.duration.count());
      json::object one{
          {"name", named->first},
          {"count", line.duration.count()},
          {"share", stages ? share_of(static_cast<double>(line.duration.sum().count()), stage_time) : share_of(count, requests)},
          {"duration_ms", quantiles_of(line.duration)}};
      if (!stages) {
        one["errors"] = line.errors;
        one["first_byte_ms"] = quantiles_of(line.first_byte);
      }
      shown.push_back(std::move(one));
    }
    return shown;
  };
  return json::object{{"seconds", std::round(seconds)},
                      {"requests", all.duration.count()},
                      {"errors", all.errors},
                      {"requests_per_second", std::round(requests / seconds * 100.0) / 100.0},
                      {"input_tokens", sum.input_tokens},
                      {"output_tokens", sum.output_tokens},
                      {"duration_ms", quantiles_of(all.duration)},
                      {"first_byte_ms", quantiles_of(all.first_byte)},
                      {"routes", list(routes, false)},
                      {"targets", list(targets, false)},
                      {"stages", list(sum.stages, true)}};
}

std::string performance_text(const json::value& report) {
  std::string text = fmt::format(
      "the last {:.0f} s: {} requests, {} a second, {} errors; p50 {} ms, p99 {} ms; first byte p50 {} ms; tokens in {}, out {}\n",
      report.at("seconds").to_number<double>(), report.at("requests").to_number<std::uint64_t>(),
      report.at("requests_per_second").to_number<double>(), report.at("errors").to_number<std::uint64_t>(),
      cell(report.at("duration_ms").at("p50").to_number<double>()), cell(report.at("duration_ms").at("p99").to_number<double>()),
      cell(report.at("first_byte_ms").at("p50").to_number<double>()), report.at("input_tokens").to_number<std::uint64_t>(),
      report.at("output_tokens").to_number<std::uint64_t>());
  text += table("route", report.at("routes").get_array(), false);
  text += table("target", report.at("targets").get_array(), false);
  text += table("stage (its own time)", report.at("stages").get_array(), true);
  return text;
}

}  // namespace patchbay::monitoring
