// A request that was answered is played again: by the host, or by the command line through another configuration.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { clientKey, eventually, Gateway, upstreamKey } from "./gateway.mjs";
import { patchbay as run } from "./patchbay.mjs";
import { openaiProvider, route, scripted, withClientKey } from "./routes.mjs";
import { completion, json, ScriptedUpstream, stream, words } from "./scripted_upstream.mjs";

const folder = mkdtempSync(join(tmpdir(), "patchbay-replay-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const socketPath = join(folder, "admin.sock");

let upstream;
let gateway;

const debug = '[debug]\nbodies = true\nmax_body_bytes = 4096\nredact = ["sk-[a-z0-9]{8,}"]\n';

before(async () => {
  upstream = await ScriptedUpstream.start();
  const converted = route("converted", "^converted$", "scripted").replaceAll("llmswitch-passthrough", "llmswitch-conversion-router");
  gateway = await Gateway.start({ server: withClientKey, toml: `[admin]\nlisten = "unix:${socketPath}"\n` + debug + scripted(upstream.url) + converted });
});
after(async () => {
  await gateway?.stop();
  await upstream.stop();
});

const answerInFull = (_request, response) => json(response, 200, completion({ content: "Hello from upstream." }));
beforeEach(() => (upstream.script = answerInFull));

const patchbay = (...words) => run(words);
const replay = (...args) => patchbay("replay", ...args, "--config", gateway.file);

/** POST to the admin API: { status, text }. */
async function post(path, body = "") {
  const request = http.request({ socketPath, path, method: "POST" }).end(body);
  const response = await new Promise((resolve, reject) => request.on("response", resolve).on("error", reject));
  let text = "";
  for await (const piece of response.setEncoding("utf8")) text += piece;
  return { status: response.statusCode, text };
}

/** Asks for a completion and gives the id of the request, once the host keeps it. */
async function ask(more = {}) {
  const body = { model: "scripted-model", messages: [{ role: "user", content: "Hello" }], ...more };
  const response = await gateway.post("/v1/chat/completions", JSON.stringify(body), { "x-tenant": "blue" });
  await response.text();
  const id = response.headers.get("x-request-id");
  await eventually(async () => (await patchbay("trace", id, "--config", gateway.file)).status === 0, "the record");
  return id;
}

/** A configuration file beside the gateway's own. */
function configuration(name, toml) {
  const file = join(folder, name);
  writeFileSync(file, `[plugins]\ndirectories = [${gateway.pluginDirectories.map((path) => JSON.stringify(path)).join(", ")}]\n${toml}`);
  return file;
}

async function record(id) {
  const file = join(folder, `${id}.json`);
  writeFileSync(file, (await patchbay("trace", id, "--json", "--config", gateway.file)).stdout);
  return file;
}

describe("through the configuration in force", () => {
  test("a request is the same, and the upstream is not asked again", async () => {
    const id = await ask();
    const asked = upstream.requests.length;
    const { status, stdout } = await replay(id);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /the replay is the same\n$/);
    assert.match(stdout, /route +scripted +scripted/);
    assert.match(stdout, /stage provider-openai +[\d.]+ \+ [\d.]+ ms +[\d.]+ \+ [\d.]+ ms/);
    assert.equal(upstream.requests.length, asked);
  });

  test("so is a stream, event by event", async () => {
    upstream.script = (_request, response) => stream(response, words("one", "two", "three"));
    const id = await ask({ stream: true });
    const { status, stdout } = await replay(id, "--format", "json");
    const report = JSON.parse(stdout);
    assert.equal(status, 0, stdout);
    assert.ok(report.same);
    assert.equal(report.replayed.events, report.recorded.events);
    assert.ok(report.replayed.events > 3);
    assert.match(report.trace.answer, /"content":"two"/);
  });

  test("so is an error of the provider", async () => {
    upstream.script = (_request, response) => json(response, 400, { error: { message: "No such thing.", type: "invalid_request_error" } });
    const id = await ask();
    const { status, stdout } = await replay(id);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /status +400 +400/);
  });

  test("a value that was redacted is replaced in the replay as well, and it says so", async () => {
    const id = await ask({ user: "sk-abcdefgh12345" });
    const { status, stdout } = await replay(id);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /note: parts of the record were redacted/);
    assert.ok(!stdout.includes("sk-abcdefgh12345"));
  });

  test("the admin API has it as well, and refuses what it does not know", async () => {
    const id = await ask();
    const reply = await post(`/admin/requests/${id}/replay`);
    assert.equal(reply.status, 200);
    assert.equal(JSON.parse(reply.text).same, true);
    assert.match((await post(`/admin/requests/${id}/replay?format=text`)).text, /the replay is the same\n$/);
    assert.equal((await post("/admin/requests/req-nobody-sent/replay")).status, 404);
    assert.equal((await post(`/admin/requests/${id}/replay`, '{"alive":true}')).status, 400);
  });
});

