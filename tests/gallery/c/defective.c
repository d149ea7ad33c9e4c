/* A plugin behind patchbay.h that passes everything on, or, by what is defined, has one defect. */
#include "patchbay/patchbay.h"

#ifdef STAMP
#undef PATCHBAY_C_STAMP_TEXT
#define PATCHBAY_C_STAMP_TEXT STAMP
#endif
#ifndef ENTRY
#define ENTRY patchbay_c_plugin_entry_v1
#endif
#ifndef PLUGIN_SIZE
#define PLUGIN_SIZE sizeof(patchbay_c_plugin)
#endif
#ifndef ABI
#define ABI PATCHBAY_C_ABI
#endif
#ifndef MODULE_SIZE
#define MODULE_SIZE sizeof(patchbay_c_module)
#endif
#ifndef KIND
#define KIND PATCHBAY_C_WORKFLOW
#endif
#ifndef SCHEMA
#define SCHEMA "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{}}"
#endif
#ifndef CREATE
#define CREATE create
#endif
#ifndef DESTROY
#define DESTROY destroy
#endif
#ifndef CONNECT
#define CONNECT connect_stage
#endif
#ifndef CLOSE
#define CLOSE destroy
#endif
#ifndef ON
#define ON NULL
#endif
#ifndef ROLE
#define ROLE role
#endif
#ifndef RESULT
#define RESULT &plugin
#endif

static int anything;

static inline void* create(patchbay_text config, const patchbay_c_host* host, patchbay_c_result* result) {
  (void)config;
  (void)host;
  (void)result;
  return &anything;
}

static inline void* create_faulty(patchbay_text config, const patchbay_c_host* host, patchbay_c_result* result) {
  static const char pointer[] = "/size";
  static const char message[] = "is odd";
  const patchbay_text at = {pointer, sizeof pointer - 1};
  const patchbay_text what = {message, sizeof message - 1};
  (void)config;
  (void)host;
  result->fault(result, at, what);
  return NULL;
}

static inline void destroy(void* it) { (void)it; }

static inline void* connect_stage(const void* module, patchbay_text info, patchbay_c_result* result) {
  (void)module;
  (void)info;
  (void)result;
  return &anything;
}

static const char* protocol(const void* module) {
  (void)module;
  return "openai-chat";
}

static void describe(const void* module, patchbay_text request, patchbay_text credential, patchbay_c_result* result) {
  static const char answer[] = "{\"answer\":{\"pieces\":[]}}";
  const patchbay_text text = {answer, sizeof answer - 1};
  (void)module;
  (void)request;
  (void)credential;
  result->json(result, text);
}

static inline int32_t role(const void* module, patchbay_text name, patchbay_text data) {
  (void)module;
  (void)name;
  (void)data;
  return PATCHBAY_C_CONTENT;
}

static inline void on(const void* module, patchbay_text event, patchbay_c_result* result) {
  (void)module;
  (void)event;
  (void)result;
}

static const patchbay_c_module only_module = {
    .struct_size = MODULE_SIZE,
    .kind = KIND,
    .type = NAME,
    .summary = "One of the gallery",
    .status = "experimental",
    .manual = "Nothing to know.",
    .config_schema = SCHEMA,
    .create = CREATE,
    .destroy = DESTROY,
    .connect = CONNECT,
    .close = CLOSE,
    .protocol = protocol,
    .describe = describe,
    .role = ROLE,
    .on = ON,
};

static const patchbay_c_module* const modules[] = {&only_module};

const patchbay_c_plugin plugin = {
    .struct_size = PLUGIN_SIZE,
    .c_abi = ABI,
    .id = "dev.patchbay.c-gallery",
    .version = "1.0.0",
    .vendor = "Patchbay",
    .license = "MIT",
    .modules = modules,
    .module_count = 1,
};

PATCHBAY_C_STAMP

const patchbay_c_plugin* ENTRY(void);
PATCHBAY_C_EXPORT const patchbay_c_plugin* ENTRY(void) { return RESULT; }
