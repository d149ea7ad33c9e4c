#pragma once

#include <boost/describe/class.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/access_settings.hpp"
#include "config/classification_settings.hpp"
#include "config/failover_settings.hpp"
#include "config/hook_settings.hpp"
#include "config/located.hpp"
#include "config/mode_settings.hpp"
#include "config/monitoring_settings.hpp"
#include "config/probe_settings.hpp"
#include "config/tls_settings.hpp"
#include "config/v1_settings.hpp"
#include "patchbay/config.hpp"
#include "patchbay/module.hpp"

/// The configuration file as typed values, after includes, `${ENV}` and `file:` references are resolved and every key was checked
/// against the schema of its table. What needs plugins to be judged (module types and their configs) is judged by the assembler.
namespace patchbay::config {

/// `[server]`
struct ServerSettings {
  std::string listen = "127.0.0.1:8080";
  unsigned threads = 0;
  std::vector<std::string> api_keys;
  bool allow_unauthenticated = false;
  std::uint64_t max_body_bytes = 64u << 20;
  std::uint32_t max_header_bytes = 64u << 10;
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{60'000};
  std::chrono::milliseconds write_timeout{60'000};
  std::chrono::milliseconds keep_alive_timeout{75'000};
  std::chrono::milliseconds shutdown_timeout{30'000};
  std::chrono::milliseconds sse_keep_alive{15'000};
  std::uint32_t max_connections = 65'536;
  std::vector<std::string> cors_origins;
  std::uint64_t response_store_bytes = 64u << 20;
  ListenerTls tls;

  static constexpr Doc docs[] = {
      {.field = "listen", .text = "Address and port; port 0 takes any free one. A change needs a restart."},
      {.field = "threads", .text = "Event-loop threads; 0 is one per core. A change needs a restart.", .maximum = 1024.0},
      {.field = "api_keys", .text = "Keys that clients must present; without any, only loopback may be bound.", .secret = true},
      {.field = "allow_unauthenticated", .text = "Permits a non-loopback address without keys."},
      {.field = "max_body_bytes", .text = "Largest request body, also after decompression.", .minimum = 1.0},
      {.field = "max_header_bytes", .text = "Largest request head.", .minimum = 1024.0},
      {.field = "header_timeout", .text = "From the first byte of a request to the end of its headers."},
      {.field = "body_timeout", .text = "For the whole request body."},
      {.field = "write_timeout", .text = "A client that takes no byte for so long is dropped."},
      {.field = "keep_alive_timeout", .text = "How long an idle client connection is kept."},
      {.field = "shutdown_timeout", .text = "How long requests in flight may take after SIGTERM."},
      {.field = "sse_keep_alive", .text = "A streaming client that heard nothing for so long gets a comment line; 0 is never."},
      {.field = "max_connections", .text = "Client connections at once; one more is answered 503.", .minimum = 1.0},
      {.field = "cors_origins", .text = "Origins that browsers may call from; empty: CORS is off; \"*\": any."},
      {.field = "response_store_bytes",
       .text = "Room for answers of `/v1/responses` that clients may refer to later; the oldest go first; 0 keeps none."},
      {.field = "tls", .text = "HTTPS instead of HTTP: `certificate`, `private_key`, `client_ca`."},
  };
};
BOOST_DESCRIBE_STRUCT(ServerSettings, (),
                      (listen, threads, api_keys, allow_unauthenticated, max_body_bytes, max_header_bytes, header_timeout, body_timeout,
                       write_timeout, keep_alive_timeout, shutdown_timeout, sse_keep_alive, max_connections, cors_origins,
                       response_store_bytes, tls))

/// `[log]`
struct LogSettings {
  std::string level = "info";
  std::string format = "text";

  static constexpr Doc docs[] = {
      {.field = "level", .text = "What is logged, from here upwards.", .choices = "trace|debug|info|warning|error|off"},
      {.field = "format", .text = "For people, or one JSON object a line.", .choices = "text|json"},
  };
};
BOOST_DESCRIBE_STRUCT(LogSettings, (), (level, format))

/// `[plugins]`
struct PluginSettings {
  std::vector<std::string> directories;
  bool watch = false;
  std::vector<std::string> awaited_modules;
  std::string state_directory;
  bool trial = true;
  std::chrono::milliseconds load_timeout{10'000};
  std::uint32_t max_retired = 8;
  std::vector<std::string> trusted_keys;
  bool require_signed = false;
  bool allow_downgrade = false;
  std::chrono::milliseconds isolation_timeout{5'000};
  std::uint64_t isolation_memory = 1u << 30;

  static constexpr Doc docs[] = {
      {.field = "directories",
       .text = "Where plugins are, besides those that came with Patchbay (or, if it is set, `PATCHBAY_PLUGIN_PATH`); relative to this "
               "file. A change needs a restart."},
      {.field = "watch",
       .text = "Loads plugins that are added to these directories, or changed there, while requests are served. A change needs a restart."},
      {.field = "awaited_modules",
       .text =
           "Module types that a plugin may bring later; until then the routes that name them wait. Any other that is missing is a fault."},
      {.field = "state_directory",
       .text =
           "Where staged copies of plugins live; empty: a private directory under the system's temporary one. A change needs a restart."},
      {.field = "trial",
       .text =
           "Loads a plugin that did not come with Patchbay, or that comes while requests are served, in a process of its own first, and "
           "makes its modules there, so that a crash refuses the plugin and harms nothing."},
      {.field = "load_timeout",
       .text = "A plugin that is not loaded, made and checked within it is given up; the version before serves on."},
      {.field = "max_retired",
       .text = "So many versions of a plugin may still serve running requests after they were replaced; one more replacement is refused.",
       .minimum = 1.0},
      {.field = "trusted_keys",
       .text = "Ed25519 public keys, in Base64 or as `file:KEY.pem`, whose signatures (`FILE.so.sig`) count. A change needs a restart."},
      {.field = "require_signed",
       .text = "Refuses plugins that no trusted key has signed, except those that came with Patchbay. A change needs a restart."},
      {.field = "allow_downgrade", .text = "Lets an older version of a plugin replace a newer one."},
      {.field = "isolation_timeout",
       .text = "How long an isolated module may take over one message; then its process is ended and started anew.",
       .minimum = 1.0},
      {.field = "isolation_memory",
       .text = "Bytes of memory that the process of an isolated plugin may take before it is ended and started anew; 0 is no limit."},
  };
};
BOOST_DESCRIBE_STRUCT(PluginSettings, (),
                      (directories, watch, awaited_modules, state_directory, trial, load_timeout, max_retired, trusted_keys, require_signed,
                       allow_downgrade, isolation_timeout, isolation_memory))

/// `[admin]`
struct AdminSettings {
  std::string listen;
  std::string token;
  std::string uploads;
  ListenerTls tls;

  static constexpr Doc docs[] = {
      {.field = "listen", .text = "Address and port, or `unix:PATH`, of the admin API; empty: there is none. A change needs a restart."},
      {.field = "token",
       .text = "What callers of the admin API present as a bearer token; needed unless it listens on a Unix socket.",
       .secret = true},
      {.field = "uploads",
       .text = "Where plugins that are uploaded through the admin API are saved, relative to this file; empty: uploads are refused."},
      {.field = "tls", .text = "HTTPS instead of HTTP: `certificate`, `private_key`, `client_ca`."},
  };
};
BOOST_DESCRIBE_STRUCT(AdminSettings, (), (listen, token, uploads, tls))

/// `[pool]`
struct PoolSettings {
  std::string preload = "all";
  std::vector<std::string> preload_library;
  std::chrono::milliseconds idle_timeout{300'000};
  std::chrono::milliseconds connect_timeout{5'000};
  std::uint32_t unhealthy_after = 5;

  static constexpr Doc docs[] = {
      {.field = "preload",
       .text = "`all`: every instance that a route names stays ready; `routes`: those that requests take first, while targets in reserve "
               "are made at first use; `none`: all made at first use. What is made at first use is recycled when idle.",
       .choices = "all|routes|none"},
      {.field = "preload_library", .text = "Names of `[library]` entries that are ready from the start besides, and stay."},
      {.field = "idle_timeout", .text = "An unused instance is recycled after so long, unless it is preloaded and named by a route."},
      {.field = "connect_timeout", .text = "How long a request waits for an instance that is being made."},
      {.field = "unhealthy_after", .text = "So many faults in a row make an instance unhealthy. A change needs a restart.", .minimum = 1.0},
  };
};
BOOST_DESCRIBE_STRUCT(PoolSettings, (), (preload, preload_library, idle_timeout, connect_timeout, unhealthy_after))

/// `[upstream.timeouts]`, and `timeouts` of a route
struct Timeouts {
  std::chrono::milliseconds connect{10'000};
  std::chrono::milliseconds first_byte{300'000};
  std::chrono::milliseconds idle{120'000};
  std::chrono::milliseconds total{1'800'000};

  static constexpr Doc docs[] = {
      {.field = "connect", .text = "DNS, TCP, proxy and TLS together."},
      {.field = "first_byte", .text = "From the request's last byte to the reply's first."},
      {.field = "idle", .text = "Between two pieces of the reply."},
      {.field = "total", .text = "The whole call."},
  };
};
BOOST_DESCRIBE_STRUCT(Timeouts, (), (connect, first_byte, idle, total))

/// `[upstream]`
struct UpstreamSettings {
  Timeouts timeouts;
  std::string ca_file;
  std::string proxy;
  std::vector<std::string> no_proxy;
  std::uint32_t max_idle_per_origin = 64;
  std::chrono::milliseconds keep_alive{60'000};
  std::uint64_t max_reply_bytes = 64u << 20;

  static constexpr Doc docs[] = {
      {.field = "timeouts", .text = "For every call; a route's own `timeouts` are laid over them."},
      {.field = "ca_file", .text = "PEM file with the certificate authorities to trust; empty: the system's. A change needs a restart."},
      {.field = "proxy", .text = "`http://[user:password@]host:port`; empty: none. A change needs a restart.", .secret = true},
      {.field = "no_proxy", .text = "Host names, or suffixes like \".internal\", that bypass the proxy. A change needs a restart."},
      {.field = "max_idle_per_origin", .text = "Kept-alive connections for each provider and thread. A change needs a restart."},
      {.field = "keep_alive", .text = "How long an idle provider connection is kept. A change needs a restart."},
      {.field = "max_reply_bytes", .text = "Largest whole reply, and largest event of a stream.", .minimum = 1024.0},
  };
};
BOOST_DESCRIBE_STRUCT(UpstreamSettings, (), (timeouts, ca_file, proxy, no_proxy, max_idle_per_origin, keep_alive, max_reply_bytes))

/// `condition = { field = "…", operator = "…", value = … }`
struct Condition {
  std::string field;
  std::string op;
  boost::json::value value;
  bool case_sensitive = true;
  Position at;
};

/// A module named by a target: resolved from the library or written inline.
struct ModuleUse {
  ModuleKind kind = ModuleKind::provider;
  std::string type;     ///< module type, for example "provider-openai"
  std::string library;  ///< the library name it came from; empty when inline
  std::string key;      ///< where it was named, for example "routes[0].modules[2]"
  Located config;
  std::optional<Condition> condition;
  bool optional = false;
  bool isolated = false;  ///< `isolation = "process"`
  std::string owner;      ///< a static pipeline that has this module for itself; empty: shared by all that are configured alike
  Position at;
};

/// What a request must look like. Every field that is set must hold.
struct Pattern {
  std::vector<std::string> protocols;
  std::vector<std::string> operations;
  std::optional<std::string> category;
  std::optional<std::string> model;
  std::optional<bool> stream;
  std::optional<bool> has_tools;
  std::optional<bool> has_images;
  std::optional<bool> thinking;
  std::optional<std::uint64_t> min_tokens;
  std::optional<std::uint64_t> max_tokens;
  std::map<std::string, std::string> headers;
  std::map<std::string, boost::json::value> custom;

  static constexpr Doc docs[] = {
      {.field = "protocols", .text = "What the client speaks, any of these: openai-chat, openai-responses, anthropic-messages, gemini."},
      {.field = "operations", .text = "What the client wants, any of these: generate, embed, count_tokens."},
      {.field = "category",
       .text = "What kind of work the request is, as `[classification]` tells.",
       .choices = "vision|longcontext|thinking|coding|websearch|tools|background|default"},
      {.field = "model", .text = "Regular expression (RE2), searched in the model's name."},
      {.field = "stream", .text = "Whether the client asks for a stream."},
      {.field = "has_tools", .text = "Whether the request offers tools."},
      {.field = "has_images", .text = "Whether the conversation has images."},
      {.field = "thinking", .text = "Whether the model is asked to think."},
      {.field = "min_tokens", .text = "Least estimated tokens (a quarter of the body's bytes)."},
      {.field = "max_tokens", .text = "Most estimated tokens."},
      {.field = "headers", .text = "Header name → regular expression (RE2)."},
      {.field = "custom", .text = "Dotted path into the body → the value it must have."},
  };
};
BOOST_DESCRIBE_STRUCT(Pattern, (),
                      (protocols, operations, category, model, stream, has_tools, has_images, thinking, min_tokens, max_tokens, headers,
                       custom))

/// One chain that a route may use.
struct Target {
  std::string id;
  std::uint32_t weight = 1;
  std::string model;                  ///< takes the place of the model that the client named; empty: that one stays
  std::vector<ModuleUse> modules;     ///< by kind: llmSwitch, workflows, compatibilities, provider
  std::uint32_t max_concurrency = 0;  ///< requests at once; 0 is no limit
  QueueSettings queue{};
  ProbeSettings probe{};  ///< [probe] with the route's and the target's own laid over it
  Position at;
};

/// `[[routes]]`
struct Route {
  std::string id;
  std::string key;   ///< "routes[2]"
  int priority = 0;  ///< higher first; equal ones in the order of the file
  bool enabled = true;
  Pattern pattern;
  Located pattern_source;
  std::string balance = "round-robin";
  std::string sticky = "caller";      ///< with `balance = "sticky"`: the field whose value stays with a target
  std::vector<Target> targets;        ///< one when the route was written with `modules`
  std::vector<std::string> fallback;  ///< ids of the routes that are tried when all targets have failed
  HedgeSettings hedge;                ///< `after` zero: never
  Timeouts timeouts;                  ///< [upstream.timeouts] with the route's own laid over them
  FailoverSettings failover;          ///< [failover] with the route's own laid over it
  Position at;
};

/// `[[hooks]]`
struct HookUse {
  std::string id;
  std::vector<std::string> events;           ///< names of events, or their beginnings with a '*'
  std::map<std::string, std::string> where;  ///< field of an event → regular expression
  /// What it is: a module of a plugin, if none of the others.
  ModuleUse module;
  std::optional<WebhookSettings> webhook;
  std::optional<CommandSettings> command;
  std::optional<LogHookSettings> log;
};

/// `[library.NAME]`
struct LibraryEntry {
  std::string name;
  std::string type;
  Located config;
  bool isolated = false;
  Position at;
};

struct Settings {
  ServerSettings server;
  LogSettings log;
  PluginSettings plugins;
  AdminSettings admin;
  PoolSettings pool;
  UpstreamSettings upstream;
  AccessTables access;
  ModeSettings mode;
  ClassificationSettings classification;
  V1Settings v1;
  FailoverSettings failover;
  ProbeSettings probe;
  MetricsSettings metrics;
  AccessLogSettings access_log;
  TelemetrySettings telemetry;
  DebugSettings debug;
  std::map<std::string, LibraryEntry> library;
  std::vector<Route> routes;
  std::vector<HookUse> hooks;
  std::vector<std::string> files;  ///< every file that was read, the main one first, includes and secrets after it
};

}  // namespace patchbay::config
