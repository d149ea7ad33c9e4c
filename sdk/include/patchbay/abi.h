/* The door of a plugin: plain C data, so that host and plugin agree on it before either trusts the other's C++.
 *
 * A plugin exports exactly one symbol, PATCHBAY_ENTRY_SYMBOL. Structures begin with their size and only ever grow at the end, so a
 * newer host reads an older plugin's and the other way round. */
#ifndef PATCHBAY_ABI_H
#define PATCHBAY_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised by hand whenever the meaning or layout of anything that crosses the boundary changes. */
#define PATCHBAY_SDK_ABI 4u

#define PATCHBAY_ENTRY_SYMBOL "patchbay_plugin_entry_v1"

/* The stamp: what was true when the plugin was compiled. The same bytes stand in the ELF note PATCHBAY_NOTE_SECTION, which the
 * host reads before any code of the file runs. Text "key=value;key=value;…", zero-terminated and zero-padded. */
#define PATCHBAY_NOTE_SECTION ".note.patchbay.stamp"
#define PATCHBAY_NOTE_NAME "patchbay"
#define PATCHBAY_NOTE_TYPE 1u
#define PATCHBAY_STAMP_SIZE 512u

/* One module type of a plugin. Strings are UTF-8, zero-terminated and live as long as the library is loaded. */
typedef struct patchbay_module_descriptor {
  uint32_t struct_size; /* sizeof(patchbay_module_descriptor) as the plugin was compiled */
  uint32_t kind;        /* patchbay::ModuleKind */
  const char* type;     /* the name in TOML: lower case letters, digits, '-' */
  const char* summary;  /* one line */
  const char* status;   /* "experimental" or "stable" */
  const char* manual;   /* Markdown: options, defaults, an example */
  /* JSON Schema of the configuration. Must not throw. */
  const char* (*config_schema)(void);
  /* Makes a module: `config` is a const boost::json::value*, `host` a const patchbay::Host*; returns a new patchbay::Module*, which
   * the host deletes. May throw; the host has a barrier around it. */
  void* (*create)(const void* config, const void* host);
} patchbay_module_descriptor;

typedef struct patchbay_plugin_descriptor {
  uint32_t struct_size; /* sizeof(patchbay_plugin_descriptor) as the plugin was compiled */
  uint32_t sdk_abi;     /* PATCHBAY_SDK_ABI */
  const char* id;       /* reverse DNS, for example "dev.patchbay.provider-openai" */
  const char* version;  /* semantic version */
  const char* vendor;
  const char* license; /* SPDX identifier */
  const patchbay_module_descriptor* const* modules;
  uint32_t module_count;
} patchbay_plugin_descriptor;

/* No side effects; may be called any number of times. */
typedef const patchbay_plugin_descriptor* (*patchbay_plugin_entry)(void);

#ifdef __cplusplus
}
#endif

#endif
