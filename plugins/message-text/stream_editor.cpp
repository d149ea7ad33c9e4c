#include "stream_editor.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "grammar.hpp"

namespace patchbay::message_text {

namespace {

bool covers(const Place& ended, const Place& place) {
  return ended.group == place.group && (ended.field.empty() || (ended.field == place.field && ended.index == place.index));
}

/// Texts of one group follow each other, except the arguments of calls, which may come side by side.
bool is_over(const Found& now, const Place& place, const Text& what) {
  return now.piece && !now.at->empty() && now.place.group == place.group && now.place != place && what.source != Source::tool_call;
}

}  // namespace

void StreamEditor::event(Event&& event, Downstream& back) {
  const Grammar* const grammar = grammar_of(protocol_);
  Finder finder;
  if (grammar != nullptr) grammar->event(const_cast<json::value&>(event.data.read()), finder);

  const auto ended = [&](const Place& place) {
    return std::any_of(finder.ended_.begin(), finder.ended_.end(), [&](const Place& one) { return covers(one, place); });
  };
  for (auto kept = waiting_.begin(); kept != waiting_.end();) {
    const Place& place = kept->first;
    const bool goes_on =
        std::any_of(finder.found.begin(), finder.found.end(), [&](const Found& one) { return one.piece && one.place == place; });
    const bool over = ended(place) || std::any_of(finder.found.begin(), finder.found.end(),
                                                  [&](const Found& one) { return is_over(one, place, kept->second.what); });
    kept = over && !goes_on ? send(kept, back) : std::next(kept);
  }

  std::vector<std::pair<json::string*, std::string>> replacements;
  for (auto found = finder.found.begin(); found != finder.found.end(); ++found) {
    if (found->what.sealed) continue;
    const auto kept = waiting_.find(found->place);
    std::string pending;
    if (found->piece && kept != waiting_.end()) {
      pending = std::move(kept->second.pending);
      waiting_.erase(kept);
    }
    pending += std::string_view(*found->at);
    const bool more_here = found->piece && std::any_of(std::next(found), finder.found.end(),
                                                       [&](const Found& one) { return one.piece && one.place == found->place; });
    const bool last = !found->piece || (ended(found->place) && !more_here);
    std::string text = edit_(found->what, pending, last);
    if (!last && !pending.empty())
      waiting_[found->place] = {found->what, std::move(pending), event.name, grammar->more(event.data.read(), found->place)};
    if (text != std::string_view(*found->at)) replacements.emplace_back(found->at, std::move(text));
  }
  if (!replacements.empty()) {
    static_cast<void>(event.data.edit());  // the same tree
    for (const auto& [at, text] : replacements) *at = text;
  }
  number(event.data);
  back.event(std::move(event));
}

void StreamEditor::flush(Downstream& back) {
  for (auto kept = waiting_.begin(); kept != waiting_.end();) kept = send(kept, back);
}

StreamEditor::Waiting::iterator StreamEditor::send(Waiting::iterator kept, Downstream& back) {
  Kept rest = std::move(kept->second);
  const Place place = kept->first;
  const auto next = waiting_.erase(kept);
  const std::string text = edit_(rest.what, rest.pending, true);
  if (text.empty()) return next;
  Finder finder;
  grammar_of(protocol_)->event(rest.event, finder);
  for (const Found& one : finder.found)
    if (one.piece && one.place == place) *one.at = text;
  if (json::value* const number = member(&rest.event, "sequence_number")) {
    *number = ++last_number_;
    ++added_;
  }
  back.event(Event{std::move(rest.name), Document(std::move(rest.event))});
  return next;
}

void StreamEditor::number(Document& event) {
  const json::value& data = event.read();
  const json::value* const number = data.is_object() ? data.get_object().if_contains("sequence_number") : nullptr;
  if (number == nullptr || !number->is_int64()) return;
  last_number_ = number->get_int64() + added_;
  if (added_ > 0) event.edit().get_object()["sequence_number"] = last_number_;
}

}  // namespace patchbay::message_text
