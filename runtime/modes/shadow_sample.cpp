#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "modes/replayer.hpp"
#include "monitoring/json_diff.hpp"
#include "upstream/credentials.hpp"

namespace patchbay::modes {

namespace json = boost::json;

using monitoring::readable;

namespace {

json::object describe(const HttpCall& call) {
  return {{"method", call.method}, {"url", upstream::without_key(call.url)}, {"body", readable(call.body)}};
}

json::object describe(const SeenAnswer& answer) {
  json::object shown{{"route", answer.route}, {"target", answer.target}};
  if (answer.response) shown["response"] = readable(*answer.response);
  if (!answer.events.empty()) {
    json::array& events = shown["events"].emplace_array();
    for (const EventText& event : answer.events) events.push_back(json::object{{"name", event.name}, {"data", readable(event.data)}});
  }
  if (answer.error)
    shown["error"] =
        json::object{{"status", answer.error->http_status()}, {"code", answer.error->code}, {"message", answer.error->message}};
  return shown;
}

}  // namespace

json::object sample_of(const ShadowExchange& exchange, const Replayer& replayer, const SeenAnswer& v2, const Comparison& comparison) {
  json::array sent_by_v1;
  for (const RecordedCall& call : exchange.calls) sent_by_v1.push_back(describe(call.sent));
  json::array sent_by_v2;
  for (const Replayer::Sent& sent : replayer.sent()) sent_by_v2.push_back(describe(sent.call));
  json::array differences;
  for (const Difference& difference : comparison.differences()) differences.push_back(modes::describe(difference));
  return {{"request_id", exchange.request.id},
          {"protocol", exchange.request.protocol},
          {"model", exchange.request.model()},
          {"stream", exchange.request.stream()},
          {"request", readable(exchange.request.body.text())},
          {"sent_by_v1", std::move(sent_by_v1)},
          {"sent_by_v2", std::move(sent_by_v2)},
          {"v1", describe(exchange.v1)},
          {"v2", describe(v2)},
          {"differences", std::move(differences)}};
}

}  // namespace patchbay::modes
