#include "admin/admin_api.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/serialize.hpp>

#include "isolation/isolation_report.hpp"
#include "patchbay/plain_json.hpp"
#include "plugins/inventory_report.hpp"
#include "server/endpoints.hpp"

namespace patchbay::admin {

namespace json = boost::json;

/// `POST /admin/plugins`
struct AddPlugin {
  std::string path;
  bool allow_downgrade = false;

  static constexpr config::Doc docs[] = {
      {.field = "path", .text = "The plugin's file, as the host sees it.", .required = true},
      {.field = "allow_downgrade", .text = "Also if it is older than what serves."},
  };
};
BOOST_DESCRIBE_STRUCT(AddPlugin, (), (path, allow_downgrade))

/// `POST /admin/plugins/NAME/reload`
struct ReloadPlugin {
  bool allow_downgrade = false;
};
BOOST_DESCRIBE_STRUCT(ReloadPlugin, (), (allow_downgrade))

void AdminCall::answer(unsigned status, const json::value& body) const { respond({status, plain_json(body)}); }

void AdminCall::refuse(unsigned status, const std::string& message) const { answer(status, json::object{{"error", message}}); }

void AdminCall::refuse_body(const config::Error& error) const {
  std::string message = "the body is faulty:";
  for (const config::Fault& fault : error.faults()) message += " " + fault.pointer + " " + fault.message;
  refuse(400, message);
}

AdminApi::AdminApi(control::ControlPlane& plane, control::ChangeQueue& changes, monitoring::MetricsPage& metrics,
                   std::function<void(const control::Outcome&)> after)
    : plane_(plane), changes_(changes), after_(std::move(after)), metrics_(metrics) {
  offer_plugins();
  offer("POST", "/admin/configuration/reload", [this](const AdminCall& call) {
    change(call, "reloading the configuration", [](control::ControlPlane& plane) { return plane.reload_configuration(); });
  });
  offer("GET", "/metrics", [&metrics](const AdminCall& call) {
    call.respond({200, metrics.text(), std::string(monitoring::PrometheusText::content_type)});
  });
}

void AdminApi::offer(std::string method, std::string path, Handler handler) {
  entries_.push_back({std::move(method), std::move(path), std::move(handler)});
}

void AdminApi::handle(const AdminRequest& request, const Respond& respond) {
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  std::string offered;
  bool known = false;
  for (const Entry& entry : entries_) {
    const std::optional<std::string> name = server::match_path(entry.path, path);
    offered += (offered.empty() ? "" : ", ") + entry.method + " " + entry.path;
    known = known || name;
    if (name && entry.method == request.method) return entry.handle({request, respond, *name});
  }
  AdminCall{request, respond, {}}.refuse(known ? 405 : 404,
                                         "the admin API has no " + request.method + " " + std::string(path) + "; it has " + offered);
}

void AdminApi::offer_plugins() {
  offer("GET", "/admin/plugins", [this](const AdminCall& call) {
    if (server::query_field(call.request.target, "format") == "text")
      return call.respond(
          {200, plugins::list_text(plane_.inventory(), plane_.pins().requests_by_generation()) + isolation::list_text(plane_.processes()),
           "text/plain; charset=utf-8"});
    json::value shown = plugins::describe(plane_.inventory(), plane_.pins().requests_by_generation());
    shown.as_object()["processes"] = isolation::describe(plane_.processes());
    call.answer(200, shown);
  });
  offer("POST", "/admin/plugins", [this](const AdminCall& call) {
    if (const std::optional<AddPlugin> wanted = call.body<AddPlugin>())
      change(call, "adding plugin " + wanted->path,
             [wanted](control::ControlPlane& plane) { return plane.add_plugin(wanted->path, wanted->allow_downgrade); });
  });
  offer("POST", "/admin/plugins/*/reload", [this](const AdminCall& call) {
    if (const std::optional<ReloadPlugin> wanted = call.body<ReloadPlugin>())
      change(call, "reloading plugin " + call.name,
             [name = call.name, wanted](control::ControlPlane& plane) { return plane.reload_plugin(name, wanted->allow_downgrade); });
  });
  offer("POST", "/admin/plugins/*/rollback", [this](const AdminCall& call) {
    change(call, "rolling back plugin " + call.name,
           [name = call.name](control::ControlPlane& plane) { return plane.roll_back_plugin(name); });
  });
  offer("DELETE", "/admin/plugins/*", [this](const AdminCall& call) {
    change(call, "removing plugin " + call.name, [name = call.name](control::ControlPlane& plane) { return plane.remove_plugin(name); });
  });
}

void AdminApi::change(const AdminCall& call, std::string what, control::ChangeQueue::Change change) {
  const std::chrono::milliseconds limit = plane_.slot().current()->settings.plugins.load_timeout;
  changes_.run(std::move(what), limit, std::move(change), [this, respond = call.respond](const control::Outcome& outcome) {
    after_(outcome);
    respond({outcome.done ? 200u : 409u, json::serialize(json::object{{outcome.done ? "message" : "error", outcome.message}})});
  });
}

}  // namespace patchbay::admin
