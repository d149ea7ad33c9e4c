#include "monitoring/access_log.hpp"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <boost/json/object.hpp>
#include <cmath>

#include "monitoring/notes_json.hpp"
#include "monitoring/timestamp.hpp"
#include "patchbay/plain_json.hpp"

namespace patchbay::monitoring {

namespace {

constexpr std::size_t longest_queue = 16'384;
constexpr std::chrono::milliseconds gathering_time{50};

/// What a client sent, on one line and without what a terminal would act on.
std::string harmless(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (const char c : text) clean += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return clean;
}

std::string or_dash(std::string_view text) { return text.empty() ? "-" : harmless(text); }

}  // namespace

std::string access_line(const RequestNotes& notes) {
  const double milliseconds = std::chrono::duration<double, std::milli>(notes.duration()).count();
  const double first_byte = std::chrono::duration<double, std::milli>(notes.time_to_first_byte()).count();
  std::string line = fmt::format("{} {} {} {} model={} route={} target={} {:.1f}ms first={:.1f}ms in={} out={}{} id={}",
                                 timestamp(notes.began_at), notes.status, or_dash(notes.method), or_dash(notes.path), or_dash(notes.model),
                                 or_dash(notes.route), or_dash(notes.target), milliseconds, first_byte, notes.bytes_in, notes.bytes_out,
                                 notes.stream ? fmt::format(" events={}", notes.events) : "", or_dash(notes.id));
  if (notes.usage.total() > 0) line += fmt::format(" tokens={}/{}", notes.usage.input_tokens, notes.usage.output_tokens);
  if (notes.cost) line += fmt::format(" cost={:.9f}", notes.money());
  if (notes.outcome == Outcome::disconnected) line += " client left";
  if (notes.failure) line += fmt::format(" {}: {}", patchbay::name_of(notes.failure->kind), harmless(notes.failure->message));
  return line;
}

std::string access_json(const RequestNotes& notes) { return plain_json(summary_of(notes)); }

AccessLog::AccessLog(const config::AccessLogSettings& settings, Write write)
    : json_(settings.format == "json"),
      success_ratio_(settings.success_ratio),
      write_(std::move(write)),
      worker_({"access-log", longest_queue, gathering_time},
              [this](std::vector<std::shared_ptr<const RequestNotes>>&& batch) { this->write(batch); }) {}

void AccessLog::ended(const std::shared_ptr<const RequestNotes>& notes) {
  if (success_ratio_ < 1.0 && notes->outcome == Outcome::completed && notes->status < 400) {
    // Evenly spread: the line is due when the whole part of turn × ratio grows.
    const auto turn = static_cast<double>(turn_.fetch_add(1, std::memory_order_relaxed));
    if (std::floor((turn + 1) * success_ratio_) == std::floor(turn * success_ratio_)) return;
  }
  worker_.push(notes);
}

void AccessLog::write(const std::vector<std::shared_ptr<const RequestNotes>>& batch) {
  for (const auto& notes : batch) {
    try {
      write_(json_ ? access_json(*notes) : access_line(*notes));
      failing_ = false;
    } catch (const std::runtime_error& error) {
      failed_.fetch_add(1, std::memory_order_relaxed);
      if (!std::exchange(failing_, true)) spdlog::error("the access log cannot be written: {}", error.what());
    }
  }
}

}  // namespace patchbay::monitoring
