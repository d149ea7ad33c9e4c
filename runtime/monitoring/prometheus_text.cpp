#include "monitoring/prometheus_text.hpp"

namespace patchbay::monitoring {

void PrometheusText::metric(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " " + std::string(type) + "\n";
}

void PrometheusText::sample(Labels labels, std::uint64_t value) {
  text_ += name_;
  char separator = '{';
  for (const auto& [label, content] : labels) {
    text_ += separator;
    text_ += label;
    text_ += "=\"";
    for (const char c : content) {
      if (c == '\\' || c == '"') text_ += '\\';
      if (c == '\n')
        text_ += "\\n";
      else
        text_ += c;
    }
    text_ += '"';
    separator = ',';
  }
  text_ += (separator == ',' ? "} " : " ") + std::to_string(value) + "\n";
}

}  // namespace patchbay::monitoring
