#include "paths.hpp"

#include <charconv>
#include <stdexcept>

namespace patchbay::field_mapping {

namespace json = boost::json;

namespace {

using Visit = std::function<void(json::value&, std::string_view)>;

void walk(json::value& here, const std::vector<std::string>& steps, std::size_t depth, bool must_exist, const Visit& visit) {
  const std::string& step = steps[depth];
  const bool last = depth + 1 == steps.size();
  const auto take = [&](std::string_view name) {
    if (last) {
      if (!must_exist || part_of(here, name) != nullptr) visit(here, name);
    } else if (json::value* part = part_of(here, name)) {
      walk(*part, steps, depth + 1, must_exist, visit);
    }
  };
  if (step != "*") {
    if (here.is_object() || part_of(here, step) != nullptr) take(step);
    return;
  }
  // Names first, visits after: a visit may rename or remove what it is shown.
  std::vector<std::string> names;
  if (here.is_object())
    for (const auto& member : here.get_object()) names.emplace_back(member.key());
  else if (here.is_array())
    for (std::size_t i = here.get_array().size(); i > 0; --i) names.push_back(std::to_string(i - 1));
  for (const std::string& name : names) take(name);
}

bool leads_somewhere(const json::value& here, const std::vector<std::string>& steps, std::size_t depth) {
  if (depth == steps.size()) return true;
  if (steps[depth] != "*") {
    const json::value* const part = part_of(here, steps[depth]);
    return part != nullptr && leads_somewhere(*part, steps, depth + 1);
  }
  if (here.is_object())
    for (const auto& member : here.get_object())
      if (leads_somewhere(member.value(), steps, depth + 1)) return true;
  if (here.is_array())
    for (const json::value& element : here.get_array())
      if (leads_somewhere(element, steps, depth + 1)) return true;
  return false;
}

}  // namespace

json::value* part_of(json::value& holder, std::string_view step) {
  return const_cast<json::value*>(part_of(static_cast<const json::value&>(holder), step));
}

const json::value* part_of(const json::value& holder, std::string_view step) {
  if (holder.is_object()) return holder.get_object().if_contains(step);
  if (!holder.is_array()) return nullptr;
  std::size_t index = 0;
  const auto parsed = std::from_chars(step.data(), step.data() + step.size(), index);
  return parsed.ec == std::errc() && parsed.ptr == step.data() + step.size() ? holder.get_array().if_contains(index) : nullptr;
}

Path::Path(std::string_view text) {
  std::string step;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      step += text[++i];
    } else if (text[i] == '.') {
      steps_.push_back(std::exchange(step, {}));
    } else {
      step += text[i];
    }
  }
  steps_.push_back(std::move(step));
  for (const std::string& one : steps_)
    if (one.empty()) throw std::invalid_argument("the path '" + std::string(text) + "' has an empty step");
}

void Path::each(json::value& root, const Visit& visit) const { walk(root, steps_, 0, true, visit); }

void Path::each_holder(json::value& root, const Visit& visit) const { walk(root, steps_, 0, false, visit); }

bool Path::exists(const json::value& root) const { return leads_somewhere(root, steps_, 0); }

}  // namespace patchbay::field_mapping
