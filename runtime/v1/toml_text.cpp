#include "v1/toml_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <vector>

#include "v1/model_names.hpp"

namespace patchbay::v1 {

namespace json = boost::json;

namespace {

constexpr int named_priority = 100;
constexpr int category_priority = 10;

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n')
      result += "\\n";
    else if (static_cast<unsigned char>(c) < 0x20)
      result += json::serialize(json::string(std::string(1, c))).substr(1, 6);
    else
      result += c;
  }
  return result + '"';
}

/// As a literal string if that can be, so that expressions are readable.
std::string expression(std::string_view text) {
  return text.find('\'') == std::string_view::npos ? "'" + std::string(text) + "'" : in_quotes(text);
}

std::string key(std::string_view name) {
  for (const char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-')) return in_quotes(name);
  return name.empty() ? "\"\"" : std::string(name);
}

std::string value(const json::value& any) {
  if (any.is_string()) return in_quotes(any.get_string());
  std::string text;
  if (any.is_array()) {
    for (const json::value& element : any.get_array()) text += (text.empty() ? "" : ", ") + value(element);
    return "[" + text + "]";
  }
  if (any.is_object()) {
    for (const auto& member : any.get_object()) text += (text.empty() ? "" : ", ") + key(member.key()) + " = " + value(member.value());
    return text.empty() ? "{}" : "{ " + text + " }";
  }
  return json::serialize(any);
}

class Writer {
 public:
  Writer(const Plan& plan, const std::string& source) : plan_(plan), source_(source) {}

  std::string write() {
    head();
    for (const PlanModule& module : plan_.modules) library(module);
    for (const PlanRoute& route : plan_.routes) routes(route);
    return std::move(text_);
  }

 private:
  void line(const std::string& words) { text_ += words + "\n"; }

  void head() {
    line("# Made of " + source_ + " by `patchbay migrate`; a comment says which part of it a table came from.");
    if (!plan_.secrets.empty() || !plan_.wanted.empty()) line("# Before the start, set these variables:");
    for (const auto& [name, secret] : plan_.secrets) line("#   " + name + "  the key that stands in " + source_);
    for (const auto& [name, pointer] : plan_.wanted) line("#   " + name + "  a token or an API key for " + pointer);
    line("\n[server]\nlisten = " + in_quotes(plan_.listen));
    if (!plan_.api_keys.empty()) {
      json::array keys;
      for (const std::string& one : plan_.api_keys) keys.emplace_back(json::string(one));
      line("api_keys = " + value(keys));
    }
    classification();
  }

  void classification() {
    const config::ClassificationSettings usual;
    const config::ClassificationSettings& own = plan_.classification;
    if (own == usual) return;
    line("\n[classification]");
    if (own.longcontext_tokens != usual.longcontext_tokens) line("longcontext_tokens = " + std::to_string(own.longcontext_tokens));
    const auto words = [this](const char* name, const std::vector<std::string>& list, const std::vector<std::string>& as_usual) {
      if (list == as_usual) return;
      json::array array;
      for (const std::string& word : list) array.emplace_back(json::string(word));
      line(name + std::string(" = ") + value(array));
    };
    words("thinking_keywords", own.thinking_keywords, usual.thinking_keywords);
    words("coding_keywords", own.coding_keywords, usual.coding_keywords);
    words("background_keywords", own.background_keywords, usual.background_keywords);
    words("coding_tools", own.coding_tools, usual.coding_tools);
    words("websearch_tools", own.websearch_tools, usual.websearch_tools);
  }

  void library(const PlanModule& module) {
    text_ += "\n";
    if (!module.origin.empty()) line("# " + module.origin);
    line("[library." + key(module.name) + "]");
    line("type = " + in_quotes(module.type));
    if (module.config.size() <= 2) {
      if (!module.config.empty()) line("config = " + value(module.config));
      return;
    }
    line("\n[library." + key(module.name) + ".config]");
    for (const auto& member : module.config) line(key(member.key()) + " = " + value(member.value()));
  }

  void routes(const PlanRoute& from) {
    if (from.is_fallback) {
      begin(from, from.id, 0);
      line("enabled = false  # asked only when another route's targets have failed");
      return targets(from, nullptr);
    }
    if (from.category.empty() && !from.names.empty() && !from.custom) {
      std::size_t number = 0;
      for (const NamedModels& one : named_models(from.names)) {
        begin(from, number == 0 ? from.id : from.id + "-" + std::to_string(number + 1), named_priority);
        ++number;
        line("pattern = { model = " + expression(one.pattern) + " }");
        targets(from, &one.model);
      }
      return;
    }
    if (from.category == "default") {
      begin(from, from.id, 0);
    } else if (from.custom) {
      begin(from, from.id, named_priority);
      line("pattern = { model = " + expression(named_models(from.names).front().pattern) + " }");
    } else {
      begin(from, from.id, category_priority);
      line("pattern = { category = " + in_quotes(from.category) + " }");
    }
    targets(from, nullptr);
  }

  void begin(const PlanRoute& from, const std::string& id, int priority) {
    text_ += "\n";
    if (!from.origin.empty()) line("# " + from.origin);
    line("[[routes]]\nid = " + in_quotes(id));
    if (priority != 0) line("priority = " + std::to_string(priority));
  }

  void targets(const PlanRoute& from, const std::string* model) {
    if (from.targets.size() > 1) line("balance = " + in_quotes(from.balance));
    if (from.first_byte_ms != 0) line("timeouts = { first_byte = \"" + std::to_string(from.first_byte_ms) + "ms\" }");
    if (!from.fallback.empty()) {
      json::array ids;
      for (const std::string& id : from.fallback) ids.emplace_back(json::string(id));
      line("fallback = " + value(ids));
    }
    line("targets = [");
    for (const PlanTarget& target : from.targets) {
      const std::string& asked = model != nullptr ? *model : target.model;
      std::string words = "  { id = " + in_quotes(target.id);
      if (target.weight != 1) words += ", weight = " + std::to_string(target.weight);
      if (!asked.empty()) words += ", model = " + expression(asked);
      line(words + ", modules = [");
      for (const std::string& name : target.modules)
        line("    { type = " + in_quotes(patchbay::name_of(plan_.module(name).kind)) + ", config = " + in_quotes(name) + " },");
      line("  ] },");
    }
    line("]");
  }

  const Plan& plan_;
  const std::string& source_;
  std::string text_;
};

}  // namespace

std::string to_toml(const Plan& plan, const std::string& source) { return Writer(plan, source).write(); }

}  // namespace patchbay::v1
