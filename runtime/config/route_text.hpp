#pragma once

#include <boost/describe/class.hpp>

#include "config/settings.hpp"

/// Library entries and routes as they stand in a file, before names are resolved.
namespace patchbay::config::text {

struct LibraryEntry {
  std::string type;
  std::string isolation = "none";
  boost::json::value config;

  static constexpr Doc docs[] = {
      {.field = "type", .text = "Module type, for example `provider-openai`.", .required = true},
      {.field = "isolation",
       .text = "`process`: the module runs in a process of its plugin, so that its crash costs only its own requests; not for hooks.",
       .choices = "none|process"},
      {.field = "config", .text = "The module's options; `patchbay plugin inspect TYPE` lists them."},
  };
};
BOOST_DESCRIBE_STRUCT(LibraryEntry, (), (type, isolation, config))

struct Condition {
  std::string field;
  std::string operator_;
  boost::json::value value;
  bool case_sensitive = true;

  static constexpr Doc docs[] = {
      {.field = "field",
       .text =
           "model, protocol, operation, stream, has_tools, has_images, thinking, estimated_tokens, `header.NAME` or `body.DOTTED.PATH`.",
       .required = true},
      {.field = "operator", .text = "How the field is compared.", .required = true, .choices = "equals|contains|matches|exists|gt|lt"},
      {.field = "value", .text = "What it is compared with; a regular expression (RE2) for `matches`, true or false for `exists`."},
      {.field = "case_sensitive", .text = "Whether upper and lower case differ, in text and expressions."},
  };
};
BOOST_DESCRIBE_STRUCT(Condition, (), (field, operator_, value, case_sensitive))

struct Module {
  std::string type;
  boost::json::value config;
  std::optional<Condition> condition;
  bool optional = false;

  static constexpr Doc docs[] = {
      {.field = "type", .text = "The kind of module.", .required = true, .choices = "llmSwitch|workflow|compatibility|provider"},
      {.field = "config",
       .text = "The name of a `[library.NAME]` entry, or one inline: `{ type = \"…\", config = { … } }`.",
       .required = true},
      {.field = "condition", .text = "The module is used only for requests that meet it."},
      {.field = "optional", .text = "Whether a request that does not meet the condition passes without the module, instead of failing."},
  };
};
BOOST_DESCRIBE_STRUCT(Module, (), (type, config, condition, optional))

struct Target {
  std::string id;
  std::uint32_t weight = 1;
  std::string model;
  std::vector<Module> modules;
  std::uint32_t max_concurrency = 0;
  config::QueueSettings queue;
  boost::json::value probe;

  static constexpr Doc docs[] = {
      {.field = "id", .text = "A name for logs; the target's number if there is none."},
      {.field = "weight", .text = "Share of the requests with `balance = \"weighted\"`, at most 1000; 0 is none.", .maximum = 1000.0},
      {.field = "model",
       .text = "Takes the place of the model that the client named, before the first module; `\\1` is the first group of `pattern.model`."},
      {.field = "modules", .text = "The chain; see `modules` below.", .required = true},
      {.field = "max_concurrency", .text = "Requests at once; 0 is no limit. One more goes to another target, or waits in the `queue`."},
      {.field = "queue", .text = "Requests that wait for a place: `{ size, timeout }`."},
      {.field = "probe", .text = "Those of `[probe]` that differ for this target."},
  };
};
BOOST_DESCRIBE_STRUCT(Target, (), (id, weight, model, modules, max_concurrency, queue, probe))

struct Route {
  std::string id;
  int priority = 0;
  bool enabled = true;
  config::Pattern pattern;
  std::string balance = "round-robin";
  std::string model;
  std::string sticky = "caller";
  std::optional<std::vector<Module>> modules;
  std::optional<std::vector<Target>> targets;
  std::vector<std::string> fallback;
  std::optional<config::HedgeSettings> hedge;
  boost::json::value timeouts;
  boost::json::value failover;
  boost::json::value probe;

  static constexpr Doc docs[] = {
      {.field = "id", .text = "A unique name.", .required = true},
      {.field = "priority", .text = "Routes with a higher one are tried first; equal ones in the order of the file."},
      {.field = "enabled", .text = "Whether the route takes part."},
      {.field = "pattern", .text = "What a request must look like; an empty one takes any."},
      {.field = "balance",
       .text = "Which target is tried first: each in turn, by `weight`, the first that is well, the one with the fewest requests, the one "
               "that answers soonest, or the same one for the same `sticky` value.",
       .choices = "round-robin|weighted|priority|least-busy|latency|sticky"},
      {.field = "sticky",
       .text = "With `balance = \"sticky\"`: `caller`, or a field as in a `condition`, for example `header.x-session` or `body.user`."},
      {.field = "model", .text = "Takes the place of the model that the client named; see `targets`, whose own `model` comes first."},
      {.field = "modules", .text = "The chain, in any order of kinds; exactly one provider. Either this or `targets`."},
      {.field = "targets", .text = "Several chains: `[{ id, weight, model, modules }, …]`."},
      {.field = "fallback",
       .text = "Routes, by id, whose targets are tried when all of this one have failed; their patterns do not count."},
      {.field = "hedge", .text = "`{ after = \"2s\" }`: asks a second target when the first says nothing for so long."},
      {.field = "timeouts", .text = "Those of `[upstream.timeouts]` that differ for this route."},
      {.field = "failover", .text = "Those of `[failover]` that differ for this route."},
      {.field = "probe", .text = "Those of `[probe]` that differ for this route."},
  };
};
BOOST_DESCRIBE_STRUCT(Route, (),
                      (id, priority, enabled, pattern, balance, sticky, model, modules, targets, fallback, hedge, timeouts, failover,
                       probe))

}  // namespace patchbay::config::text
