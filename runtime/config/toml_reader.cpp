#include "config/toml_reader.hpp"

#include <toml++/toml.h>

#include <cmath>
#include <sstream>

#include "config/environment.hpp"

namespace patchbay::config {

namespace json = boost::json;

namespace {

class Converter {
 public:
  Converter(std::string file, std::vector<Diagnostic>& diagnostics, std::vector<Unmet>& unmet)
      : file_(std::move(file)), diagnostics_(diagnostics), unmet_(unmet) {}

  Located convert(const toml::table& root) {
    Located located;
    located.at = {file_, 1, 1};
    located.value = convert(root, "");
    located.parts = std::move(parts_);
    return located;
  }

 private:
  Position position(const toml::source_region& region) const { return {file_, region.begin.line, region.begin.column}; }

  json::value convert(const toml::node& node, const std::string& pointer) {
    if (const auto* table = node.as_table()) {
      json::object object;
      for (const auto& [key, member] : *table) {
        const std::string at = pointer + "/" + pointer_token(key.str());
        parts_[at] = position(key.source());
        object[key.str()] = convert(member, at);
      }
      return object;
    }
    if (const auto* elements = node.as_array()) {
      json::array array;
      for (const toml::node& element : *elements) {
        const std::string at = pointer + "/" + std::to_string(array.size());
        parts_[at] = position(element.source());
        array.push_back(convert(element, at));
      }
      return array;
    }
    if (const auto* text = node.as_string()) return json::value(expand(text->get(), pointer, position(node.source())));
    if (const auto* number = node.as_integer()) return number->get();
    if (const auto* truth = node.as_boolean()) return truth->get();
    if (const auto* number = node.as_floating_point()) {
      if (std::isfinite(number->get())) return number->get();
      fault(pointer, position(node.source()), "a number must be finite");
      return nullptr;
    }
    std::ostringstream date;
    node.visit([&date](const auto& value) {
      if constexpr (toml::is_date<decltype(value)> || toml::is_time<decltype(value)> || toml::is_date_time<decltype(value)>) date << value;
    });
    return json::value(date.str());
  }

  std::string expand(std::string_view text, const std::string& pointer, const Position& at) {
    std::vector<std::string> faults;
    std::vector<std::string> unset;
    std::string result = expand_variables(text, environment_value, faults, unset);
    for (std::string& one : faults) fault(pointer, at, std::move(one));
    for (std::string& one : unset) unmet_.push_back({pointer, told(pointer, at, std::move(one))});
    return result;
  }

  static Diagnostic told(const std::string& pointer, Position at, std::string message) {
    return {std::move(at), key_of(pointer), std::move(message), {}};
  }

  void fault(const std::string& pointer, Position at, std::string message) {
    diagnostics_.push_back(told(pointer, std::move(at), std::move(message)));
  }

  std::string file_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<Unmet>& unmet_;
  std::map<std::string, Position, std::less<>> parts_;
};

}  // namespace

std::optional<Located> read_toml(std::string_view text, const std::string& file, std::vector<Diagnostic>& diagnostics,
                                 std::vector<Unmet>& unmet) {
  try {
    return Converter(file, diagnostics, unmet).convert(toml::parse(text, file));
  } catch (const toml::parse_error& error) {
    Diagnostic diagnostic;
    diagnostic.at = {file, error.source().begin.line, error.source().begin.column};
    diagnostic.message = "not valid TOML: " + std::string(error.description());
    diagnostics.push_back(std::move(diagnostic));
    return std::nullopt;
  }
}

}  // namespace patchbay::config
