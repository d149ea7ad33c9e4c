#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <filesystem>

#include "commands/ask_host.hpp"

namespace patchbay::commands {

namespace json = boost::json;

namespace {

admin::AdminRequest request_for(const PluginChangeOptions& options) {
  const std::string plugin = "/admin/plugins/" + path_segment(options.plugin);
  const json::object body{{"allow_downgrade", options.allow_downgrade}};
  switch (options.change) {
    case PluginChangeOptions::Change::add: {
      json::object added = body;
      added["path"] = std::filesystem::absolute(options.plugin).lexically_normal().string();
      return {"POST", "/admin/plugins", json::serialize(added)};
    }
    case PluginChangeOptions::Change::reload: return {"POST", plugin + "/reload", json::serialize(body)};
    case PluginChangeOptions::Change::rollback: return {"POST", plugin + "/rollback", ""};
    case PluginChangeOptions::Change::remove: return {"DELETE", plugin, ""};
  }
  return {};
}

}  // namespace

int change_plugin(const PluginChangeOptions& options) {
  const admin::AdminReply reply = ask_host(options.admin, request_for(options));
  const bool done = reply.status == 200;
  std::fprintf(done ? stdout : stderr, "%s\n", message_of(reply).c_str());
  return done ? Exit::success : Exit::failure;
}

int list_live_plugins(const AdminOptions& admin, bool json) {
  return print_reply(ask_host(admin, {"GET", json ? "/admin/plugins" : "/admin/plugins?format=text", ""}));
}

}  // namespace patchbay::commands
