// What a stream has cost is what its provider says, also for clients that do not ask: the gateway does, and keeps the chunk that comes of it.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { adminAt } from "./admin.mjs";
import { parseExposition, total } from "./exposition.mjs";
import { eventually, Gateway, upstreamKey } from "./gateway.mjs";
import { makeKey } from "./keys.mjs";
import { chunk, json, ScriptedUpstream, stream, words } from "./scripted_upstream.mjs";

const directory = mkdtempSync(join(tmpdir(), "patchbay-usage-"));
const socket = join(directory, "admin.sock");
const accessLog = join(directory, "access.jsonl");
const cost = { prompt_tokens: 1_234, completion_tokens: 77, total_tokens: 1_311 };
const costChunk = { ...chunk({}), choices: [], usage: cost };

const provider = (name, isolation, url, more = "") => `
[library.${name}]
type = "provider-openai"
isolation = "${isolation}"
config = { base_url = "${url}", api_keys = ["${upstreamKey}"]${more} }
[[routes]]
id = "${name}"
pattern = { headers = { x-route = "^${name}$" } }
modules = [
  { type = "llmSwitch", config = { type = "llmswitch-conversion-router", config = {} } },
  { type = "provider", config = "${name}" },
]
`;

/** As OpenAI does: a chunk with the cost for who asks, and then `usage: null` in all others. */
const honest = (request, response) => {
  const asked = JSON.parse(request.body).stream_options?.include_usage === true;
  const answer = words("one ", "two");
  stream(response, asked ? [...answer.map((one) => ({ ...one, usage: null })), costChunk] : answer);
};

let upstream, gateway, key;
before(async () => {
  upstream = await ScriptedUpstream.start();
  key = makeKey("team", 'budgets = [{ per = "total", tokens = 1_000_000 }]');
  gateway = await Gateway.start({
    toml:
      `[admin]\nlisten = "unix:${socket}"\n[access_log]\npath = "${accessLog}"\nformat = "json"\n[state]\nurl = "sqlite:${join(directory, "state.sqlite")}"\n` +
      provider("host", "none", upstream.url) +
      provider("process", "process", upstream.url) +
      provider("strict", "none", upstream.url, ", require_done = true") +
      provider("silent", "none", upstream.url, ", ask_usage = false") +
      key.toml,
  });
});
beforeEach(() => {
  upstream.script = honest;
  upstream.reset();
});
after(async () => {
  await gateway?.stop();
  await upstream?.stop();
  rmSync(directory, { recursive: true });
});

const question = { model: "m", stream: true, messages: [{ role: "user", content: "Hi" }] };
const page = async () => parseExposition(await adminAt(socket)("/metrics"));
const kinds = ["patchbay_key_input_tokens_total", "patchbay_key_output_tokens_total", "patchbay_key_estimated_tokens_total"];
const spent = async () => {
  const families = await page();
  return kinds.map((family) => total(families, family, { key: "team" }));
};
const logged = (id) =>
  eventually(() => existsSync(accessLog) && readFileSync(accessLog, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line)).find((one) => one.id === id), "the line of the log");

/** The events of a stream as the OpenAI client reads them, the line of the access log, and what the key has spent for it. */
async function ask(route, more = {}) {
  const before = await spent();
  const { data, response } = await gateway
    .client({ apiKey: key.secret })
    .chat.completions.create({ ...question, ...more }, { headers: { "x-route": route } })
    .withResponse();
  const events = [];
  for await (const event of data) events.push(event);
  const line = await logged(response.headers.get("x-request-id"));
  const charged = await eventually(async () => {
    const now = await spent();
    return now[0] > before[0] && now.map((value, i) => value - before[i]);
  }, "the key is charged");
  return { events, line, charged };
}

const text = (events) => events.map((event) => event.choices[0].delta.content ?? "").join("");

