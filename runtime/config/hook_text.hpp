#pragma once

#include <boost/describe/class.hpp>

#include "config/settings.hpp"

namespace patchbay::config::text {

/// `[[hooks]]` as it stands in a file.
struct Hook {
  std::string id;
  std::vector<std::string> events{"*"};
  std::map<std::string, std::string> where;
  boost::json::value config;
  std::optional<WebhookSettings> webhook;
  std::optional<CommandSettings> command;
  std::optional<LogHookSettings> log;

  static constexpr Doc docs[] = {
      {.field = "id", .text = "A unique name, for logs and metrics.", .required = true},
      {.field = "events", .text = "What it is told of: names of the table below, or their beginnings as in `request.*`."},
      {.field = "where",
       .text = "Only events whose data has all of these fields, each with a text that its regular expression (RE2) is found in: "
               "`{ route = \"^gpt\", status = \"^5\" }`."},
      {.field = "config",
       .text = "A module of kind `hook`: the name of a `[library.NAME]` entry, or one inline: `{ type = \"…\", config = { … } }`."},
      {.field = "webhook", .text = "Or: posts the events somewhere."},
      {.field = "command", .text = "Or: runs a program for each event."},
      {.field = "log", .text = "Or: writes each event into the log."},
  };
};
BOOST_DESCRIBE_STRUCT(Hook, (), (id, events, where, config, webhook, command, log))

}  // namespace patchbay::config::text
