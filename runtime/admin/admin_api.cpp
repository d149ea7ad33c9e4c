#include "admin/admin_api.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <optional>

#include "isolation/isolation_report.hpp"
#include "monitoring/prometheus_text.hpp"
#include "patchbay/config.hpp"
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

struct AdminApi::Call {
  const AdminRequest& request;
  const Respond& respond;
  std::string name;  ///< what stands for the '*' of the path

  void answer(unsigned status, const json::value& body) const { respond({status, json::serialize(body)}); }
  void refuse(unsigned status, const std::string& message) const { answer(status, json::object{{"error", message}}); }

  /// The body as T; an empty one has T's defaults. Nothing, and the caller is told, if it is faulty.
  template <class T>
  std::optional<T> body() const {
    try {
      boost::system::error_code malformed;
      const json::value value = request.body.empty() ? json::value(json::object()) : json::parse(request.body, malformed);
      if (!malformed) return config::parse<T>(value);
      refuse(400, "the body is not JSON: " + malformed.message());
    } catch (const config::Error& error) {
      std::string message = "the body is faulty:";
      for (const config::Fault& fault : error.faults()) message += " " + fault.pointer + " " + fault.message;
      refuse(400, message);
    }
    return std::nullopt;
  }
};

struct AdminApi::Entry {
  std::string_view method;
  std::string_view path;
  void (AdminApi::*handle)(const Call&);
};

const AdminApi::Entry AdminApi::entries[] = {
    {"GET", "/admin/plugins", &AdminApi::list_plugins},
    {"POST", "/admin/plugins", &AdminApi::add_plugin},
    {"POST", "/admin/plugins/*/reload", &AdminApi::reload_plugin},
    {"POST", "/admin/plugins/*/rollback", &AdminApi::roll_back_plugin},
    {"DELETE", "/admin/plugins/*", &AdminApi::remove_plugin},
    {"POST", "/admin/configuration/reload", &AdminApi::reload_configuration},
    {"GET", "/metrics", &AdminApi::metrics},
};

void AdminApi::handle(const AdminRequest& request, const Respond& respond) {
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  std::string offered;
  bool known = false;
  for (const Entry& entry : entries) {
    const std::optional<std::string> name = server::match_path(entry.path, path);
    offered += (offered.empty() ? "" : ", ") + std::string(entry.method) + " " + std::string(entry.path);
    known = known || name;
    if (name && entry.method == request.method) return (this->*entry.handle)({request, respond, *name});
  }
  Call{request, respond, {}}.refuse(known ? 405 : 404,
                                    "the admin API has no " + request.method + " " + std::string(path) + "; it has " + offered);
}

void AdminApi::list_plugins(const Call& call) {
  if (server::query_field(call.request.target, "format") == "text")
    return call.respond(
        {200, plugins::list_text(plane_.inventory()) + isolation::list_text(plane_.processes()), "text/plain; charset=utf-8"});
  json::value shown = plugins::describe(plane_.inventory());
  shown.as_object()["processes"] = isolation::describe(plane_.processes());
  call.answer(200, shown);
}

void AdminApi::add_plugin(const Call& call) {
  if (const std::optional<AddPlugin> wanted = call.body<AddPlugin>())
    change(call, "adding plugin " + wanted->path,
           [wanted](control::ControlPlane& plane) { return plane.add_plugin(wanted->path, wanted->allow_downgrade); });
}

void AdminApi::reload_plugin(const Call& call) {
  if (const std::optional<ReloadPlugin> wanted = call.body<ReloadPlugin>())
    change(call, "reloading plugin " + call.name,
           [name = call.name, wanted](control::ControlPlane& plane) { return plane.reload_plugin(name, wanted->allow_downgrade); });
}

void AdminApi::roll_back_plugin(const Call& call) {
  change(call, "rolling back plugin " + call.name,
         [name = call.name](control::ControlPlane& plane) { return plane.roll_back_plugin(name); });
}

void AdminApi::remove_plugin(const Call& call) {
  change(call, "removing plugin " + call.name, [name = call.name](control::ControlPlane& plane) { return plane.remove_plugin(name); });
}

void AdminApi::reload_configuration(const Call& call) {
  change(call, "reloading the configuration", [](control::ControlPlane& plane) { return plane.reload_configuration(); });
}

void AdminApi::change(const Call& call, std::string what, control::ChangeQueue::Change change) {
  const std::chrono::milliseconds limit = plane_.slot().current()->settings.plugins.load_timeout;
  changes_.run(std::move(what), limit, std::move(change), [this, respond = call.respond](const control::Outcome& outcome) {
    after_(outcome);
    respond({outcome.done ? 200u : 409u, json::serialize(json::object{{outcome.done ? "message" : "error", outcome.message}})});
  });
}

void AdminApi::metrics(const Call& call) {
  monitoring::PrometheusText text;
  plugins::add_metrics(plane_.inventory(), text);
  isolation::add_metrics(plane_.processes(), text);
  call.respond({200, text.take(), std::string(monitoring::PrometheusText::content_type)});
}

}  // namespace patchbay::admin
