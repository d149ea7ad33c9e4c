#include "variables.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace patchbay::prompt_template {

namespace json = boost::json;

namespace {

constexpr std::string_view in_body = "body.";
constexpr std::string_view in_header = "header.";

const json::value* find(const json::value& body, std::string_view path) {
  const json::value* at = &body;
  while (at != nullptr && !path.empty()) {
    const std::size_t dot = path.find('.');
    at = at->is_object() ? at->get_object().if_contains(path.substr(0, dot)) : nullptr;
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return at;
}

}  // namespace

bool is_source(std::string_view from) {
  return from == "model" || (from.starts_with(in_body) && from.size() > in_body.size()) ||
         (from.starts_with(in_header) && from.size() > in_header.size());
}

std::optional<std::string> value_at(std::string_view from, const Request& request) {
  if (from == "model") return request.model().empty() ? std::nullopt : std::optional(request.model());
  if (from.starts_with(in_header)) {
    const auto value = request.headers.find(from.substr(in_header.size()));
    return value ? std::optional(std::string(*value)) : std::nullopt;
  }
  const json::value* const value = find(request.body.read(), from.substr(in_body.size()));
  if (value == nullptr || value->is_null()) return std::nullopt;
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

Variable::Variable(const VariableConfig& config, const std::string& pointer, std::vector<config::Fault>& faults)
    : from_(config.from), default_(config.default_) {
  if (!from_.empty() && !is_source(from_))
    faults.push_back({pointer + "/from", "is '" + from_ + "'; write body.DOTTED.PATH, header.NAME or model"});
  if (from_.empty() && !default_) faults.push_back({pointer, "needs 'from' or 'default'"});
  if (config.pattern.empty()) return;
  pattern_ = std::make_unique<re2::RE2>(config.pattern, re2::RE2::Quiet);
  if (!pattern_->ok()) faults.push_back({pointer + "/pattern", "is not a regular expression that RE2 takes: " + pattern_->error()});
}

std::string Variable::value(const Request& request, std::string& refused) const {
  std::optional<std::string> value;
  if (!from_.empty()) value = value_at(from_, request);
  if (value && pattern_ && !re2::RE2::FullMatch(*value, *pattern_)) {
    refused = "what the request says at " + from_ + " does not match " + pattern_->pattern();
    return {};
  }
  if (!value && !default_) refused = "the request says nothing at " + from_ + ", and there is no default";
  return value ? *value : default_.value_or("");
}

}  // namespace patchbay::prompt_template
