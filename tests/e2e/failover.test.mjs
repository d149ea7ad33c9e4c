// Several targets, keys and fallbacks over scripted providers: who is asked, in which order, and what the client hears of it.

import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { adminAt } from "./admin.mjs";
import { Gateway, eventually, upstreamKey } from "./gateway.mjs";
import { withClientKey } from "./routes.mjs";
import { ScriptedUpstream, chunk, completion, json, openStream, sse, stream, words } from "./scripted_upstream.mjs";

const asked = { model: "any", messages: [{ role: "user", content: "Hi" }] };
const adminSocket = join(tmpdir(), `patchbay-failover-${process.pid}.sock`);

const provider = (name, url, keys = 1) =>
  `[library.${name}]\ntype = "provider-openai"\n` +
  `config = { base_url = "${url}", api_keys = [${Array.from({ length: keys }, (_, i) => `"${upstreamKey}${i + 1}"`).join(", ")}] }\n`;

const target = (id, library, more = "") => `[[routes.targets]]
id = "${id}"
${more}
modules = [{ type = "llmSwitch", config = { type = "llmswitch-conversion-router" } }, { type = "provider", config = "${library}" }]
`;

const route = (id, lines, ...targets) =>
  `[[routes]]\nid = "${id}"\npattern = { model = "^${id}$" }\nbalance = "priority"\n${lines}\n${targets.join("")}`;

