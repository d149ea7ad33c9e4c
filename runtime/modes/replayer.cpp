#include "modes/replayer.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include "upstream/credentials.hpp"

namespace patchbay::modes {

using upstream::is_credential;  // keys take turns, so that V1's and V2's differ by chance; and nobody should read them in a report
using upstream::without_key;

namespace {

std::string json_text(std::string_view text) { return boost::json::serialize(boost::json::string(text)); }

/// A refusal of the request, which says nothing about the health of V2's targets.
WireReply no_recording() {
  return {400,
          {{"content-type", "application/json"}},
          R"({"error":{"message":"the original made no such call, so there is no recorded reply","type":"invalid_request_error"}})"};
}

void compare_headers(const Headers& v1, const Headers& v2, const std::string& path, Comparison& comparison) {
  for (const Header& header : v1) {
    if (is_credential(header.name)) continue;
    const auto other = v2.find(header.name);
    if (!other)
      comparison.differ(path + "/" + header.name, json_text(header.value), {});
    else if (*other != *v1.find(header.name))
      comparison.differ(path + "/" + header.name, json_text(header.value), json_text(*other));
  }
  for (const Header& header : v2)
    if (!is_credential(header.name) && !v1.contains(header.name)) comparison.differ(path + "/" + header.name, {}, json_text(header.value));
}

}  // namespace

const RecordedCall* Replayer::counterpart_of(const HttpCall& call) {
  const std::string place = without_key(call.url);
  std::size_t chosen = used_.size();
  for (std::size_t i = used_.size(); i-- > 0;) {
    if (used_[i]) continue;
    const HttpCall& recorded = recorded_[i].sent;
    const bool same_place = recorded.method == call.method && without_key(recorded.url) == place;
    const bool chosen_is_there = chosen < used_.size() && without_key(recorded_[chosen].sent.url) == place;
    if (same_place || !chosen_is_there) chosen = i;
  }
  if (chosen == used_.size()) return nullptr;
  used_[chosen] = true;
  return &recorded_[chosen];
}

std::unique_ptr<upstream::Call> Replayer::start(HttpCall&& call, const config::Timeouts& timeouts, upstream::CallObserver& observer) {
  const RecordedCall* const counterpart = counterpart_of(call);
  sent_.push_back({call, counterpart});
  if (real_ != nullptr) return real_->start(std::move(call), timeouts, observer);
  if (counterpart == nullptr) return play_reply(io_, no_recording(), observer);
  if (counterpart->failure) return play_failure(io_, counterpart->reply, *counterpart->failure, observer);
  return play_reply(io_, counterpart->reply, observer);
}

std::vector<const RecordedCall*> Replayer::unused() const {
  std::vector<const RecordedCall*> unused;
  for (std::size_t i = 0; i < used_.size(); ++i)
    if (!used_[i]) unused.push_back(&recorded_[i]);
  return unused;
}

void compare_call(const HttpCall& v1, const HttpCall& v2, const std::string& at, Comparison& comparison) {
  if (v1.method != v2.method) comparison.differ(at + "/method", json_text(v1.method), json_text(v2.method));
  if (without_key(v1.url) != without_key(v2.url))
    comparison.differ(at + "/url", json_text(without_key(v1.url)), json_text(without_key(v2.url)));
  compare_headers(v1.headers, v2.headers, at + "/headers", comparison);
  comparison.text(v1.body, v2.body, at + "/body");
}

void compare_calls(const Replayer& replayer, Comparison& comparison) {
  std::size_t index = 0;
  for (const Replayer::Sent& sent : replayer.sent()) {
    const std::string at = "/request/" + std::to_string(index++);
    if (sent.counterpart == nullptr) {
      comparison.differ(at, {}, json_text(sent.call.method + " " + without_key(sent.call.url)));
      continue;
    }
    compare_call(sent.counterpart->sent, sent.call, at, comparison);
  }
  for (const RecordedCall* const unused : replayer.unused())
    comparison.differ("/request/" + std::to_string(index++), json_text(unused->sent.method + " " + without_key(unused->sent.url)), {});
}

}  // namespace patchbay::modes
