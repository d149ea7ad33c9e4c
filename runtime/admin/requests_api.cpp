#include "admin/requests_api.hpp"

#include <boost/json/array.hpp>
#include <charconv>

#include "monitoring/notes_json.hpp"
#include "monitoring/trace_report.hpp"
#include "server/endpoints.hpp"

namespace patchbay::admin {

namespace json = boost::json;

namespace {

constexpr std::string_view plain_text = "text/plain; charset=utf-8";
constexpr std::size_t most_listed = 1'000;
constexpr std::chrono::seconds usual_span{300};

bool wants_text(const AdminCall& call) { return server::query_field(call.request.target, "format") == "text"; }

/// A number of the query, or what is usual.
std::uint64_t number_of(const AdminCall& call, std::string_view field, std::uint64_t usual) {
  const std::string text = server::query_field(call.request.target, field);
  std::uint64_t number = usual;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

void list(const AdminCall& call, const RequestSources& sources) {
  const auto ring = sources.ring();
  if (!ring) return call.refuse(409, "no requests are kept: [debug] ring is 0");
  const auto requests = ring->latest(std::min<std::uint64_t>(number_of(call, "count", 50), most_listed));
  if (wants_text(call)) return call.respond({200, monitoring::list_text(requests), std::string(plain_text)});
  json::array shown;
  for (const auto& notes : requests) shown.push_back(monitoring::summary_of(*notes));
  call.answer(200, json::object{{"requests", std::move(shown)}, {"in_flight", sources.in_flight()}});
}

void show(const AdminCall& call, const RequestSources& sources) {
  const auto ring = sources.ring();
  if (!ring) return call.refuse(409, "no requests are kept: [debug] ring is 0");
  const auto notes = ring->find(call.name);
  if (!notes)
    return call.refuse(404, "request '" + call.name + "' is not among the last " + std::to_string(ring->size()) +
                                " that ended; [debug] ring says how many are kept");
  const json::object report = monitoring::trace_report(*notes);
  if (wants_text(call)) return call.respond({200, monitoring::trace_text(report), std::string(plain_text)});
  call.answer(200, report);
}

void perform(const AdminCall& call, const RequestSources& sources) {
  const auto performance = sources.performance();
  if (!performance) return call.refuse(409, "requests are not timed: [metrics] enabled is false");
  json::value report = performance->report(std::chrono::seconds(number_of(call, "since", static_cast<std::uint64_t>(usual_span.count()))));
  if (wants_text(call)) return call.respond({200, monitoring::performance_text(report), std::string(plain_text)});
  report.as_object()["in_flight"] = sources.in_flight();
  call.answer(200, report);
}

}  // namespace

void offer_requests(AdminApi& api, RequestSources sources) {
  const auto shared = std::make_shared<const RequestSources>(std::move(sources));
  api.offer("GET", "/admin/requests", [shared](const AdminCall& call) { list(call, *shared); });
  api.offer("GET", "/admin/requests/*", [shared](const AdminCall& call) { show(call, *shared); });
  api.offer("GET", "/admin/performance", [shared](const AdminCall& call) { perform(call, *shared); });
}

}  // namespace patchbay::admin
