#include "rules.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <stdexcept>

namespace patchbay::field_mapping {

namespace json = boost::json;

namespace {

std::optional<json::value> to_number(std::string_view text) {
  json::error_code fault;
  json::value parsed = json::parse(text, fault);
  if (fault || !parsed.is_number()) return std::nullopt;
  return parsed;
}

/// The converted value; nothing if there is no sensible one, and then the value stays.
std::optional<json::value> converted(const json::value& value, Conversion type) {
  switch (type) {
    case Conversion::string:
      if (value.is_string() || value.is_null()) return std::nullopt;
      return json::value(json::serialize(value));
    case Conversion::number:
      if (value.is_bool()) return json::value(value.get_bool() ? 1 : 0);
      return value.is_string() ? to_number(value.get_string()) : std::nullopt;
    case Conversion::boolean:
      if (value.is_number()) return json::value(value.to_number<double>() != 0);
      if (value == "true" || value == "1") return json::value(true);
      if (value == "false" || value == "0") return json::value(false);
      return std::nullopt;
    case Conversion::json_text:
      if (value.is_string() || value.is_null()) return std::nullopt;
      return json::value(json::serialize(value));
    case Conversion::json_value: {
      if (!value.is_string()) return std::nullopt;
      json::error_code fault;
      json::value parsed = json::parse(value.get_string(), fault);
      return fault ? std::nullopt : std::optional(std::move(parsed));
    }
    case Conversion::array: return value.is_array() ? std::nullopt : std::optional(json::value(json::array{value}));
    case Conversion::first:
      if (!value.is_array() || value.get_array().empty()) return std::nullopt;
      return value.get_array().front();
    case Conversion::none: break;
  }
  return std::nullopt;
}

void erase(json::value& holder, std::string_view step) {
  if (holder.is_object()) {
    holder.get_object().erase(step);
    return;
  }
  std::size_t index = 0;
  std::from_chars(step.data(), step.data() + step.size(), index);
  holder.get_array().erase(holder.get_array().begin() + static_cast<std::ptrdiff_t>(index));
}

/// The object that holds the last step of a path, made on the way where it lacks.
json::object* make_holder(json::value& root, const std::vector<std::string>& steps) {
  json::value* here = &root;
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    json::value* next = part_of(*here, steps[i]);
    if (next == nullptr) {
      if (!here->is_object()) return nullptr;
      next = &(here->get_object()[steps[i]] = json::object());
    }
    here = next;
  }
  return here->if_object();
}

}  // namespace

Rule::Rule(const RuleText& text) : text_(text), path_(text.path) {
  if (text.when) when_.emplace(text.when->path);
  if (text.action == Action::rename) {
    if (text.to.empty()) throw std::invalid_argument("`rename` needs `to`");
    to_.emplace(text.to);
    bool wildcard = false;
    for (const std::string& step : path_.steps()) wildcard = wildcard || step == "*";
    if (wildcard && to_->steps().size() > 1) throw std::invalid_argument("`to` must be a plain name when `path` has a `*`");
    for (const std::string& step : to_->steps())
      if (step == "*") throw std::invalid_argument("`to` cannot have a `*`");
  } else if (!text.to.empty()) {
    throw std::invalid_argument("`to` belongs to `rename`");
  }
  if ((text.action == Action::convert) != (text.type != Conversion::none))
    throw std::invalid_argument(text.action == Action::convert ? "`convert` needs `type`" : "`type` belongs to `convert`");
  if (!text.value.is_null() && text.action != Action::set && text.action != Action::set_default)
    throw std::invalid_argument("`value` belongs to `set` and `set_default`");
}

bool Rule::concerns(const json::value& root) const {
  if (when_) {
    bool holds = false;
    when_->each(const_cast<json::value&>(root), [&](json::value& holder, std::string_view step) {
      holds = holds || text_.when->equals.is_null() || *part_of(holder, step) == text_.when->equals;
    });
    if (!holds) return false;
  }
  if (text_.action == Action::set) return true;
  if (text_.action == Action::set_default) {
    bool lacking = false;
    path_.each_holder(const_cast<json::value&>(root),
                      [&](json::value& holder, std::string_view step) { lacking = lacking || part_of(holder, step) == nullptr; });
    return lacking;
  }
  if (text_.action == Action::convert) {
    bool changes = false;
    path_.each(const_cast<json::value&>(root), [&](json::value& holder, std::string_view step) {
      changes = changes || converted(*part_of(holder, step), text_.type).has_value();
    });
    return changes;
  }
  return path_.exists(root);
}

void Rule::apply(json::value& root) const {
  switch (text_.action) {
    case Action::rename: rename(root); return;
    case Action::convert: convert(root); return;
    case Action::remove:
      path_.each(root, [](json::value& holder, std::string_view step) { erase(holder, step); });
      return;
    case Action::set:
    case Action::set_default:
      path_.each_holder(root, [this](json::value& holder, std::string_view step) {
        json::value* const present = part_of(holder, step);
        if (present != nullptr && text_.action == Action::set_default) return;
        if (present != nullptr)
          *present = text_.value;
        else if (holder.is_object())
          holder.get_object()[step] = text_.value;
      });
  }
}

void Rule::rename(json::value& root) const {
  path_.each(root, [&](json::value& holder, std::string_view step) {
    json::value moved = std::move(*part_of(holder, step));
    const std::string name(step);
    erase(holder, name);
    json::object* const target = to_->steps().size() > 1 ? make_holder(root, to_->steps()) : holder.if_object();
    if (target != nullptr) (*target)[to_->steps().back()] = std::move(moved);
  });
}

void Rule::convert(json::value& root) const {
  path_.each(root, [this](json::value& holder, std::string_view step) {
    json::value& value = *part_of(holder, step);
    if (std::optional<json::value> changed = converted(value, text_.type)) value = std::move(*changed);
  });
}

std::vector<Rule> compile(const std::vector<RuleText>& texts, const std::string& pointer, std::vector<config::Fault>& faults) {
  std::vector<Rule> rules;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    try {
      rules.emplace_back(texts[i]);
    } catch (const std::invalid_argument& error) {
      faults.push_back({pointer + "/" + std::to_string(i), error.what()});
    }
  }
  return rules;
}

void apply(const std::vector<Rule>& rules, Document& document) {
  for (const Rule& rule : rules)
    if (rule.concerns(document.read())) rule.apply(document.edit());
}

}  // namespace patchbay::field_mapping
