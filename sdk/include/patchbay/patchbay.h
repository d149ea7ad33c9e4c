/* Modules in any language: a plugin behind a plain C door (C99).
 *
 * A plugin in C++ shares classes with the host and must be built as the host is. One that uses this header shares nothing but the
 * structures below: requests, answers and events pass as JSON text, and whoever can export a C function can write it. The host wraps its
 * modules, so that everything else sees ordinary ones: configuration, pool, reload, `patchbay plugin inspect`.
 *
 * A plugin exports one symbol, PATCHBAY_C_ENTRY_SYMBOL, and has the stamp of PATCHBAY_C_STAMP, which the host reads before any code of the
 * file runs. In C:
 *
 *     PATCHBAY_C_STAMP
 *     PATCHBAY_C_EXPORT const patchbay_c_plugin* patchbay_c_plugin_entry_v1(void) { return &plugin; }
 *
 * Link with plugin-c.map, so that nothing else is exported. sdk/examples has one in C and one in Rust.
 *
 * Rules
 * - Text is UTF-8, a pointer and a length, without a zero at its end. What the host passes is valid during the call. What a module passes
 *   to one of the host's functions is copied before that function returns. So nobody ever frees memory of the other.
 * - Everything that is read from a `const char*` is zero-terminated and lives as long as the library is loaded.
 * - Structures begin with their size and only ever grow at the end. A function pointer may be null where it says so.
 * - A function that cannot do its work calls `fail` of the object that it was given and returns. That fails one request, like an exception
 *   in C++. Nothing may unwind out of a function: neither an exception nor a panic.
 * - Modules transform, the host acts: no sockets, no threads, no sleeping, no files but those of `open_lines`.
 * - Threads: [init] while a configuration is put together; [request: concurrent] any number of threads at once; [connection: one thread]
 *   never two at once for the same stage; [hook thread] one call at a time for each hook; [thread-safe] from any thread at any time. */
#ifndef PATCHBAY_PATCHBAY_H
#define PATCHBAY_PATCHBAY_H

#include <stddef.h>
#include <stdint.h>

#include "patchbay/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when what is said here changes its meaning; growth at the end does not raise it. */
#define PATCHBAY_C_ABI 1u

#define PATCHBAY_C_ENTRY_SYMBOL "patchbay_c_plugin_entry_v1"

typedef struct patchbay_text {
  const char* data; /* may be null if size is 0 */
  size_t size;
} patchbay_text;

/* What a module is for: `kind` of patchbay_c_module. */
enum { PATCHBAY_C_LLM_SWITCH = 1, PATCHBAY_C_WORKFLOW = 2, PATCHBAY_C_COMPATIBILITY = 3, PATCHBAY_C_PROVIDER = 4, PATCHBAY_C_HOOK = 5 };

/* A file of lines that the host writes. */
typedef struct patchbay_c_lines patchbay_c_lines;

struct patchbay_c_result;

/* Services of the host. Lives as long as the module. A host that is older than this header has a smaller `struct_size`. [thread-safe] */
typedef struct patchbay_c_host {
  uint32_t struct_size;
  /* A line in the host's log. `level`: 0 debug, 1 info, 2 warning, 3 error. Never pass keys or bodies. */
  void (*log)(const struct patchbay_c_host* host, int32_t level, patchbay_text message);
  /* Milliseconds that only ever go forward, for ages and deadlines. */
  int64_t (*now)(const struct patchbay_c_host* host);
  /* Milliseconds since 1970-01-01 00:00 UTC. It may jump. */
  int64_t (*wall_time)(const struct patchbay_c_host* host);
  /* In `create` only: opens, or makes, a file of lines, which stays open as long as the module lives. At `bytes` it begins anew, and `keep`
   * old ones stay as PATH.1, PATH.2… Null, and `result` has failed with the reason, if that is not possible. [init] */
  patchbay_c_lines* (*open_lines)(const struct patchbay_c_host* host, patchbay_text path, uint64_t bytes, uint32_t keep,
                                  struct patchbay_c_result* result);
  /* Appends a line, which has no line feed of its own. Returns 0, and the host has logged why, if the disk does not take it, else 1. */
  int32_t (*write_line)(const struct patchbay_c_host* host, patchbay_c_lines* lines, patchbay_text line);
} patchbay_c_host;

