// Hooks: what is told of each request, and that nothing of it ever reaches a request.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Gateway, clientKey, eventually } from "./gateway.mjs";
import { route, withClientKey } from "./routes.mjs";

const directory = mkdtempSync(join(tmpdir(), "patchbay-hooks-"));
const path = join(directory, "requests.jsonl");
let gateway;

before(async () => {
  gateway = await Gateway.start({
    server: withClientKey,
    toml: `
[[hooks]]
id = "requests"
events = ["request.*", "host.*"]
config = { type = "hook-request-log", config = { path = ${JSON.stringify(path)}, every_event = true } }
[library.mock]
type = "provider-mock"
config = { token_delay = "50ms" }
${route("mock", "", "mock")}`,
  });
});
after(async () => {
  await gateway.stop();
  rmSync(directory, { recursive: true });
});

const lines = () => (existsSync(path) ? readFileSync(path, "utf8").trim().split("\n").map((line) => JSON.parse(line)) : []);
const told = (id, event) => eventually(() => lines().find((line) => line.id === id && line.event === event), () => JSON.stringify(lines(), null, 1));
const ask = (content, more = {}) =>
  gateway.post("/v1/chat/completions", JSON.stringify({ model: "mock-model", messages: [{ role: "user", content }], ...more }));

describe("hook-request-log", () => {
  test("tells that the host has started", () => eventually(() => lines().some((line) => line.event === "host.started"), "host.started"));

  test("has a request from its arrival to its end", async () => {
    const reply = await ask("Hi");
    await reply.json();
    const id = reply.headers.get("x-request-id");
    const end = await told(id, "request.completed");
    assert.deepEqual(
      lines().filter((line) => line.id === id && !line.event.startsWith("request.stage_")).map((line) => line.event.slice("request.".length)),
      ["received", "authenticated", "classified", "routed", "connecting", "connected", "upstream", "first_byte", "completed"],
    );
    assert.equal(end.model, "mock-model");
    assert.equal(end.route, "mock");
    assert.equal(end.provider, "provider-mock");
    assert.equal(end.status, 200);
    assert.ok(end.bytes_in > 0 && end.bytes_out > 0);
    assert.match(end.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test("says what kind of work a request is", async () => {
    const tools = [{ type: "function", function: { name: "web_search", parameters: { type: "object" } } }];
    const reply = await ask("Hi", { tools });
    await reply.text();
    const classified = await told(reply.headers.get("x-request-id"), "request.classified");
    assert.equal(classified.category, "websearch");
    assert.equal(classified.has_tools, true);
    assert.equal(classified.has_images, false);
    assert.equal(classified.thinking, false);
    assert.ok(classified.estimated_tokens > 20);
  });

  test("has each stage, before and after", async () => {
    const reply = await ask("Hi");
    await reply.json();
    const id = reply.headers.get("x-request-id");
    await told(id, "request.completed");
    const stages = lines().filter((line) => line.id === id && line.event.startsWith("request.stage_"));
    const provider = stages.filter(({ stage }) => stage === "provider-mock");
    assert.deepEqual(provider.map(({ event, way }) => `${event} ${way}`), ["request.stage_begins request", "request.stage_ends request"]);
    assert.equal(stages.filter(({ event }) => event === "request.stage_begins").length, stages.length / 2);
  });

  test("has each event of a stream", async () => {
    const reply = await ask("Hi", { stream: true });
    await reply.text();
    const end = await told(reply.headers.get("x-request-id"), "request.completed");
    const events = lines().filter((line) => line.id === end.id && line.event === "request.event");
    assert.deepEqual(events.map(({ number }) => number), Array.from({ length: end.events }, (_, i) => i + 1));
  });

  test("counts the events of a stream", async () => {
    const reply = await ask("Hi", { stream: true });
    const events = (await reply.text()).split("\n\n").filter((event) => event.startsWith("data: {"));
    assert.equal((await told(reply.headers.get("x-request-id"), "request.completed")).events, events.length);
  });

  test("says what went wrong", async () => {
    const reply = await gateway.post("/v1/chat/completions", "{]}");
    await reply.text();
    const end = await told(reply.headers.get("x-request-id"), "request.failed");
    assert.equal(end.status, 400);
    assert.equal(end.error, "invalid_request");
  });

  test("has the client that left", async () => {
    const abort = new AbortController();
    const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: "POST",
      signal: abort.signal,
      headers: { "content-type": "application/json", authorization: `Bearer ${clientKey}` },
      body: JSON.stringify({ model: "mock-model", stream: true, messages: [{ role: "user", content: "Hi" }] }),
    });
    const id = reply.headers.get("x-request-id");
    abort.abort();
    await told(id, "request.disconnected");
  });

  test("has no key in it", () => assert.ok(!readFileSync(path, "utf8").includes(clientKey)));
});