describe("a stream that a stage converts", () => {
  const body = { model: "converted", max_tokens: 9, stream: true, messages: [{ role: "user", content: "Hello" }] };
  let id;
  before(async () => {
    upstream.script = (_request, response) => stream(response, words("one", "two"));
    const response = await gateway.post("/v1/messages", JSON.stringify(body));
    assert.match(await response.text(), /message_stop/);
    id = response.headers.get("x-request-id");
    await eventually(async () => (await patchbay("trace", id, "--config", gateway.file)).status === 0, "the record");
  });

  test("is shown with what became of each event", async () => {
    const shown = JSON.parse((await patchbay("trace", id, "--json", "--config", gateway.file)).stdout);
    const { events } = shown.attempts[0].stages[0];
    assert.equal(events.in, 4);
    assert.equal(events.out, shown.request.events);
    assert.equal(events.compared, 4);
    const [first, second] = events.changes;
    assert.deepEqual(first.name, { before: "", after: "message_start" });
    assert.ok(first.diff.some(({ op, path, after }) => op === "add" && path === "/type" && after === "message_start"));
    assert.deepEqual(second.became.map(({ name }) => name), ["content_block_start", "content_block_delta"]);
    const { stdout } = await patchbay("trace", id, "--config", gateway.file);
    assert.match(stdout, /events: 4 in, \d+ out; of the first 4, \d changed/);
    assert.match(stdout, /event 2: became\n +content_block_start \{"type":"content_block_start"/);
  });

  test("is played again as it was", async () => {
    const { status, stdout } = await replay(id);
    assert.equal(status, 0, stdout);
  });
});

describe("through a candidate", () => {
  test("a change of the request is shown by its path", async () => {
    const id = await ask();
    const other = openaiProvider("scripted", upstream.url, ', headers = { x-team = "red" }') + route("other", "scripted-model$", "scripted");
    const { status, stdout } = await replay(id, "--candidate", configuration("other.toml", other));
    assert.equal(status, 1, stdout);
    assert.match(stdout, /\/route: "scripted" -> "other"/);
    assert.match(stdout, /\/request\/0\/headers\/x-team: \(absent\) -> "red"/);
    assert.match(stdout, /2 differences\n$/);
  });

  test("what may differ is not told", async () => {
    const id = await ask();
    const other = scripted(upstream.url).replace('id = "scripted"', 'id = "other"');
    const { status, stdout } = await replay(id, "--candidate", configuration("renamed.toml", other), "--ignore", "/route");
    assert.equal(status, 0, stdout);
  });

  test("a request that finds no route there gets the error that its client would get", async () => {
    const id = await ask();
    const other = openaiProvider("scripted", upstream.url) + route("other", "^another-model$", "scripted");
    const { status, stdout } = await replay(id, "--candidate", configuration("elsewhere.toml", other), "--format", "json");
    assert.equal(status, 1, stdout);
    const report = JSON.parse(stdout);
    assert.equal(report.replayed.status, 404);
    assert.ok(report.differences.some(({ path, recorded, replayed }) => path === "/status" && recorded === "200" && replayed === "404"));
  });

  test("a file has the record as well, and needs no host", async () => {
    const file = await record(await ask());
    const { status, stdout } = await patchbay("replay", "--file", file, "--candidate", configuration("same.toml", scripted(upstream.url)));
    assert.equal(status, 0, stdout);
    const record_text = readFileSync(file, "utf8");
    for (const key of [clientKey, upstreamKey]) assert.ok(!record_text.includes(key), "a key is in the record");
    assert.match(record_text, /"x-tenant","blue"/);
  });

  test("with --live the real upstream is asked, and other words are no difference", async () => {
    const id = await ask();
    const asked = upstream.requests.length;
    upstream.script = (_request, response) => json(response, 200, completion({ content: "Something else." }));
    const { status, stdout, stderr } = await replay(id, "--live", "--candidate", configuration("live.toml", scripted(upstream.url)));
    assert.equal(status, 0, stdout);
    assert.equal(upstream.requests.length, asked + 1);
    assert.match(stderr, /costs/);
    assert.match(stdout, /note: the real upstream was asked/);
    assert.equal((await replay(id, "--live")).status, 0, "the host can as well");
    assert.equal(upstream.requests.length, asked + 2);
  });

  test("with --live another form of the answer is a difference", async () => {
    const id = await ask();
    upstream.script = (_request, response) => json(response, 200, { ...completion({ content: "Hi." }), usage: undefined });
    const { status, stdout } = await replay(id, "--live");
    assert.equal(status, 1, stdout);
    assert.match(stdout, /\/response\/usage: /);
  });
});

describe("what cannot be played is bad input, with the reason", () => {
  const refused = async (expected, ...args) => {
    const { status, stderr } = await patchbay(...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, expected);
  };

  test("a request that is not kept", () => refused(/is not among the last/, "replay", "req-nobody-sent", "--config", gateway.file));

  test("a body that was too large to be kept", async () => {
    const id = await ask({ messages: [{ role: "user", content: "x".repeat(5_000) }] });
    await refused(/the request's body was larger than \[debug\] max_body_bytes/, "replay", id, "--config", gateway.file);
  });

  test("a reply that was too large to be kept", async () => {
    upstream.script = (_request, response) => stream(response, words(...Array(40).fill("many words")));
    const id = await ask({ stream: true });
    await refused(/was larger than \[debug\] max_body_bytes/, "replay", id, "--config", gateway.file);
  });

  test("a request that was refused before it was read", async () => {
    const reply = await gateway.post("/v1/chat/completions", "[]");
    const id = reply.headers.get("x-request-id");
    await eventually(async () => (await patchbay("trace", id, "--config", gateway.file)).status === 0, "the record");
    await refused(/was refused before it was read/, "replay", id, "--config", gateway.file);
  });

  test("a file that is no record", async () => {
    const file = join(folder, "none.json");
    writeFileSync(file, '{"request":{}}');
    await refused(/this is not what `patchbay trace REQUEST-ID --json` prints/, "replay", "--file", file, "--config", gateway.file);
    writeFileSync(file, "not JSON");
    await refused(/is not JSON/, "replay", "--file", file, "--config", gateway.file);
    await refused(/cannot read/, "replay", "--file", join(folder, "absent.json"), "--config", gateway.file);
  });

  test("a candidate that is not valid", async () => {
    const id = await ask();
    const file = configuration("broken.toml", "[[routes]]\nid = 7\n");
    await refused(/is not valid: nothing was replayed/, "replay", id, "--candidate", file, "--config", gateway.file);
  });

  test("no request, or no configuration", async () => {
    await refused(/which request\?/, "replay", "--config", gateway.file);
    await refused(/through which configuration\?/, "replay", "--file", join(folder, "none.json"));
  });

  test("a host that keeps no bodies", async () => {
    const file = await record(await ask());
    const bare = JSON.parse(readFileSync(file, "utf8"));
    delete bare.body;
    writeFileSync(file, JSON.stringify(bare));
    await refused(/set \[debug\] bodies = true/, "replay", "--file", file, "--config", gateway.file);
  });
});
