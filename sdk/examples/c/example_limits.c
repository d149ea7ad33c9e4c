/* A workflow in C: requests may be so large, and streams so long. Shows stages, errors, logging and options; needs no JSON library, because
 * it looks at sizes only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "patchbay/patchbay.h"

static const char manual[] =
    "Refuses requests that are too large, and cuts off streams that are too long.\n\n"
    "    [library.limits]\n"
    "    type = \"example-limits\"\n"
    "    config = { max_request_bytes = 100000, max_events = 5000 }\n\n"
    "A request is measured as JSON text with its headers. What is cut off ends with an error.\n";

static const char schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
    "\"max_request_bytes\":{\"type\":\"integer\",\"minimum\":2,\"default\":1000000,\"description\":\"Largest request.\"},"
    "\"max_events\":{\"type\":\"integer\",\"minimum\":1,\"default\":10000,\"description\":\"Most events of a stream.\"}}}";

/* One configuration of the module, shared by all requests: nothing of it changes after `create`. */
typedef struct limits {
  const patchbay_c_host* host;
  size_t max_request_bytes;
  size_t max_events;
} limits;

/* One connection. */
typedef struct limits_stage {
  const limits* module;
  size_t events;
  int cut_off;
} limits_stage;

static patchbay_text text(const char* zero_terminated) {
  patchbay_text made = {zero_terminated, strlen(zero_terminated)};
  return made;
}

/* The number that a member of a flat JSON object has. The host has checked the object against the schema. */
static size_t number(patchbay_text object, const char* name, size_t otherwise) {
  char key[64];
  const size_t length = (size_t)snprintf(key, sizeof key, "\"%s\":", name);
  size_t at;
  for (at = 0; at + length < object.size; ++at) {
    if (memcmp(object.data + at, key, length) == 0) {
      size_t value = 0;
      for (at += length; at < object.size && object.data[at] >= '0' && object.data[at] <= '9'; ++at)
        value = value * 10 + (size_t)(object.data[at] - '0');
      return value;
    }
  }
  return otherwise;
}

static void* create(patchbay_text config, const patchbay_c_host* host, patchbay_c_result* result) {
  limits* const module = malloc(sizeof *module);
  if (module == NULL) {
    result->fail(result, text("no memory"));
    return NULL;
  }
  module->host = host;
  module->max_request_bytes = number(config, "max_request_bytes", 1000000);
  module->max_events = number(config, "max_events", 10000);
  if (module->max_request_bytes < 2) {
    result->fault(result, text("/max_request_bytes"), text("no request is that small"));
    free(module);
    return NULL;
  }
  return module;
}

static void destroy(void* module) { free(module); }

static int32_t bridges(const void* module, patchbay_text client, patchbay_text provider) {
  (void)module;
  return client.size == provider.size && memcmp(client.data, provider.data, client.size) == 0;
}

static void* connect_stage(const void* module, patchbay_text info, patchbay_c_result* result) {
  limits_stage* const stage = calloc(1, sizeof *stage);
  (void)info;
  if (stage == NULL)
    result->fail(result, text("no memory"));
  else
    stage->module = module;
  return stage;
}

static void close_stage(void* stage) { free(stage); }

static int32_t on_request(void* self, patchbay_text request, patchbay_c_back* back) {
  const limits_stage* const stage = self;
  char error[200];
  if (request.size <= stage->module->max_request_bytes) return PATCHBAY_C_FORWARD;
  snprintf(
      error, sizeof error,
      "{\"kind\":\"request_too_large\",\"message\":\"the request has %zu bytes; at most %zu are allowed\",\"source\":\"example-limits\"}",
      request.size, stage->module->max_request_bytes);
  back->error(back, text(error));
  return PATCHBAY_C_ANSWERED;
}

static void on_event(void* self, patchbay_text name, patchbay_text data, patchbay_c_back* back) {
  limits_stage* const stage = self;
  if (stage->cut_off) return;
  if (++stage->events <= stage->module->max_events) {
    back->event(back, name, data);
    return;
  }
  stage->cut_off = 1;
  stage->module->host->log(stage->module->host, 1, text("a stream is cut off"));
  back->error(back, text("{\"kind\":\"upstream\",\"code\":\"too_many_events\",\"message\":\"the answer is too long and is cut off here\","
                         "\"source\":\"example-limits\"}"));
}

static const patchbay_c_module limits_module = {
    .struct_size = sizeof(patchbay_c_module),
    .kind = PATCHBAY_C_WORKFLOW,
    .type = "example-limits",
    .summary = "Bounds requests and streams; an example in C",
    .status = "experimental",
    .manual = manual,
    .config_schema = schema,
    .create = create,
    .destroy = destroy,
    .bridges = bridges,
    .connect = connect_stage,
    .close = close_stage,
    .request = on_request,
    .event = on_event,
};

static const patchbay_c_module* const modules[] = {&limits_module};

static const patchbay_c_plugin plugin = {
    .struct_size = sizeof(patchbay_c_plugin),
    .c_abi = PATCHBAY_C_ABI,
    .id = "dev.patchbay.example-limits",
    .version = "1.0.0",
    .vendor = "Patchbay",
    .license = "MIT",
    .modules = modules,
    .module_count = 1,
};

PATCHBAY_C_STAMP

PATCHBAY_C_EXPORT const patchbay_c_plugin* patchbay_c_plugin_entry_v1(void) { return &plugin; }