/* Where a function of a module puts its result. Valid during the call. */
typedef struct patchbay_c_result {
  uint32_t struct_size;
  /* The result, as JSON text; said again, the last one counts. */
  void (*json)(struct patchbay_c_result* result, patchbay_text json);
  /* There is no result, for this reason. */
  void (*fail)(struct patchbay_c_result* result, patchbay_text reason);
  /* `create` only: one thing that is wrong with the configuration, and the JSON pointer (RFC 6901) of where. May be called many times. */
  void (*fault)(struct patchbay_c_result* result, patchbay_text pointer, patchbay_text message);
} patchbay_c_result;

/* What becomes of a request after a stage has seen it. */
enum {
  PATCHBAY_C_FORWARD = 0,  /* it goes on to the right */
  PATCHBAY_C_ANSWERED = 1, /* the stage has answered through `back`; nothing to its right is called */
  PATCHBAY_C_ASK = 2       /* the host makes the call that `ask` described, and hands its reply to `reply` */
};

/* The way back to the client, and to the request on its way. Valid during the call. [connection: one thread]
 *
 * An error is JSON: {"kind", "status", "message", "code", "param", "retry_after", "source", "original", "original_protocol"}, where `kind`
 * is one of invalid_request, authentication, permission, not_found, request_too_large, rate_limited, overloaded, timeout, upstream,
 * cancelled, unavailable, internal; `status` 0 stands for that of the kind; `retry_after` is in seconds; all but `kind` and `message` may
 * be absent. An HTTP call is JSON: {"method", "url", "headers", "body", "framing"} with an absolute URL, headers as [["name", "value"], …],
 * the body as a string, and `framing` one of automatic, whole, sse, ndjson, json_array; all but `url` may be absent. */
typedef struct patchbay_c_back {
  uint32_t struct_size;
  /* In `request` and `reply` only: changes the request. JSON like that which `request` gets; members that are absent stay as they are. */
  void (*change)(struct patchbay_c_back* back, patchbay_text request);
  /* In `request` and `reply` only: the HTTP call to make; return PATCHBAY_C_ASK afterwards. */
  void (*ask)(struct patchbay_c_back* back, patchbay_text http_call);
  /* A whole answer: the JSON text of its body. */
  void (*response)(struct patchbay_c_back* back, patchbay_text body);
  /* One event of a stream; the name is empty where the protocol does not use it. */
  void (*event)(struct patchbay_c_back* back, patchbay_text name, patchbay_text data);
  /* The stream is complete. One of `response`, `end` and `error` finishes a connection; what comes later is ignored. */
  void (*end)(struct patchbay_c_back* back);
  void (*error)(struct patchbay_c_back* back, patchbay_text error);
  /* Something of the request is lost on its way: what, and why. */
  void (*lost)(struct patchbay_c_back* back, patchbay_text what, patchbay_text why);
  /* The stage cannot go on, for this reason: the request fails. */
  void (*fail)(struct patchbay_c_back* back, patchbay_text reason);
} patchbay_c_back;

/* What one event of a provider's stream means for the life of the stream; see EventRole in module.hpp. */
enum {
  PATCHBAY_C_PREAMBLE = 0,
  PATCHBAY_C_CONTENT = 1,
  PATCHBAY_C_FINISH = 2,
  PATCHBAY_C_LAST = 3,
  PATCHBAY_C_TERMINATOR = 4,
  PATCHBAY_C_FAILURE = 5
};

