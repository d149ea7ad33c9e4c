#include "monitoring/diff_text.hpp"

#include <spdlog/fmt/fmt.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "patchbay/plain_json.hpp"

namespace patchbay::monitoring {

namespace json = boost::json;

namespace {

constexpr std::size_t longest_shown = 160;

}  // namespace

std::string shortened(const json::value& value) {
  std::string text = plain_json(value);
  if (text.size() <= longest_shown) return text;
  std::size_t end = longest_shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not within a character
  return text.substr(0, end) + fmt::format("… ({} bytes)", text.size());
}

std::string diff_text(std::string_view what, const json::value& diff) {
  if (!diff.is_array()) return {};
  if (diff.get_array().empty()) return fmt::format("      {}: as it was\n", what);
  std::string text;
  for (const json::value& change : diff.get_array()) {
    const std::string_view op = change.at("op").get_string();
    text += fmt::format("      {}: {}", what, op);
    if (op != "more") text += " " + std::string(change.at("path").get_string());
    if (const auto* const before = change.get_object().if_contains("before")) text += " " + shortened(*before);
    if (const auto* const after = change.get_object().if_contains("after")) text += (op == "replace" ? " -> " : " ") + shortened(*after);
    text += '\n';
  }
  return text;
}

}  // namespace patchbay::monitoring
