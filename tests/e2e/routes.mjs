// Configuration texts that the tests share.

import { clientKey, upstreamKey } from "./gateway.mjs";

/** [server] lines that make the gateway ask its clients for a key. */
export const withClientKey = `api_keys = ["${clientKey}"]`;

/** A route that passes `model` through to an OpenAI-compatible provider. */
export const route = (id, model, library) => `
[[routes]]
id = "${id}"
pattern = { model = "${model}" }
modules = [
  { type = "llmSwitch", config = { type = "llmswitch-passthrough", config = {} } },
  { type = "provider", config = "${library}" },
]
`;

export const openaiProvider = (name, baseUrl, more = "") => `
[library.${name}]
type = "provider-openai"
config = { base_url = "${baseUrl}", api_keys = ["${upstreamKey}"], models = ["scripted-model", "vendor/scripted-model"]${more} }
`;

/** Everything named scripted-model goes to the scripted upstream. */
export const scripted = (baseUrl) => openaiProvider("scripted", baseUrl) + route("scripted", "scripted-model$", "scripted");