for (const [route, where] of [["host", "in the host"], ["process", "in a process of its own"]])
  describe(`a provider ${where}`, () => {
    test("is asked for a client that does not, which sees nothing of it", async () => {
      const { events, line, charged } = await ask(route);
      assert.equal(text(events), "one two"); // every chunk has a choice
      assert.equal(events.length, 4);
      assert.deepEqual(JSON.parse(upstream.last.body), { ...question, stream_options: { include_usage: true } });
      assert.deepEqual([line.input_tokens, line.output_tokens, line.usage_estimated], [1_234, 77, undefined]);
      assert.deepEqual(charged, [1_234, 77, 0]);
      const families = await page();
      assert.equal(total(families, "patchbay_tokens_total", { route, kind: "output" }) % 77, 0);
      assert.ok(total(families, "patchbay_tokens_total", { route, kind: "output" }) > 0);
    });

    test("is asked for a client that does not want it, too", async () => {
      const { events, charged } = await ask(route, { stream_options: { include_usage: false } });
      assert.equal(text(events), "one two");
      assert.deepEqual(charged, [1_234, 77, 0]);
    });

    test("answers a client that asks", async () => {
      const { events, line, charged } = await ask(route, { stream_options: { include_usage: true } });
      assert.deepEqual(events.at(-1).choices, []);
      assert.deepEqual(events.at(-1).usage, cost);
      assert.equal(line.usage_estimated, undefined);
      assert.deepEqual(charged, [1_234, 77, 0]);
    });

    test("that does not say it is estimated, as ever", async () => {
      upstream.script = (_request, response) => stream(response, words("one ", "two"));
      const { events, line, charged } = await ask(route);
      assert.equal(text(events), "one two");
      assert.equal(line.usage_estimated, true);
      assert.ok(charged[2] > 0 && charged[0] + charged[1] === charged[2], charged.join());
    });

    test("tells an Anthropic client in that client's words", async () => {
      const anthropic = new Anthropic({ baseURL: gateway.url, apiKey: key.secret, maxRetries: 0, defaultHeaders: { "x-route": route } });
      const message = await anthropic.messages.stream({ model: "m", max_tokens: 99, messages: question.messages }).finalMessage();
      assert.equal(message.content[0].text, "one two");
      assert.deepEqual([message.usage.input_tokens, message.usage.output_tokens], [1_234, 77]);
    });
  });

test("what a chunk with a part of the answer says of the cost passes", async () => {
  upstream.script = (_request, response) => stream(response, [...words("one ", "two").slice(0, -1), { ...chunk({}, "stop"), usage: cost }]);
  const { events, charged } = await ask("host");
  assert.deepEqual(events.at(-1).usage, cost);
  assert.deepEqual(charged, [1_234, 77, 0]);
});

test("what Azure says of the prompt, in a first chunk without choices, passes", async () => {
  const first = { choices: [], created: 0, id: "", model: "", object: "", prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }] };
  upstream.script = (_request, response) => stream(response, [first, ...words("one ", "two"), costChunk]);
  const reply = await gateway.post("/v1/chat/completions", JSON.stringify(question), { "x-route": "host", authorization: `Bearer ${key.secret}` });
  const events = (await reply.text()).split("\n\n").filter((event) => event.startsWith("data: {"));
  assert.deepEqual(JSON.parse(events[0].slice(6)).prompt_filter_results, first.prompt_filter_results);
  assert.equal(events.length, 5);
});

test("an API that refuses the question is asked once", async () => {
  upstream.script = (request, response) =>
    JSON.parse(request.body).stream_options
      ? json(response, 422, { error: { message: "body.stream_options: Extra inputs are not permitted" } })
      : stream(response, words("one ", "two"));
  await assert.rejects(ask("strict"), /Extra inputs are not permitted/);
  const { events, line } = await ask("strict");
  assert.equal(text(events), "one two");
  assert.equal(line.usage_estimated, true);
  assert.match(gateway.log, /refuses stream_options: its streams are not asked for their usage any more/);
});

test("a provider that refuses to be asked is not", async () => {
  const { events, line } = await ask("silent");
  assert.equal(text(events), "one two");
  assert.deepEqual(JSON.parse(upstream.last.body), question);
  assert.equal(line.usage_estimated, true);
});
