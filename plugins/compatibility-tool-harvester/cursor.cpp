#include "cursor.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "patchbay/json_skim.hpp"

namespace patchbay::tool_harvester {

namespace json = boost::json;

namespace {

constexpr std::size_t deepest_json = 128;
/// A name that comes late in a long object is found when the object is complete.
constexpr std::size_t early_look = 2048;

bool is_string(std::string_view raw) { return raw.size() >= 2 && raw.front() == '"' && raw.back() == '"'; }
bool is_object(std::string_view raw) { return raw.starts_with('{'); }

/// The arguments as a model wrote them: an object, or the text of one in a string.
std::string arguments_of(std::string_view raw) {
  if (raw.empty() || raw == "null") return "{}";
  if (is_object(raw)) return std::string(raw);
  if (!is_string(raw)) return {};
  const std::string text = string_value(raw);
  json::error_code fault;
  const json::value value = json::parse(text, fault);
  return !fault && value.is_object() ? text : std::string();
}

}  // namespace

void Cursor::begin(std::string_view text, bool complete) {
  text_ = text;
  complete_ = complete;
  at_ = 0;
  status_ = Status::ok;
  cut_off_ = false;
  calls.clear();
}

void Cursor::rebase() {
  scans_.clear();
  again = true;
}

bool Cursor::wrong() {
  status_ = Status::wrong;
  return false;
}

bool Cursor::more() {
  status_ = complete_ ? Status::wrong : Status::more;
  cut_off_ = complete_;
  return false;
}

bool Cursor::take(std::string_view literal) {
  if (maybe(literal)) return true;
  return status_ == Status::ok ? wrong() : false;
}

bool Cursor::maybe(std::string_view literal) {
  if (status_ != Status::ok) return false;
  const std::string_view here = text_.substr(at_, literal.size());
  if (here == literal) {
    at_ += literal.size();
    return true;
  }
  if (!complete_ && literal.starts_with(here)) return more();
  return false;
}

bool Cursor::enter(std::span<const Section> sections) {
  if (!again) {
    for (const Section& section : sections)
      if (maybe(section.open)) closer = section.close;
  } else if (closer.empty()) {
    return false;
  }
  skip_space();
  return !(again && maybe(closer));
}

void Cursor::skip(std::string_view bytes) {
  if (status_ == Status::ok) at_ = std::min(text_.find_first_not_of(bytes, at_), text_.size());
}

bool Cursor::next_is(char c) {
  if (status_ != Status::ok) return false;
  if (at_ == text_.size()) return complete_ ? false : more();
  return text_[at_] == c;
}

Cursor::Scan& Cursor::scan_here() {
  const auto known = std::find_if(scans_.begin(), scans_.end(), [this](const Scan& scan) { return scan.from == at_; });
  return known != scans_.end() ? *known : scans_.emplace_back(Scan{at_, at_, false, nullptr});
}

bool Cursor::take_until(std::string_view needle, std::string_view& found) {
  if (status_ != Status::ok) return false;
  Scan& scan = scan_here();
  if (!scan.done) {
    const std::size_t place = text_.find(needle, scan.reached);
    if (place == std::string_view::npos) {
      // The needle may have begun to arrive.
      if (text_.size() >= needle.size()) scan.reached = std::max(scan.from, text_.size() - needle.size() + 1);
      return more();
    }
    scan.reached = place;
    scan.done = true;
  }
  found = text_.substr(at_, scan.reached - at_);
  at_ = scan.reached + needle.size();
  return true;
}

bool Cursor::take_name(std::string_view enders, std::string_view& name) {
  if (status_ != Status::ok) return false;
  const std::size_t place = text_.find_first_of(enders, at_);
  const std::string_view seen = text_.substr(at_, place == std::string_view::npos ? place : place - at_);
  if (place == std::string_view::npos) return tools_->any_begins_with(seen) ? more() : wrong();
  if (!tools_->contains(seen)) return wrong();
  at_ = place;
  name = seen;
  return true;
}

bool Cursor::take_json(std::string_view& found) {
  if (status_ != Status::ok) return false;
  if (at_ == text_.size()) return more();
  if (text_[at_] != '{' && text_[at_] != '[') return wrong();
  Scan& scan = scan_here();
  if (!scan.done) {
    if (scan.parser == nullptr) {
      json::parse_options options;
      options.max_depth = deepest_json;
      scan.parser = std::make_unique<json::stream_parser>(json::storage_ptr(), options);
    }
    json::error_code fault;
    scan.reached += scan.parser->write_some(text_.data() + scan.reached, text_.size() - scan.reached, fault);
    if (fault) return wrong();
    if (!scan.parser->done()) return more();
    scan.reached = text_.find_last_of("}]", scan.reached - 1) + 1;  // the parser takes space behind the value, too
    scan.done = true;
    scan.parser.reset();
  }
  found = text_.substr(at_, scan.reached - at_);
  at_ = scan.reached;
  return true;
}

bool Cursor::take_object(std::string_view& found) {
  if (next_is('{')) return take_json(found);
  return status_ == Status::ok ? wrong() : false;
}

bool Cursor::take_call() {
  const std::size_t from = at_;
  std::string_view object;
  if (take_object(object)) return add_call(object);
  if (status_ != Status::more || text_.size() - from > early_look) return false;
  JsonSkim skim(text_.substr(from));
  while (skim.next())
    if (skim.key() == "name") return is_string(skim.value()) && tools_->contains(string_value(skim.value())) ? false : wrong();
  return false;
}

bool Cursor::add_call(std::string_view object) {
  std::string_view name;
  std::string_view arguments;
  std::string_view function;
  JsonSkim skim(object);
  while (skim.next()) {
    if (skim.key() == "name" && name.empty()) name = skim.value();
    if ((skim.key() == "arguments" || skim.key() == "parameters") && arguments.empty()) arguments = skim.value();
    if (skim.key() == "function" && function.empty()) function = skim.value();
  }
  if (name.empty() && is_object(function)) return add_call(function);
  Call call{is_string(name) ? string_value(name) : std::string(), arguments_of(arguments)};
  if (!tools_->contains(call.name) || call.arguments.empty()) return wrong();
  calls.push_back(std::move(call));
  return true;
}

bool Cursor::take_calls(std::string_view text) {
  if (is_object(text)) {
    JsonSkim skim(text);
    while (skim.next())
      if (skim.key() == "tool_calls") return skim.value().starts_with('[') ? take_calls(skim.value()) : wrong();
    return add_call(text);
  }
  // An array: its elements are objects one after the other.
  std::string_view rest = text.substr(1);
  const auto skip = [&rest] { rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n,"), rest.size())); };
  for (skip(); is_object(rest); skip()) {
    JsonSkim element(rest);
    while (element.next()) continue;
    const std::size_t length = element.offset();  // the walk ends behind the object, wherever the text goes on
    if (!add_call(rest.substr(0, length))) return false;
    rest.remove_prefix(length);
  }
  return rest.starts_with(']') && !calls.empty() ? true : wrong();
}

}  // namespace patchbay::tool_harvester
