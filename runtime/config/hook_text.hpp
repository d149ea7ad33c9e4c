#pragma once

#include <boost/describe/class.hpp>

#include "config/settings.hpp"

namespace patchbay::config::text {

/// `[[hooks]]` as it stands in a file.
struct Hook {
  std::string id;
  std::vector<std::string> events{"*"};
  boost::json::value config;

  static constexpr Doc docs[] = {
      {.field = "id", .text = "A unique name, for logs and metrics.", .required = true},
      {.field = "events", .text = "What it is told of: names of the table below, or their beginnings as in `request.*`."},
      {.field = "config",
       .text = "A module of kind `hook`: the name of a `[library.NAME]` entry, or one inline: `{ type = \"…\", config = { … } }`.",
       .required = true},
  };
};
BOOST_DESCRIBE_STRUCT(Hook, (), (id, events, config))

}  // namespace patchbay::config::text
