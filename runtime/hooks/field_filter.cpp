#include "hooks/field_filter.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <stdexcept>

#include "patchbay/plain_json.hpp"

namespace patchbay::hooks {

FieldFilter::FieldFilter(const std::map<std::string, std::string>& patterns) {
  for (const auto& [name, pattern] : patterns) {
    auto compiled = std::make_unique<re2::RE2>(pattern, re2::RE2::Quiet);
    if (!compiled->ok()) throw std::invalid_argument(name + ": '" + pattern + "' is no regular expression: " + compiled->error());
    fields_.push_back({name, std::move(compiled)});
  }
}

FieldFilter::~FieldFilter() = default;
FieldFilter::FieldFilter(FieldFilter&&) noexcept = default;
FieldFilter& FieldFilter::operator=(FieldFilter&&) noexcept = default;

bool FieldFilter::takes(const boost::json::object& data) const {
  return std::all_of(fields_.begin(), fields_.end(), [&](const Field& field) {
    const boost::json::value* const value = data.if_contains(field.name);
    if (value == nullptr) return false;
    return re2::RE2::PartialMatch(plain_text(*value), *field.pattern);
  });
}

}  // namespace patchbay::hooks