/* One module type of a plugin.
 *
 * `module` is what `create` returned, `stage` what `connect` returned. A module is shared by all requests: what one request has to
 * remember lives in its stage. Bodies and events that a module gets are well-formed JSON. An operation is generate, embed or count_tokens.
 */
typedef struct patchbay_c_module {
  uint32_t struct_size;      /* sizeof(patchbay_c_module) as the plugin was compiled */
  uint32_t kind;             /* PATCHBAY_C_WORKFLOW, … */
  const char* type;          /* the name in TOML: lower case letters, digits, '-' */
  const char* summary;       /* one line */
  const char* status;        /* "experimental" or "stable" */
  const char* manual;        /* Markdown: options, defaults, an example */
  const char* config_schema; /* JSON Schema of the configuration; the host refuses what breaks it before `create` */

  /* Makes a module; `config` is a JSON object with what the configuration says, without defaults. Null, with `fail` or `fault`, if it
   * cannot be made. [init] */
  void* (*create)(patchbay_text config, const patchbay_c_host* host, patchbay_c_result* result);
  /* Frees a module, after its last stage. [shutdown] */
  void (*destroy)(void* module);
  /* Calls `fail` if the module cannot work as it is configured. Must not block. May be null. [init] */
  void (*self_check)(const void* module, patchbay_c_result* result);

  /* --- llmSwitch, workflow and compatibility; null for any other kind --- */

  /* Whether the module can stand between these two protocols. Null: client and provider must speak the same. [init] */
  int32_t (*bridges)(const void* module, patchbay_text client_protocol, patchbay_text provider_protocol);
  /* Whether the module answers that operation itself when the provider does not serve it. Null: none. [init] */
  int32_t (*answers)(const void* module, patchbay_text operation);
  /* The stage for one connection; null, without `fail`, if this connection needs none. `info` is JSON: {"request_id", "route",
   * "client_protocol", "provider_protocol", "operation", "provider_serves"}. [request: concurrent] */
  void* (*connect)(const void* module, patchbay_text info, patchbay_c_result* result);
  /* Frees a stage, however its connection ended. [connection: one thread] */
  void (*close)(void* stage);

  /* The request on its way to the provider: JSON with the members "id", "protocol", "operation", "model", "stream", "headers" as
   * [["name", "value"], …], and last "body". Returns PATCHBAY_C_FORWARD, …; null forwards. [connection: one thread] */
  int32_t (*request)(void* stage, patchbay_text request, patchbay_c_back* back);
  /* The reply to what was asked for, also when its status is an error; status 0 with the reason as body if the call failed altogether.
   * `headers` is [["name", "value"], …]. Null if the module never asks. [connection: one thread] */
  int32_t (*reply)(void* stage, int32_t status, patchbay_text headers, patchbay_text body, patchbay_c_back* back);
  /* A whole answer, one event, the end of a stream, a failure to the right of here. Null passes it on. [connection: one thread] */
  void (*response)(void* stage, patchbay_text body, patchbay_c_back* back);
  void (*event)(void* stage, patchbay_text name, patchbay_text data, patchbay_c_back* back);
  void (*end)(void* stage, patchbay_c_back* back);
  void (*error)(void* stage, patchbay_text error, patchbay_c_back* back);

  /* --- provider; null for any other kind --- */

  /* The protocol of the bodies that the provider takes and gives; zero-terminated, valid as long as the module. [init] */
  const char* (*protocol)(const void* module);
  /* Whether the provider offers that operation. Null: generate only. [init] */
  int32_t (*serves)(const void* module, patchbay_text operation);
  /* [{"id", "secret"}, …], the keys that the host rotates. Null: none. Called once, after `create`. [init] */
  void (*credentials)(const void* module, patchbay_c_result* result);
  /* ["name", …], the models that it is known to serve. Null: unknown. Called once, after `create`. [init] */
  void (*models)(const void* module, patchbay_c_result* result);
  /* The call for a request, {"call": HTTP call}; or an answer made in-process, {"answer": {"status", "headers", "head_after_ms",
   * "pieces": [{"after_ms", "text"}, …], "ending"}} with `ending` one of complete, reset, hang; all but `pieces` may be absent. `request`
   * is as for stages, `credential` is {"id", "secret"}, both empty without keys. [request: concurrent] */
  void (*describe)(const void* module, patchbay_text request, patchbay_text credential, patchbay_c_result* result);
  /* The error that a reply tells of: status >= 400, or 200 for a PATCHBAY_C_FAILURE event. The body may be anything. Null: the host makes
   * one of the status. [request: concurrent] */
  void (*explain)(const void* module, int32_t status, patchbay_text headers, patchbay_text body, patchbay_c_result* result);
  /* PATCHBAY_C_PREAMBLE, …; `data` may be anything. [request: concurrent] */
  int32_t (*role)(const void* module, patchbay_text event_name, patchbay_text data);

  /* --- hook; null for any other kind. A descriptor that ends before here is as well. --- */

  /* Whether the hook wants events of that name, "request.completed" for example; asked once for each name. Null: all. [init] */
  int32_t (*wants)(const void* module, patchbay_text event_name);
  /* Something happened: {"name", "time", "data"}, with the time in milliseconds since 1970-01-01 00:00 UTC; configs/README.md lists the
   * events and what each has. May block: no request waits for it. [hook thread] */
  void (*on)(const void* module, patchbay_text event, patchbay_c_result* result);

  /* --- provider, as above. A descriptor that ends before here is as well. --- */

  /* A call that costs nothing and whose reply has a status below 500 as long as the API is well: JSON of an HTTP call. Null, or without a
   * result: the host only tries to connect. `credential` is as for `describe`. [init] */
  void (*probe)(const void* module, patchbay_text credential, patchbay_c_result* result);
} patchbay_c_module;

