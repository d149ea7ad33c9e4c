#include "commands/ask_host.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <cstdio>
#include <stdexcept>

#include "admin/admin_client.hpp"
#include "config/load.hpp"

namespace patchbay::commands {

admin::AdminReply ask_host(const AdminOptions& options, const admin::AdminRequest& request) {
  admin::Contact contact;
  if (!options.config_file.empty()) {
    const config::Loaded loaded = config::load(options.config_file);
    if (!loaded.settings)
      throw std::runtime_error(options.config_file + " is not valid; `patchbay check " + options.config_file + "` says why");
    contact = admin::contact_of(loaded.settings->admin);
  }
  if (!options.address.empty()) contact.address = options.address;
  if (!options.token.empty()) contact.token = options.token;
  contact.trust.ca_file = options.ca_file;
  contact.trust.identity = options.identity;
  if (contact.address.empty())
    throw std::runtime_error(
        "which host? Give --config FILE, whose [admin] table has `listen`, or --admin http://HOST:PORT (and --token), https://HOST:PORT or "
        "unix:PATH");
  return admin::ask(contact, request);
}

int print_reply(const admin::AdminReply& reply) {
  if (reply.status != 200) {
    std::fprintf(stderr, "%s\n", message_of(reply).c_str());
    return Exit::failure;
  }
  std::printf("%s%s", reply.body.c_str(), reply.body.ends_with('\n') ? "" : "\n");
  return Exit::success;
}

std::string message_of(const admin::AdminReply& reply) {
  boost::json::error_code malformed;
  const boost::json::value body = boost::json::parse(reply.body, malformed);
  for (const char* const field : {"message", "error"})
    if (!malformed && body.is_object())
      if (const auto* const text = body.get_object().if_contains(field); text != nullptr && text->is_string())
        return std::string(text->get_string());
  return reply.body;
}

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

}  // namespace patchbay::commands
