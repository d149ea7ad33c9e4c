#include "monitoring/prometheus_text.hpp"

#include <charconv>
#include <cmath>

namespace patchbay::monitoring {

void PrometheusText::metric(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void PrometheusText::sample(Labels labels, std::uint64_t value) { line({}, labels, {}, std::to_string(value)); }

void PrometheusText::histogram(Labels labels, std::span<const double> bounds, std::span<const std::uint64_t> counts, double sum) {
  std::uint64_t up_to_here = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    up_to_here += counts[i];
    line("_bucket", labels, i < bounds.size() ? text_of(bounds[i]) : "+Inf", std::to_string(up_to_here));
  }
  line("_sum", labels, {}, text_of(sum));
  line("_count", labels, {}, std::to_string(up_to_here));
}

std::string PrometheusText::text_of(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char digits[32];
  return {digits, std::to_chars(std::begin(digits), std::end(digits), value).ptr};
}

void PrometheusText::label(std::string_view name, std::string_view content, char& separator) {
  text_ += std::exchange(separator, ',');
  text_.append(name).append("=\"");
  for (const char c : content) {
    if (c == '\\' || c == '"') text_ += '\\';
    if (c == '\n')
      text_ += "\\n";
    else
      text_ += c;
  }
  text_ += '"';
}

void PrometheusText::line(std::string_view suffix, Labels labels, std::string_view bound, std::string_view value) {
  text_.append(name_).append(suffix);
  char separator = '{';
  for (const auto& [name, content] : labels) label(name, content, separator);
  if (!bound.empty()) label("le", bound, separator);
  text_.append(separator == ',' ? "} " : " ").append(value).append("\n");
}

}  // namespace patchbay::monitoring