typedef struct patchbay_c_plugin {
  uint32_t struct_size; /* sizeof(patchbay_c_plugin) as the plugin was compiled */
  uint32_t c_abi;       /* PATCHBAY_C_ABI */
  const char* id;       /* reverse DNS, for example "dev.example.limits" */
  const char* version;  /* semantic version */
  const char* vendor;
  const char* license; /* SPDX identifier */
  const patchbay_c_module* const* modules;
  uint32_t module_count;
} patchbay_c_plugin;

/* What a plugin exports. No side effects; may be called any number of times. */
const patchbay_c_plugin* patchbay_c_plugin_entry_v1(void);

/* The stamp as an ELF note. In another language: a read-only object of this layout in the section PATCHBAY_NOTE_SECTION. */
typedef struct patchbay_c_note {
  uint32_t name_size; /* sizeof(PATCHBAY_NOTE_NAME) */
  uint32_t text_size; /* PATCHBAY_STAMP_SIZE */
  uint32_t type;      /* PATCHBAY_NOTE_TYPE */
  char name[12];      /* PATCHBAY_NOTE_NAME, zero-padded */
  char text[PATCHBAY_STAMP_SIZE];
} patchbay_c_note;

#if UINTPTR_MAX == UINT64_MAX
#define PATCHBAY_C_STAMP_TEXT "c_abi=1;pointer_size=8;"
#else
#define PATCHBAY_C_STAMP_TEXT "c_abi=1;pointer_size=4;"
#endif

#define PATCHBAY_C_STAMP                                                                                              \
  __attribute__((used, section(PATCHBAY_NOTE_SECTION), aligned(4))) static const patchbay_c_note patchbay_c_stamp = { \
      sizeof(PATCHBAY_NOTE_NAME), PATCHBAY_STAMP_SIZE, PATCHBAY_NOTE_TYPE, PATCHBAY_NOTE_NAME, PATCHBAY_C_STAMP_TEXT};

#define PATCHBAY_C_EXPORT __attribute__((visibility("default")))

#ifdef __cplusplus
}
#endif

#endif
