// Modules that run in processes of their plugins: the same bytes as in the host, and a death costs only the requests it hits.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Gateway, binary, eventually } from "./gateway.mjs";
import { withClientKey } from "./routes.mjs";

const admin = `unix:${join(tmpdir(), `patchbay-isolation-${process.pid}.sock`)}`;
const library = (name, type, isolation, config = "") => `
[library.${name}-${isolation}]
type = "${type}"
isolation = "${isolation}"
config = {${config}}
`;
const route = (id, isolation) => `
[[routes]]
id = "${id}"
pattern = { headers = { x-route = "^${id}$" } }
modules = [
  { type = "llmSwitch", config = "switch-${isolation}" },
  { type = "workflow", config = "streaming-${isolation}" },
  { type = "provider", config = "mock-${isolation}" },
]
`;
const everything = (isolation) =>
  library("switch", "llmswitch-conversion-router", isolation) +
  library("streaming", "workflow-streaming-control", isolation) +
  library("mock", "provider-mock", isolation) +
  // One request takes long enough to be killed in the middle of it.
  library("slow", "provider-mock", isolation, ' token_delay = "100ms", text = "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l" ');

let gateway;
before(async () => {
  gateway = await Gateway.start({
    server: withClientKey,
    toml:
      `[admin]\nlisten = "${admin}"\n` +
      everything("none") +
      everything("process") +
      route("host", "none") +
      route("process", "process") +
      `[[routes]]\nid = "slow"\npattern = { headers = { x-route = "^slow$" } }\nmodules = [{ type = "provider", config = "slow-process" }]\n`,
  });
});
after(() => gateway.stop());

const list = () => {
  const { stdout, stderr, status } = spawnSync(binary, ["plugin", "list", "--json", "--admin", admin], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
};
const processOf = (plugin) => list().processes.find((one) => one.plugin === `dev.patchbay.${plugin}`);

/** What a client gets: status, headers that count, every byte of the body. Ids that the gateway counts up are made alike. */
async function answer(id, path, body) {
  const response = await gateway.post(path, JSON.stringify(body), { "x-route": id, "x-request-id": "same" });
  const text = (await response.text()).replaceAll(/(chatcmpl|msg|resp|call|toolu|item|rs|fc)([-_][A-Za-z]*-?)\d+/g, "$1$2N");
  return { status: response.status, type: response.headers.get("content-type"), fidelity: response.headers.get("x-patchbay-fidelity"), text };
}

const hello = { model: "m", messages: [{ role: "user", content: "Hello" }] };
const tools = [{ type: "function", function: { name: "f", parameters: { type: "object", properties: { a: { type: "string" } } } } }];
const requests = {
  "a chat, whole": ["/v1/chat/completions", hello],
  "a chat, streamed": ["/v1/chat/completions", { ...hello, stream: true }],
  "a chat with tools, streamed": ["/v1/chat/completions", { ...hello, tools, stream: true }],
  "a message of Anthropic's, whole": ["/v1/messages", { ...hello, max_tokens: 99 }],
  "a message of Anthropic's, streamed": ["/v1/messages", { ...hello, max_tokens: 99, stream: true }],
  "one of Gemini's, whole": ["/v1beta/models/m:generateContent", { contents: [{ role: "user", parts: [{ text: "Hello" }] }] }],
  "one of Gemini's, streamed": ["/v1beta/models/m:streamGenerateContent?alt=sse", { contents: [{ role: "user", parts: [{ text: "Hello" }] }] }],
  "a request that loses something": ["/v1/messages", { ...hello, max_tokens: 99, top_k: 3 }],
  "a request that is wrong": ["/v1/messages", { model: "m", messages: "none" }],
};

describe("isolated modules", () => {
  for (const [name, [path, body]] of Object.entries(requests))
    test(`${name}: the same bytes as in the host`, async () => {
      const host = await answer("host", path, body);
      assert.ok(host.text.length > 0);
      assert.deepEqual(await answer("process", path, body), host);
    });

  test("each plugin has one process, which `patchbay plugin list` and the metrics show", async () => {
    const { processes } = list();
    assert.deepEqual(
      processes.map((one) => one.plugin).sort(),
      ["llmswitch-conversion-router", "provider-mock", "workflow-streaming-control"].map((name) => `dev.patchbay.${name}`),
    );
    for (const { pid } of processes) assert.match(readFileSync(`/proc/${pid}/cmdline`, "utf8"), /plugin-host/);
    const { stdout } = spawnSync(binary, ["plugin", "list", "--admin", admin], { encoding: "utf8" });
    assert.match(stdout, /process of dev\.patchbay\.provider-mock \S+, generation \d+: up, pid \d+, 2 modules/);
  });

  test("a process has nothing open of what its host has", () => {
    const { pid } = processOf("provider-mock");
    const kinds = readdirSync(`/proc/${pid}/fd`).length;
    assert.ok(kinds < 24, `${kinds} descriptors are open`);
  });

  test("killed in the middle of streams: those end with an error, others go on, and the next ones are served", async () => {
    const before = processOf("provider-mock");
    const streams = Array.from({ length: 8 }, () => answer("slow", "/v1/chat/completions", { ...hello, stream: true }));
    const others = (async () => {
      for (let i = 0; i < 50; ++i) assert.equal((await answer("host", "/v1/chat/completions", hello)).status, 200);
    })();
    await new Promise((wake) => setTimeout(wake, 500));
    process.kill(before.pid, "SIGKILL");
    for (const { text } of await Promise.all(streams))
      assert.match(text, /plugin dev\.patchbay\.provider-mock: its process was killed by signal 9 \(SIGKILL\)/);
    await others;
    const next = await eventually(() => {
      const now = processOf("provider-mock");
      return now.state === "up" && now;
    }, "the process is up again");
    assert.notEqual(next.pid, before.pid);
    assert.equal(next.deaths, before.deaths + 1);
    assert.equal((await answer("process", "/v1/chat/completions", hello)).status, 200);
  });

  test("a reload of the plugin starts a process of its own for the new version, and ends the old one", async () => {
    const before = processOf("workflow-streaming-control");
    const { status, stdout, stderr } = spawnSync(binary, ["plugin", "reload", "workflow-streaming-control", "--admin", admin], { encoding: "utf8" });
    assert.equal(status, 0, stdout + stderr);
    await eventually(() => !existsSync(`/proc/${before.pid}`), "the old process has ended");
    await eventually(() => processOf("workflow-streaming-control").generation > before.generation, "only the new one is listed");
    assert.equal((await answer("process", "/v1/chat/completions", hello)).status, 200);
  });
});

test("no process survives its host", async () => {
  const host = await Gateway.start({ toml: `[admin]\nlisten = "${admin}2"\n` + everything("process") + route("process", "process") });
  const { stdout } = spawnSync(binary, ["plugin", "list", "--json", "--admin", `${admin}2`], { encoding: "utf8" });
  const pids = JSON.parse(stdout).processes.map((one) => one.pid);
  assert.equal(pids.length, 3);
  host.signal("SIGKILL");
  assert.equal(await host.exit(), "SIGKILL");
  for (const pid of pids) await eventually(() => !existsSync(`/proc/${pid}`), `process ${pid} has ended`);
});
