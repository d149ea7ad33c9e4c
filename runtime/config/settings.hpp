#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "patchbay/module.hpp"

/// The configuration file as typed values, after includes, `${ENV}` and `file:` references are resolved and every key was checked
/// against the schema of its table. What needs plugins to be judged (module types and their configs) is judged by the assembler.
namespace patchbay::config {

/// Where something stands in a file. Lines and columns count from one; zero means unknown.
struct Position {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// One thing that is wrong with a configuration file.
struct Diagnostic {
  Position at;
  std::string key;         ///< the offending key as a dotted path, for example `routes[2].modules[0].config.base_ulr`
  std::string message;     ///< what is wrong and what to do
  std::string suggestion;  ///< the nearest valid key or value; empty if none is near
};

/// "file:line:column: key: message (did you mean 'x'?)"
[[nodiscard]] std::string to_string(const Diagnostic& diagnostic);

/// A JSON value that knows where each part of it came from.
struct Located {
  boost::json::value value;
  Position at;
  std::map<std::string, Position> parts;  ///< JSON pointer → where it stands; the key's position for members

  /// The position of the part that a JSON pointer names, or of its nearest known ancestor.
  [[nodiscard]] Position find(std::string_view pointer) const;
};

struct ServerSettings {
  std::string listen = "127.0.0.1:8080";
  unsigned threads = 0;                       ///< 0: one per core
  std::vector<std::string> api_keys;          ///< empty: no inbound authentication
  bool allow_unauthenticated = false;         ///< permits a non-loopback address without keys
  std::uint64_t max_body_bytes = 64u << 20;   ///< also the limit after decompression
  std::uint32_t max_header_bytes = 64u << 10;
  std::chrono::milliseconds header_timeout{10'000};    ///< from the first byte of a request to the end of its headers
  std::chrono::milliseconds body_timeout{60'000};      ///< for the whole request body
  std::chrono::milliseconds write_timeout{60'000};     ///< a client that takes no byte for so long is dropped
  std::chrono::milliseconds keep_alive_timeout{75'000};
  std::chrono::milliseconds shutdown_timeout{30'000};  ///< how long requests in flight may take after SIGTERM
  std::chrono::milliseconds sse_keep_alive{15'000};    ///< a comment line goes to a streaming client that heard nothing for so long
  std::uint32_t max_connections = 65'536;
  std::vector<std::string> cors_origins;      ///< empty: CORS is off; "*" allows any
};

struct LogSettings {
  std::string level = "info";
  std::string format = "text";  ///< "text" or "json"
};

struct PluginSettings {
  std::vector<std::string> directories;  ///< absolute, or relative to the file that names them
  bool watch = false;
  std::string state_directory;  ///< where staged copies live; empty: a private directory under the system's temporary directory
};

struct PoolSettings {
  std::string preload = "all";                         ///< "all": every instance that a route names; "none": at first use
  std::chrono::milliseconds idle_timeout{300'000};     ///< an instance that no route names is recycled after so long without use
  std::chrono::milliseconds connect_timeout{5'000};    ///< how long a request waits for an instance that is being made
  std::uint32_t unhealthy_after = 5;                   ///< consecutive faults of an instance that make it unhealthy
};

struct Timeouts {
  std::chrono::milliseconds connect{10'000};      ///< DNS, TCP, proxy and TLS together
  std::chrono::milliseconds first_byte{300'000};  ///< from the request's last byte to the reply's first
  std::chrono::milliseconds idle{120'000};        ///< between two pieces of the reply
  std::chrono::milliseconds total{1'800'000};     ///< the whole call

  friend bool operator==(const Timeouts&, const Timeouts&) = default;
};

struct UpstreamSettings {
  Timeouts timeouts;
  std::string ca_file;                        ///< PEM; empty: the system's
  std::string proxy;                          ///< "http://[user:password@]host:port"; empty: none
  std::vector<std::string> no_proxy;          ///< host names or suffixes (".internal") that bypass the proxy
  std::uint32_t max_idle_per_origin = 64;     ///< kept-alive sockets a thread
  std::chrono::milliseconds keep_alive{60'000};
  std::uint64_t max_reply_bytes = 64u << 20;  ///< of a whole (non-stream) reply; also of one event
};

/// `condition = { field = "…", operator = "…", value = … }`
struct Condition {
  std::string field;  ///< a request fact, `header.NAME`, or `body.PATH`
  std::string op;     ///< equals, contains, matches, exists, gt, lt
  boost::json::value value;
  bool case_sensitive = true;
  Position at;
};

/// A module named by a route: resolved from the library or written inline.
struct ModuleUse {
  ModuleKind kind = ModuleKind::provider;
  std::string type;     ///< module type, for example "provider-openai"
  std::string library;  ///< the library name it came from; empty when inline
  Located config;
  std::optional<Condition> condition;
  bool optional = false;
  Position at;
};

/// What a request must look like. Every field that is set must hold.
struct Pattern {
  std::vector<std::string> protocols;   ///< entry protocol, any of these
  std::vector<std::string> operations;  ///< generate, embed, count_tokens
  std::optional<std::string> model;     ///< regular expression (ECMAScript), searched
  std::optional<bool> stream;
  std::optional<bool> has_tools;
  std::optional<bool> has_images;
  std::optional<bool> thinking;
  std::optional<std::uint64_t> min_tokens;  ///< estimated
  std::optional<std::uint64_t> max_tokens;
  std::map<std::string, std::string> headers;  ///< name → regular expression
  std::map<std::string, boost::json::value> custom;  ///< dotted path into the body → required value
  std::map<std::string, Position> at;  ///< field name → where it stands
};

/// One chain that a route may use.
struct Target {
  std::string id;
  std::uint32_t weight = 1;
  std::vector<ModuleUse> modules;
  Position at;
};

struct Route {
  std::string id;
  int priority = 0;  ///< higher first; equal ones in the order of the file
  bool enabled = true;
  Pattern pattern;
  std::string balance = "round-robin";  ///< round-robin, weighted, priority
  std::vector<Target> targets;          ///< one when the route was written with `modules`
  Timeouts timeouts;                    ///< [upstream] with the route's own `timeouts` laid over it
  Position at;
};

struct LibraryEntry {
  std::string name;
  std::string type;
  Located config;
  Position at;
};

struct Settings {
  ServerSettings server;
  LogSettings log;
  PluginSettings plugins;
  PoolSettings pool;
  UpstreamSettings upstream;
  std::map<std::string, LibraryEntry> library;
  std::vector<Route> routes;
  std::vector<std::string> files;  ///< every file that was read, the main one first, includes and secrets after it
};

}  // namespace patchbay::config
