#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <filesystem>

#include "admin/admin_client.hpp"
#include "commands/cli.hpp"
#include "config/load.hpp"

namespace patchbay::commands {

namespace json = boost::json;

namespace {

/// Throws std::runtime_error saying how to name the host.
admin::AdminReply ask(AdminOptions options, const admin::AdminRequest& request) {
  if (!options.config_file.empty()) {
    const config::Loaded loaded = config::load(options.config_file);
    if (!loaded.settings)
      throw std::runtime_error(options.config_file + " is not valid; `patchbay check " + options.config_file + "` says why");
    if (options.address.empty()) options.address = loaded.settings->admin.listen;
    if (options.token.empty()) options.token = loaded.settings->admin.token;
  }
  if (options.address.empty())
    throw std::runtime_error(
        "which host? Give --config FILE, whose [admin] table has `listen`, or --admin http://HOST:PORT (and --token), or --admin "
        "unix:PATH");
  return admin::ask(options.address, options.token, request);
}

/// A name as one segment of a path (RFC 3986 section 3.3).
std::string path_segment(std::string_view name) {
  constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string segment;
  for (const char c : name) {
    if (unreserved.find(c) != std::string_view::npos) {
      segment += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      segment += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return segment;
}

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

/// What a reply says to a person.
std::string message_of(const admin::AdminReply& reply) {
  json::error_code malformed;
  const json::value body = json::parse(reply.body, malformed);
  for (const char* const field : {"message", "error"})
    if (!malformed && body.is_object())
      if (const json::value* const text = body.get_object().if_contains(field); text != nullptr && text->is_string())
        return std::string(text->get_string());
  return reply.body;
}

}  // namespace

int change_plugin(const PluginChangeOptions& options) {
  const admin::AdminReply reply = ask(options.admin, request_for(options));
  const bool done = reply.status == 200;
  std::fprintf(done ? stdout : stderr, "%s\n", message_of(reply).c_str());
  return done ? Exit::success : Exit::failure;
}

int list_live_plugins(const AdminOptions& admin, bool json) {
  const admin::AdminReply reply = ask(admin, {"GET", json ? "/admin/plugins" : "/admin/plugins?format=text", ""});
  if (reply.status != 200) {
    std::fprintf(stderr, "%s\n", message_of(reply).c_str());
    return Exit::failure;
  }
  std::printf("%s%s", reply.body.c_str(), reply.body.ends_with('\n') ? "" : "\n");
  return Exit::success;
}

}  // namespace patchbay::commands
