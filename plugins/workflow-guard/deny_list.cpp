#include "deny_list.hpp"

#include <algorithm>

namespace patchbay::guard {

namespace {

using message_text::Source;

std::vector<std::string> source_names() {
  std::vector<std::string> names;
  for (const Source source : {Source::instructions, Source::user, Source::assistant, Source::thought, Source::tool_call,
                              Source::tool_result, Source::tool_description})
    names.emplace_back(name_of(source));
  return names;
}

}  // namespace

DenyList::DenyList(const DenyConfig& config, const std::string& pointer, std::vector<config::Fault>& faults) : sources_(config.sources) {
  const std::vector<std::string> known = source_names();
  for (std::size_t i = 0; i < sources_.size(); ++i)
    if (std::find(known.begin(), known.end(), sources_[i]) == known.end())
      faults.push_back(
          {pointer + "/sources/" + std::to_string(i), "there is no source '" + sources_[i] + "'", config::nearest(sources_[i], known)});

  std::string words;
  for (std::size_t i = 0; i < config.words.size(); ++i) {
    if (config.words[i].empty()) faults.push_back({pointer + "/words/" + std::to_string(i), "is empty"});
    words.append(words.empty() ? "" : "|").append(re2::RE2::QuoteMeta(config.words[i]));
  }
  if (!words.empty()) {
    // \b knows ASCII only.
    const std::string begin = R"((?i)(?:^|[^\pL\pN_])(?:)" + words + ")";
    rules_.push_back({"a denied word", std::make_unique<re2::RE2>(begin + R"((?:[^\pL\pN_]|\z))", re2::RE2::Quiet),
                      std::make_unique<re2::RE2>(begin + R"([^\pL\pN_])", re2::RE2::Quiet)});
    if (!rules_.back().finished->ok()) faults.push_back({pointer + "/words", "cannot be searched for: " + rules_.back().finished->error()});
  }
  for (const auto& [name, expression] : config.patterns) {
    auto compiled = std::make_unique<re2::RE2>(expression, re2::RE2::Quiet);
    if (!compiled->ok()) {
      faults.push_back({pointer + "/patterns/" + name, "is not a regular expression that RE2 takes: " + compiled->error()});
    } else if (re2::RE2::PartialMatch("", *compiled)) {
      faults.push_back({pointer + "/patterns/" + name, "matches the empty text, and so every text; make it match at least one character"});
    }
    rules_.push_back({"pattern " + name, std::move(compiled), nullptr});
  }
}

bool DenyList::concerns(Source source) const {
  return sources_.empty() || std::find(sources_.begin(), sources_.end(), name_of(source)) != sources_.end();
}

std::optional<std::string> DenyList::broken_by(std::string_view text, bool unfinished) const {
  for (const Rule& rule : rules_) {
    const re2::RE2& expression = unfinished && rule.unfinished ? *rule.unfinished : *rule.finished;
    if (re2::RE2::PartialMatch({text.data(), text.size()}, expression)) return rule.name;
  }
  return std::nullopt;
}

std::optional<std::string> DenyWatch::add(std::string_view piece, bool last, const DenyList& list, std::size_t window) {
  tail_ += piece;
  auto broken = list.broken_by(tail_, !last);
  if (tail_.size() > window) {
    tail_.erase(0, tail_.size() - window);
    // What is left must not begin within a word, or a part of one would be taken for one.
    if (const std::size_t space = tail_.find(' '); space != std::string::npos) tail_.erase(0, space);
  }
  return broken;
}

}  // namespace patchbay::guard