/** Status 200 and a whole Anthropic message. */
const message = (response, text) =>
  json(response, 200, {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude",
    content: [{ type: "text", text }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  });
const admin = adminAt(adminSocket);

describe("fail-over", () => {
  let first, second, gateway, toml;
  const say = (text) => (_request, response) => json(response, 200, completion({ content: text }));
  const refuse = (status, headers = {}) => (_request, response) => json(response, status, { error: { message: "no" } }, headers);
  const ask = async (model, more = {}) => (await gateway.client().chat.completions.create({ ...asked, model, ...more })).choices[0].message.content;

  before(async () => {
    first = await ScriptedUpstream.start();
    second = await ScriptedUpstream.start();
    const both = [target("first", "first"), target("second", "second")];
    const patient = 'failover = { failures = 1000 }';
    toml =
      `[admin]\nlisten = "unix:${adminSocket}"\n` +
      provider("first", first.url) +
      provider("second", second.url) +
      provider("two-keys", first.url, 2) +
      `[library.claude]\ntype = "provider-anthropic"\nconfig = { base_url = "${second.url.replace("/v1", "")}", api_keys = ["${upstreamKey}"], model = "claude" }\n` +
      route("pair", `${patient}\ntimeouts = { first_byte = "300ms" }`, ...both) +
      route("breaking", "", ...both) +
      route("resting", "failover = { failures = 1 }", ...both) +
      route("keys", "", target("first", "two-keys")) +
      route("dated", "", ...both) +
      route("hedged", `${patient}\nhedge = { after = "100ms" }`, ...both) +
      route("narrow", patient, target("first", "first", 'max_concurrency = 1\nqueue = { size = 1, timeout = "20s" }')) +
      route("across", `${patient}\nfallback = ["reserve"]`, target("first", "first")) +
      route("reserve", patient, target("claude", "claude"));
    gateway = await Gateway.start({ server: withClientKey, toml });
  });
  beforeEach(() => {
    first.reset();
    second.reset();
    second.script = say("from the second");
  });
  after(async () => {
    await gateway?.stop();
    await first?.stop();
    await second?.stop();
  });

  test("status 500: the next target answers", async () => {
    first.script = refuse(500);
    assert.equal(await ask("pair"), "from the second");
    assert.deepEqual(JSON.parse(second.last.body).messages, asked.messages);
  });

  test("a target that is silent before its reply loses its turn", async () => {
    first.script = () => {};
    assert.equal(await ask("pair"), "from the second");
    await eventually(() => first.hangUps === 1, "the silent one is cancelled");
  });

  test("a broken connection", async () => {
    first.script = (_request, response) => response.socket.destroy();
    assert.equal(await ask("pair"), "from the second");
  });

  test("an error as the first event of a stream", async () => {
    first.script = (_request, response) => {
      openStream(response);
      response.write(sse(chunk({ role: "assistant", content: "" })));
      response.end(sse({ error: { message: "overloaded", type: "server_error" } }));
    };
    second.script = (_request, response) => {
      openStream(response);
      for (const one of words("It ", "works")) response.write(sse(one));
      response.end(sse("[DONE]"));
    };
    let text = "";
    const events = await gateway.client().chat.completions.create({ ...asked, model: "pair", stream: true });
    for await (const event of events) text += event.choices[0]?.delta?.content ?? "";
    assert.equal(text, "It works");
  });

  test("after the first word there is no second call", async () => {
    first.script = (_request, response) => {
      openStream(response);
      response.write(sse(chunk({ role: "assistant", content: "Once upon" })), () => response.socket.destroy());
    };
    const events = await gateway.client().chat.completions.create({ ...asked, model: "pair", stream: true });
    await assert.rejects(async () => {
      for await (const _event of events);
    });
    assert.equal(second.requests.length, 0);
  });

  test("a target whose answers break off after their first word rests", async () => {
    first.script = (_request, response) => {
      openStream(response);
      response.write(sse(chunk({ role: "assistant", content: "Once upon" })), () => response.socket.destroy());
    };
    second.script = (_request, response) => stream(response, words("The end"));
    let broken = 0;
    const read = async () => {
      for await (const _event of await gateway.client().chat.completions.create({ ...asked, model: "breaking", stream: true }));
    };
    while (broken < 5 && (await read().then(() => false, () => true))) ++broken;
    assert.equal(broken, 3);
    assert.equal(first.requests.length, 3);
  });

  test("a refusal of the request itself is not carried to the next target", async () => {
    first.script = refuse(400);
    await assert.rejects(ask("pair"), { status: 400 });
    assert.equal(second.requests.length, 0);
  });

  test("a client that leaves ends the attempt, and nobody else is asked", async () => {
    first.script = () => {};
    const controller = new AbortController();
    const call = gateway.client().chat.completions.create({ ...asked, model: "resting" }, { signal: controller.signal });
    const outcome = assert.rejects(call);
    await eventually(() => first.requests.length === 1, "the first is asked");
    controller.abort();
    await outcome;
    await eventually(() => first.hangUps === 1, "the first sees the hang-up");
    first.script = say("still in service");
    assert.equal(await ask("resting"), "still in service");
  });

  test("a target that failed rests, and the operator sees it", async () => {
    first.script = refuse(503);
    assert.equal(await ask("resting"), "from the second");
    assert.equal(await ask("resting"), "from the second");
    assert.equal(first.requests.length, 1);

    const shown = JSON.parse(await admin("/admin/targets")).routes.find(({ id }) => id === "resting");
    assert.equal(shown.failovers, 1);
    assert.equal(shown.targets[0].state, "open");
    assert.ok(shown.targets[0].back_in_ms > 0 && shown.targets[0].back_in_ms <= 5000);
    const metrics = await admin("/metrics");
    assert.match(metrics, /^patchbay_target_breaker\{route="resting",target="first"\} 2$/m);
    assert.match(metrics, /^patchbay_route_failovers_total\{route="resting"\} 1$/m);
    assert.match(gateway.log, /target resting\/first at provider-openai\/\w+ rests for \d+ ms: failing/);
  });

  test("keys are rotated on 429, rest as long as they were told, and survive a reload", async () => {
    const shownKeys = () => first.requests.map(({ headers }) => headers.authorization.slice(-1));
    first.script = (request, response) =>
      request.headers.authorization.endsWith("1")
        ? json(response, 429, { error: { message: "slow down" } }, { "retry-after": "60" })
        : json(response, 200, completion({ content: "by the second key" }));
    assert.equal(await ask("keys"), "by the second key");
    assert.equal(await ask("keys"), "by the second key");
    assert.deepEqual(shownKeys(), ["1", "2", "2"]);

    await gateway.save(toml + route("added", "", target("first", "first")));
    await eventually(async () => /"id":"added"/.test(await admin("/admin/targets")), "the new configuration is in force");
    assert.equal(await ask("keys"), "by the second key");
    assert.deepEqual(shownKeys(), ["1", "2", "2", "2"]);

    first.script = refuse(429, { "retry-after": "60" });
    await assert.rejects(ask("keys"), { status: 429 });
    const refused = await gateway.post("/v1/messages", JSON.stringify({ ...asked, model: "keys", max_tokens: 5 }), { "anthropic-version": "2023-06-01" });
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get("retry-after")) > 50);
    assert.equal((await refused.json()).error.type, "rate_limit_error");
  });

  test("a Retry-After that is a date", async () => {
    first.script = refuse(503, { "retry-after": new Date(Date.now() + 90_000).toUTCString() });
    assert.equal(await ask("dated"), "from the second");
    const { targets } = JSON.parse(await admin("/admin/targets")).routes.find(({ id }) => id === "dated");
    assert.ok(targets[0].back_in_ms > 60_000 && targets[0].back_in_ms <= 91_000, JSON.stringify(targets[0]));
  });

  test("a fallback route that speaks another protocol gets the request converted anew", async () => {
    first.script = refuse(502);
    second.script = (request, response) => {
      assert.equal(request.path, "/v1/messages");
      assert.equal(JSON.parse(request.body).messages[0].role, "user");
      message(response, "from Claude");
    };
    assert.equal(await ask("across"), "from Claude");
  });

  test("a slow target gets company, and the first to answer wins", async () => {
    first.script = () => {};
    assert.equal(await ask("hedged"), "from the second");
    await eventually(() => first.hangUps === 1, "the slow one is cancelled");
  });

  test("a full target lets one wait and sends the next away", async () => {
    const waiting = [];
    first.script = (_request, response) => waiting.push(response);
    const served = ask("narrow");
    await eventually(() => waiting.length === 1, "the first request is there");
    const queued = ask("narrow");
    await eventually(async () => /patchbay_target_queue\{route="narrow",target="first"\} 1/.test(await admin("/metrics")), "the second waits");
    await assert.rejects(ask("narrow"), (error) => error.status === 503 && error.headers.get("retry-after") === "1");
    json(waiting[0], 200, completion({ content: "one" }));
    await eventually(() => waiting.length === 2, "the second request has its turn");
    json(waiting[1], 200, completion({ content: "two" }));
    assert.deepEqual(await Promise.all([served, queued]), ["one", "two"]);
  });
});
