#include "redactor.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

namespace patchbay::redaction {

namespace {

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

bool is_kind_name(std::string_view name) {
  return !name.empty() && name.front() >= 'A' && name.front() <= 'Z' &&
         name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos;
}

std::unique_ptr<re2::RE2> compile(const std::string& expression, const std::string& pointer, std::vector<config::Fault>& faults) {
  auto compiled = std::make_unique<re2::RE2>(expression, re2::RE2::Quiet);
  if (compiled->ok()) return compiled;
  faults.push_back({pointer, "is not a regular expression that RE2 takes: " + compiled->error()});
  return nullptr;
}

/// As it stands between the quotes of a JSON string.
std::string escaped(std::string_view value) {
  const std::string quoted = boost::json::serialize(boost::json::value(boost::json::string(value)));
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

EntityFinder::EntityFinder(const RedactionConfig& config) {
  std::vector<config::Fault> faults;
  for (const auto& [name, expression] : config.patterns) {  // own patterns know more than ours
    if (!is_kind_name(name)) faults.push_back({"/patterns/" + name, "the name must be of A-Z, 0-9 and _, and begin with a letter"});
    add(name, expression, nullptr, "/patterns/" + name, faults);
  }
  std::vector<std::string> known;
  for (const Shape& shape : shapes())
    if (known.empty() || known.back() != shape.entity) known.emplace_back(shape.entity);
  for (std::size_t i = 0; i < config.entities.size(); ++i)
    if (std::find(known.begin(), known.end(), config.entities[i]) == known.end())
      faults.push_back({"/entities/" + std::to_string(i), "there is no entity '" + config.entities[i] + "'",
                        config::nearest(config.entities[i], known)});
  for (const Shape& shape : shapes())
    if (std::find(config.entities.begin(), config.entities.end(), shape.entity) != config.entities.end())
      add(std::string(shape.placeholder), shape.expression, shape.accept, "/entities", faults);
  for (std::size_t i = 0; i < config.allow.size(); ++i) allowed_.push_back(compile(config.allow[i], "/allow/" + std::to_string(i), faults));
  if (rules_.empty() && faults.empty()) faults.push_back({"/entities", "nothing is looked for; name entities or patterns"});
  if (!faults.empty()) throw config::Error(std::move(faults));

  re2::RE2::Options options;
  options.set_max_mem(64 << 20);
  any_ = std::make_unique<re2::RE2::Set>(options, re2::RE2::UNANCHORED);
  for (const Rule& rule : rules_) any_->Add(rule.expression->pattern(), nullptr);
  any_->Compile();
}

void EntityFinder::add(std::string placeholder, const std::string& expression, std::size_t (*accept)(std::string_view),
                       const std::string& pointer, std::vector<config::Fault>& faults) {
  auto compiled = compile(expression, pointer, faults);
  if (!compiled) return;
  if (compiled->Match("", 0, 0, re2::RE2::UNANCHORED, nullptr, 0)) {
    faults.push_back({pointer, "matches the empty text, and so every text; make it match at least one character"});
    return;
  }
  rules_.push_back({std::move(placeholder), std::move(compiled), accept});
}

bool EntityFinder::is_allowed(std::string_view found) const {
  return std::any_of(allowed_.begin(), allowed_.end(),
                     [&](const auto& expression) { return re2::RE2::FullMatch(piece(found), *expression); });
}

void EntityFinder::search(const Rule& rule, std::string_view text, std::vector<Span>& into) const {
  re2::StringPiece groups[2];
  const int wanted = rule.expression->NumberOfCapturingGroups() > 0 ? 2 : 1;
  std::size_t at = 0;
  while (at < text.size() && rule.expression->Match(piece(text), at, text.size(), re2::RE2::UNANCHORED, groups, wanted)) {
    const re2::StringPiece& found = groups[wanted - 1].data() != nullptr ? groups[wanted - 1] : groups[0];
    const std::string_view part(found.data(), found.size());
    const auto begin = static_cast<std::size_t>(part.data() - text.data());
    const std::size_t length = rule.accept == nullptr ? part.size() : rule.accept(part);
    if (length > 0 && !is_allowed(part.substr(0, length))) into.push_back({begin, length, rule.placeholder});
    // What was taken for one and is none may have one within it.
    at = length > 0 ? begin + length : static_cast<std::size_t>(groups[0].data() - text.data()) + 1;
  }
}

std::vector<Span> EntityFinder::find(std::string_view text) const {
  std::vector<int> hits;
  re2::RE2::Set::ErrorInfo error{};
  std::vector<Span> spans;
  if (any_->Match(piece(text), &hits, &error)) {
    std::sort(hits.begin(), hits.end());
    for (const int hit : hits) search(rules_[static_cast<std::size_t>(hit)], text, spans);
  } else if (error.kind == re2::RE2::Set::kOutOfMemory) {
    for (const Rule& rule : rules_) search(rule, text, spans);
  }
  std::stable_sort(spans.begin(), spans.end(),
                   [](const Span& a, const Span& b) { return a.begin != b.begin ? a.begin < b.begin : a.length > b.length; });
  std::vector<Span> apart;
  for (const Span& span : spans)
    if (apart.empty() || span.begin >= apart.back().begin + apart.back().length) apart.push_back(span);
  return apart;
}

void Vault::reserve(std::string_view text) {
  for (std::size_t open = text.find('['); open != std::string_view::npos; open = text.find('[', open + 1)) {
    const std::size_t close = text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", open + 1);
    if (close != std::string_view::npos && text[close] == ']') reserved_.emplace(text.substr(open, close + 1 - open));
  }
}

const std::string& Vault::placeholder_for(std::string_view kind, std::string_view value) {
  std::string key = std::string(kind) + '\n' + std::string(value);
  if (const auto known = placeholders_.find(key); known != placeholders_.end()) return known->second;
  std::string placeholder;
  unsigned& number = numbers_[std::string(kind)];
  do placeholder = "[" + std::string(kind) + "_" + std::to_string(++number) + "]";
  while (reserved_.contains(placeholder));
  ++counts_[std::string(kind)];
  longest_ = std::max(longest_, placeholder.size());
  values_[placeholder] = value;
  return placeholders_[std::move(key)] = std::move(placeholder);
}

std::optional<std::string> Vault::redact(std::string_view text, const EntityFinder& finder) {
  const std::vector<Span> spans = finder.find(text);
  if (spans.empty()) return std::nullopt;
  std::string redacted;
  std::size_t at = 0;
  for (const Span& span : spans) {
    redacted.append(text.substr(at, span.begin - at)).append(placeholder_for(span.placeholder, text.substr(span.begin, span.length)));
    at = span.begin + span.length;
  }
  return redacted.append(text.substr(at));
}

std::string Vault::restore(std::string& pending, bool last, bool json_source) const {
  std::string restored;
  std::size_t at = 0;
  for (;;) {
    const std::size_t open = pending.find('[', at);
    restored.append(pending, at, open == std::string::npos ? open : open - at);
    if (open == std::string::npos) {
      pending.clear();
      return restored;
    }
    const std::string_view rest = std::string_view(pending).substr(open);
    const std::size_t close = rest.substr(0, longest_).find(']');
    const auto value = close == std::string_view::npos ? values_.end() : values_.find(rest.substr(0, close + 1));
    if (value != values_.end()) {
      restored += json_source ? escaped(value->second) : value->second;
      at = open + close + 1;
      continue;
    }
    const bool may_become_one = std::any_of(values_.begin(), values_.end(), [&](const auto& one) { return one.first.starts_with(rest); });
    if (may_become_one && !last) {
      pending.erase(0, open);
      return restored;
    }
    restored += '[';
    at = open + 1;
  }
}

std::string Vault::summary() const {
  std::string text;
  for (const auto& [kind, count] : counts_) text.append(text.empty() ? "" : ", ").append(kind).append(" ").append(std::to_string(count));
  return text;
}

}  // namespace patchbay::redaction
