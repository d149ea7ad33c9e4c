#include "admin/routes_api.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "pipeline/route_report.hpp"
#include "server/endpoints.hpp"

namespace patchbay::admin {

/// `POST /admin/routes/explain`
struct ExplainRoute {
  std::string protocol{protocols::openai_chat};
  std::string operation = "generate";
  std::string model;
  std::map<std::string, std::string> headers;
  boost::json::value body;

  static constexpr config::Doc docs[] = {
      {.field = "protocol", .text = "What the client speaks."},
      {.field = "operation", .text = "What the client wants.", .choices = "generate|embed|count_tokens"},
      {.field = "model", .text = "Model that the request names, if its body does not."},
      {.field = "headers", .text = "Of the request."},
      {.field = "body", .text = "Of the request."},
  };
};
BOOST_DESCRIBE_STRUCT(ExplainRoute, (), (protocol, operation, model, headers, body))

namespace {

Request request_of(const ExplainRoute& wanted) {
  Request request;
  request.protocol = wanted.protocol;
  for (const Operation operation : {Operation::embed, Operation::count_tokens})
    if (name_of(operation) == wanted.operation) request.operation = operation;
  if (!wanted.model.empty()) request.set_model(wanted.model);
  for (const auto& [name, value] : wanted.headers) request.headers.add(name, value);
  boost::json::value body = wanted.body;
  if (body.is_null()) body = wanted.model.empty() ? boost::json::object{} : boost::json::object{{"model", wanted.model}};
  request.body = Document(boost::json::serialize(body));
  return request;
}

}  // namespace

void offer_routes(AdminApi& api, const pipeline::AssemblySlot& slot) {
  api.offer("POST", "/admin/routes/explain", [&slot](const AdminCall& call) {
    const std::optional<ExplainRoute> wanted = call.body<ExplainRoute>();
    if (!wanted) return;
    const boost::json::value explanation = pipeline::explain_route(*slot.current(), request_of(*wanted));
    if (server::query_field(call.request.target, "format") == "text")
      return call.respond({200, pipeline::explanation_text(explanation), "text/plain; charset=utf-8"});
    call.answer(200, explanation);
  });
}

}  // namespace patchbay::admin
