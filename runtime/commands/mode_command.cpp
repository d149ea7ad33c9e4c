#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>

#include "commands/ask_host.hpp"

namespace patchbay::commands {

namespace json = boost::json;

namespace {

admin::AdminRequest request_for(const ModeOptions& options) {
  const char* const format = options.json ? "" : "?format=text";
  switch (options.what) {
    case ModeOptions::What::show: return {"GET", std::string("/admin/mode") + format, ""};
    case ModeOptions::What::report: return {"GET", std::string("/admin/mode/report") + format, ""};
    case ModeOptions::What::rollback: return {"POST", "/admin/mode/rollback", ""};
    case ModeOptions::What::change: break;
  }
  json::object body{{"mode", options.mode}, {"validate", options.validate}};
  if (options.percentage != 0.0) body["percentage"] = options.percentage;
  if (!options.ramp.empty()) body["ramp"] = json::array(options.ramp.begin(), options.ramp.end());
  if (!options.duration.empty()) body["duration"] = options.duration;
  return {"POST", "/admin/mode", json::serialize(body)};
}

}  // namespace

int change_mode(const ModeOptions& options) {
  const admin::AdminReply reply = ask_host(options.admin, request_for(options));
  const bool looks = options.what == ModeOptions::What::show || options.what == ModeOptions::What::report;
  if (looks || options.json) return print_reply(reply);
  const bool done = reply.status == 200;
  std::fprintf(done ? stdout : stderr, "%s\n", message_of(reply).c_str());
  return done ? Exit::success : Exit::failure;
}

}  // namespace patchbay::commands
