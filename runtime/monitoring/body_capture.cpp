#include "monitoring/body_capture.hpp"

#include <re2/re2.h>

#include <stdexcept>

#include "monitoring/redaction.hpp"

namespace patchbay::monitoring {

BodyCapture::BodyCapture(std::uint64_t max_bytes, const std::vector<std::string>& redact, std::uint32_t stage_events)
    : max_bytes_(max_bytes), stage_events_(stage_events) {
  for (const std::string& pattern : redact) {
    redact_.push_back(std::make_unique<const re2::RE2>(pattern, re2::RE2::Quiet));
    if (!redact_.back()->ok()) throw std::invalid_argument("'" + pattern + "' is no regular expression: " + redact_.back()->error());
  }
}

BodyCapture::~BodyCapture() = default;

std::string BodyCapture::keep(std::string_view body) const {
  if (body.size() > max_bytes_) return "(" + std::to_string(body.size()) + " bytes, more than [debug] max_body_bytes)";
  std::string kept(body);
  for (const auto& pattern : redact_) re2::RE2::GlobalReplace(&kept, *pattern, redaction_mark);
  return kept;
}

bool BodyCapture::append(std::string& kept, std::string_view name, std::string_view data) const {
  if (!fits(kept.size() + name.size() + data.size())) return false;
  if (!name.empty()) kept.append("event: ").append(name).append("\n");
  kept.append("data: ");
  for (const char c : keep(data)) c == '\n' ? kept.append("\ndata: ") : kept.append(1, c);
  kept.append("\n\n");
  return true;
}

}  // namespace patchbay::monitoring
