// A V1 configuration: served as it is, migrated, compared.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { binary, Gateway, upstreamKey } from "./gateway.mjs";
import { ScriptedUpstream } from "./scripted_upstream.mjs";

const v1 = (url) => ({
  httpserver: { port: 5520, host: "127.0.0.1" },
  virtualrouter: {
    providers: {
      glm: { type: "openai", baseURL: url, apiKey: [upstreamKey, `${upstreamKey}-2`], models: { "glm-4.6": {}, "glm-4.5": {} } },
    },
    routing: { default: ["glm.glm-4.6", "glm.glm-4.5.key2"], coding: ["glm.glm-4.5"] },
  },
});

let directory, upstream, gateway, file;
before(async () => {
  directory = mkdtempSync(join(tmpdir(), "patchbay-v1-"));
  upstream = await ScriptedUpstream.start();
  file = join(directory, "v1.json");
  writeFileSync(file, JSON.stringify(v1(upstream.url)));
  gateway = await Gateway.run(file);
});
after(async () => {
  await gateway.stop();
  await upstream.stop();
  rmSync(directory, { recursive: true });
});

const ask = async (request) => {
  upstream.requests.length = 0;
  await gateway.client().chat.completions.create({ messages: [{ role: "user", content: "Hello" }], ...request });
  return { model: JSON.parse(upstream.requests[0].body).model, key: upstream.requests[0].headers.authorization };
};
const patchbay = (...words) => spawnSync(binary, words, { encoding: "utf8" });

describe("a V1 configuration", () => {
  test("has its pipelines asked in turn, each for its model with its key", async () => {
    assert.deepEqual(await ask({ model: "any" }), { model: "glm-4.6", key: `Bearer ${upstreamKey}` });
    assert.deepEqual(await ask({ model: "any" }), { model: "glm-4.5", key: `Bearer ${upstreamKey}-2` });
    assert.deepEqual(await ask({ model: "any" }), { model: "glm-4.6", key: `Bearer ${upstreamKey}-2` });
  });

  test("sends a request of a category to its pool", async () => {
    const tools = [{ type: "function", function: { name: "read_file", parameters: { type: "object" } } }];
    assert.equal((await ask({ model: "any", tools })).model, "glm-4.5");
  });

  test("lets a client name a pipeline", async () => {
    assert.deepEqual(await ask({ model: "glm.glm-4.5.key2" }), { model: "glm-4.5", key: `Bearer ${upstreamKey}-2` });
  });

  test("is migrated to TOML without its keys, and the proof holds", () => {
    const output = join(directory, "v2.toml");
    const { status, stdout, stderr } = patchbay("migrate", file, "-o", output, "--check");
    assert.equal(status, 0, stderr);
    assert.match(stdout, /checked: V1 and V2 choose the same targets and send the same bytes for \d+ requests/);
    const toml = readFileSync(output, "utf8");
    assert.ok(!toml.includes(upstreamKey));
    assert.ok(toml.includes("GLM_API_KEY_1"));
    patchbay("migrate", file, "-o", output);
    assert.equal(readFileSync(output, "utf8"), toml);
  });

  test("that is no user's file is refused with what to give instead", () => {
    const system = join(directory, "system.json");
    writeFileSync(system, JSON.stringify({ modules: { httpserver: { enabled: true } } }));
    const { status, stderr } = patchbay("check", system);
    assert.equal(status, 2);
    assert.match(stderr, /system\.json:1:2: modules: this is a system configuration.*virtualrouter\.providers/);
  });
});
