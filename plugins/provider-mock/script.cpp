#include "script.hpp"

#include <re2/re2.h>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace patchbay::mock {

namespace json = boost::json;

Script::Line::Line(const Rule& text) : rule(text) {
  if (!rule.matches.empty()) expression = std::make_unique<re2::RE2>(rule.matches, re2::RE2::Quiet);
}
Script::Line::~Line() = default;

Script::Script(const std::vector<Rule>& rules) {
  std::vector<config::Fault> faults;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto& line = lines_.emplace_back(std::make_unique<Line>(rules[i]));
    if (line->expression && !line->expression->ok())
      faults.push_back({"/rules/" + std::to_string(i) + "/matches", "is not a regular expression (RE2): " + line->expression->error()});
  }
  if (!faults.empty()) throw config::Error(std::move(faults));
}

Script::~Script() = default;

const Rule* Script::find(std::string_view model, std::string_view prompt) const {
  for (const auto& line : lines_) {
    const Rule& rule = line->rule;
    if (!rule.model.empty() && rule.model != model) continue;
    if (prompt.find(rule.contains) == std::string_view::npos) continue;
    if (line->expression && !re2::RE2::PartialMatch({prompt.data(), prompt.size()}, *line->expression)) continue;
    if ((line->fits.fetch_add(1, std::memory_order_relaxed) + 1) % rule.every == 0) return &rule;
  }
  return nullptr;
}

std::string fill_in(std::string_view text, std::string_view prompt, std::string_view model) {
  constexpr std::string_view prompt_place = "{prompt}";
  constexpr std::string_view model_place = "{model}";
  std::string filled;
  while (!text.empty()) {
    const bool is_prompt = text.starts_with(prompt_place);
    if (is_prompt || text.starts_with(model_place)) {
      filled += is_prompt ? prompt : model;
      text.remove_prefix(is_prompt ? prompt_place.size() : model_place.size());
    } else {
      filled += text.front();
      text.remove_prefix(1);
    }
  }
  return filled;
}

std::string forced_tool(const json::object& request) {
  const json::value* const choice = request.if_contains("tool_choice");
  if (choice == nullptr) return {};
  json::error_code missing;
  const json::value* name = choice->find_pointer("/function/name", missing);
  if (*choice == "required") {
    const json::value* const tools = request.if_contains("tools");
    name = tools != nullptr ? tools->find_pointer("/0/function/name", missing) : nullptr;
  }
  return name != nullptr && name->is_string() ? std::string(name->get_string()) : std::string();
}

Fault fault_named(std::string_view name) {
  Fault fault = Fault::none;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Fault>>([&](auto enumerator) {
    if (name == enumerator.name) fault = enumerator.value;
  });
  return fault;
}

}  // namespace patchbay::mock
