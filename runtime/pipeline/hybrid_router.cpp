#include "pipeline/hybrid_router.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <stdexcept>

#include "patchbay/plain_json.hpp"
#include "pipeline/condition.hpp"

namespace patchbay::pipeline {

namespace {

template <class Range, class Value>
bool contains(const Range& range, const Value& value) {
  return std::find(std::begin(range), std::end(range), value) != std::end(range);
}

bool allows(const config::Pattern& pattern, const std::string& protocol, Operation operation) {
  return (pattern.protocols.empty() || contains(pattern.protocols, protocol)) &&
         (pattern.operations.empty() || contains(pattern.operations, name_of(operation)));
}

/// Besides protocols and operations.
bool asks_only_for_model(const config::Pattern& pattern) {
  return !pattern.category && !pattern.stream && !pattern.has_tools && !pattern.has_images && !pattern.thinking && !pattern.min_tokens &&
         !pattern.max_tokens && pattern.headers.empty() && pattern.custom.empty();
}

std::string yes_or_no(bool value) { return value ? "true" : "false"; }

bool same_number_or_value(const boost::json::value& left, const boost::json::value& right) {
  if (left.is_number() && right.is_number()) return left.to_number<double>() == right.to_number<double>();
  return left == right;
}

}  // namespace

void HybridRouter::add(const config::Route& route, Capability capability) {
  const auto rank = static_cast<std::uint32_t>(entries_.size());
  Entry entry{route.enabled, route.pattern, std::move(capability), {}};
  for (const auto& [name, expression] : route.pattern.headers) entry.headers.emplace_back(name, compile_expression(expression));
  if (route.pattern.model)
    models_.add(rank, *route.pattern.model);
  else
    any_model_.push_back(rank);
  entries_.push_back(std::move(entry));
}

template <class Look>
void HybridRouter::each_for(const std::string& model, Look&& look) const {
  thread_local std::vector<std::uint32_t> by_model;
  by_model.clear();
  if (!models_.empty()) models_.find(model, by_model);
  std::sort(by_model.begin(), by_model.end());

  // Both lists rise: merge them.
  auto named = by_model.begin();
  auto any = any_model_.begin();
  while (named != by_model.end() || any != any_model_.end()) {
    const bool take_named = any == any_model_.end() || (named != by_model.end() && *named < *any);
    if (look(take_named ? *named++ : *any++)) return;
  }
}

std::optional<std::size_t> HybridRouter::match(const RequestFacts& facts) const {
  std::optional<std::size_t> found;
  each_for(facts.model(), [&](std::uint32_t rank) {
    if (holds(entries_[rank], facts)) found = rank;
    return found.has_value();
  });
  return found;
}

std::vector<std::size_t> HybridRouter::open_to(const std::string& model) const {
  std::vector<std::size_t> ranks;
  std::vector<std::pair<std::string, Operation>> taken;  // all of these
  each_for(model, [&](std::uint32_t rank) {
    const Entry& entry = entries_[rank];
    if (!entry.enabled) return false;
    bool has_some = false;
    for (const std::string& protocol : entry.capability.protocols)
      for (const Operation operation : entry.capability.operations) {
        if (!allows(entry.pattern, protocol, operation) || contains(taken, std::pair(protocol, operation))) continue;
        has_some = true;
        if (asks_only_for_model(entry.pattern)) taken.emplace_back(protocol, operation);
      }
    if (has_some) ranks.push_back(rank);
    return false;
  });
  return ranks;
}

bool HybridRouter::holds(const Entry& entry, const RequestFacts& facts) const {
  const Request& request = facts.request();
  const config::Pattern& pattern = entry.pattern;
  return entry.enabled && contains(entry.capability.protocols, request.protocol) &&
         contains(entry.capability.operations, request.operation) && allows(pattern, request.protocol, request.operation) &&
         (!pattern.stream || *pattern.stream == facts.stream()) &&              //
         (!pattern.has_tools || *pattern.has_tools == facts.has_tools()) &&     //
         (!pattern.thinking || *pattern.thinking == facts.thinking()) &&        //
         (!pattern.has_images || *pattern.has_images == facts.has_images()) &&  //
         (!pattern.min_tokens || facts.estimated_tokens() >= *pattern.min_tokens) &&
         (!pattern.max_tokens || facts.estimated_tokens() <= *pattern.max_tokens) &&
         (!pattern.category || *pattern.category == category_of(facts)) &&
         ((entry.headers.empty() && pattern.custom.empty()) || unmet(entry, facts).empty());
}

std::string HybridRouter::unmet(const Entry& entry, const RequestFacts& facts) const {
  const Request& request = facts.request();
  const config::Pattern& pattern = entry.pattern;
  const std::string operation(name_of(request.operation));
  if (!entry.enabled) return "it is disabled";
  if (!contains(entry.capability.protocols, request.protocol)) return "its modules do not speak " + request.protocol;
  if (!contains(entry.capability.operations, request.operation)) return "its provider does not offer the operation " + operation;
  if (!pattern.protocols.empty() && !contains(pattern.protocols, request.protocol)) return "pattern.protocol excludes " + request.protocol;
  if (!pattern.operations.empty() && !contains(pattern.operations, operation)) return "pattern.operation excludes " + operation;
  if (pattern.category && *pattern.category != category_of(facts))
    return "pattern.category wants " + *pattern.category + ", this is " + std::string(category_of(facts));
  if (pattern.stream && *pattern.stream != facts.stream()) return "pattern.stream wants " + yes_or_no(*pattern.stream);
  if (pattern.has_tools && *pattern.has_tools != facts.has_tools()) return "pattern.has_tools wants " + yes_or_no(*pattern.has_tools);
  if (pattern.thinking && *pattern.thinking != facts.thinking()) return "pattern.thinking wants " + yes_or_no(*pattern.thinking);
  if (pattern.has_images && *pattern.has_images != facts.has_images()) return "pattern.has_images wants " + yes_or_no(*pattern.has_images);
  const std::uint64_t tokens = facts.estimated_tokens();
  if (pattern.min_tokens && tokens < *pattern.min_tokens)
    return "pattern.min_tokens wants at least " + std::to_string(*pattern.min_tokens) + ", estimated are " + std::to_string(tokens);
  if (pattern.max_tokens && tokens > *pattern.max_tokens)
    return "pattern.max_tokens allows " + std::to_string(*pattern.max_tokens) + ", estimated are " + std::to_string(tokens);
  for (const auto& [name, expression] : entry.headers) {
    const auto value = request.headers.find(name);
    if (!value) return "pattern.headers wants a header " + name;
    if (!re2::RE2::PartialMatch(re2::StringPiece(value->data(), value->size()), *expression))
      return "the header " + name + " does not match '" + expression->pattern() + "'";
  }
  for (const auto& [path, wanted] : pattern.custom)
    if (!same_number_or_value(field_value(facts, "body." + path), wanted)) return "body." + path + " is not " + plain_json(wanted);
  return {};
}

std::string HybridRouter::why_not(std::size_t rank, const RequestFacts& facts) const {
  const Entry& entry = entries_[rank];
  if (entry.enabled && entry.pattern.model && !ModelIndex::matches(*entry.pattern.model, facts.model()))
    return "the model '" + facts.model() + "' does not match '" + *entry.pattern.model + "'";
  return unmet(entry, facts);
}

}  // namespace patchbay::pipeline
