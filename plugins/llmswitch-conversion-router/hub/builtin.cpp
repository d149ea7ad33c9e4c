#include "hub/builtin.hpp"

#include <algorithm>

namespace patchbay::conversion {

std::vector<std::string_view> Builtin::given() const {
  std::vector<std::string_view> names;
  const auto add = [&names](std::string_view name, bool said) {
    if (said) names.push_back(name);
  };
  add("allowed_domains", !allowed_domains.empty());
  add("blocked_domains", !blocked_domains.empty());
  add("user_location", !location.empty());
  add("search_context_size", !context_size.empty());
  add("max_uses", max_uses.has_value());
  for (const std::string& option : options) names.push_back(option);
  return names;
}

void report_options(const Builtin& tool, std::string_view type, std::initializer_list<std::string_view> taken, Fidelity& fidelity) {
  for (const std::string_view option : tool.given()) {
    if (std::find(taken.begin(), taken.end(), option) != taken.end()) continue;
    fidelity.lost("tools." + std::string(type) + "." + std::string(option), "the provider's own tool has no such option");
  }
}

}  // namespace patchbay::conversion
