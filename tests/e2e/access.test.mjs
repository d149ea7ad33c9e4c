// Keys, limits and budgets, as clients see them.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { binary, eventually, Gateway, upstreamKey } from "./gateway.mjs";
import { ask, makeKey } from "./keys.mjs";
import { openaiProvider, route, scripted } from "./routes.mjs";
import { chunk, completion, json, openStream, ScriptedUpstream, sse } from "./scripted_upstream.mjs";

const folder = mkdtempSync(join(tmpdir(), "patchbay-access-"));
const socket = `unix:${join(folder, "admin.sock")}`;
const anyClient = `
[[routes]]
id = "anthropic"
priority = 5
pattern = { protocols = ["anthropic-messages"] }
modules = [
  { type = "llmSwitch", config = { type = "llmswitch-conversion-router", config = {} } },
  { type = "provider", config = "scripted" },
]
`;
const claude = (baseUrl) => `
[library.claude]
type = "provider-anthropic"
config = { base_url = "${baseUrl}", api_keys = ["${upstreamKey}"] }
${route("claude", "claude$", "claude").replace("pattern", "priority = 9\npattern")}`;
const keys = {
  free: makeKey("free"),
  expired: makeKey("expired", 'expires = "2020-01-01"'),
  narrow: makeKey("narrow", 'models = ["scripted-*"]\nroutes = ["anthropic"]'),
  elsewhere: makeKey("elsewhere", 'routes = ["renamed"]'),
  told: makeKey("told", "requests_per_minute = 50"),
  cut: makeKey("cut", 'budgets = [{ per = "total", tokens = 1000000 }]'),
  one: makeKey("one-at-once", "concurrency = 1"),
  slow: makeKey("slow", "requests_per_minute = 2\ntokens_per_minute = 1000"),
  poor: makeKey("poor", 'budgets = [{ per = "total", tokens = 60 }]'),
  paying: makeKey("paying", 'budgets = [{ per = "month", cost = 0.001 }]'),
  renamed: makeKey("renamed", 'budgets = [{ per = "month", cost = 0.001 }]'),
  unpriced: makeKey("unpriced", 'models = ["vendor/*"]\nbudgets = [{ per = "month", cost = 1.0 }]'),
};
const price = (model, input, output) => `\n[[prices]]\nmodel = "${model}"\ninput = ${input}\noutput = ${output}\n`;
const prices = price("scripted-model", 10, 30) + price("dear", 10, 30) + price("cheap", 1, 3);
const state = (name) => `[state]\nurl = "sqlite:${join(folder, name)}"\n`;
let upstream;
let gateway;

const listed = () => {
  const { status, stdout, stderr } = spawnSync(binary, ["keys", "list", "--json", "--admin", socket], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return Object.fromEntries(JSON.parse(stdout).keys.map((key) => [key.name, key]));
};
const used = (name, resource) => listed()[name].limits.find((limit) => limit.resource === resource).used;

before(async () => {
  upstream = await ScriptedUpstream.start();
  const all = Object.values(keys).map((key) => key.toml).join("");
  gateway = await Gateway.start({
    toml: `[admin]\nlisten = "${socket}"\n[access]\nmanaged_keys = true\n${state("main.sqlite")}` + scripted(upstream.url) + anyClient + openaiProvider("renamed", upstream.url, ', model = "cheap"') + route("renamed", "dear$", "renamed") + claude(new URL(upstream.url).origin) + all + prices,
  });
});
const usual = () => upstream?.script;
let script;
beforeEach(() => {
  script ??= usual();
  upstream.script = script;
  upstream.reset();
});
after(async () => {
  await gateway?.stop();
  await upstream?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const openai = (key) => gateway.client({ apiKey: key.secret });
const question = { model: "scripted-model", max_tokens: 5, messages: [{ role: "user", content: "Hi" }] };

describe("who may", () => {
  test("a key without limits is let in, whichever header it comes in", async () => {
    assert.equal((await ask(gateway, keys.free)).status, 200);
    assert.equal((await ask(gateway, keys.free, {}, { authorization: "", "x-api-key": keys.free.secret })).status, 200);
  });

  test("a key that nobody knows, and one that has expired, are not", async () => {
    await assert.rejects(openai({ secret: "pb-wrong" }).chat.completions.create(question), (error) => {
      assert.ok(error instanceof OpenAI.AuthenticationError);
      assert.equal(error.code, "invalid_api_key");
      return true;
    });
    await assert.rejects(openai(keys.expired).chat.completions.create(question), /key 'expired' has expired/);
    assert.equal(upstream.requests.length, 0);
  });

  test("a model that the key may not name is refused, and not listed", async () => {
    await assert.rejects(openai(keys.narrow).chat.completions.create({ ...question, model: "vendor/scripted-model" }), (error) => {
      assert.ok(error instanceof OpenAI.PermissionDeniedError);
      assert.match(error.message, /key 'narrow' may not use model 'vendor\/scripted-model'/);
      return true;
    });
    const names = async (key) => (await openai(key).models.list()).data.map((model) => model.id);
    assert.deepEqual(await names(keys.narrow), ["scripted-model"]);
    assert.deepEqual(await names(keys.elsewhere), [], "its route serves none of those that are listed");
    assert.ok((await names(keys.free)).includes("vendor/scripted-model"));
  });

  test("a route that the key may not take is refused", async () => {
    await assert.rejects(openai(keys.narrow).chat.completions.create(question), /key 'narrow' may not take route 'scripted'/);
    const anthropic = new Anthropic({ baseURL: gateway.url, apiKey: keys.narrow.secret, maxRetries: 0 });
    assert.equal((await anthropic.messages.create(question)).content[0].text, "Hello from upstream.");
  });
});

describe("how much", () => {
  test("what the provider's own key has left is not told beside it", async () => {
    const headers = { "X-RateLimit-Remaining-Requests": "9999", "OpenAI-Processing-MS": "12" };
    upstream.script = (_request, response) => json(response, 200, completion({ content: "ok" }), headers);
    const reply = await ask(gateway, keys.told);
    assert.equal(reply.headers.get("x-ratelimit-remaining-requests"), "49");
    assert.equal(reply.headers.get("openai-processing-ms"), "12");
  });

  test("an answer that is cut off is counted, whatever the request has called its length", async () => {
    for (const body of [{ maxOutputTokens: 1 }, { generationConfig: { maxOutputTokens: 1 } }]) {
      const before = used("cut", "tokens");
      upstream.script = async (_request, response) => {
        openStream(response);
        for (let i = 0; i < 40; ++i) await new Promise((sent) => response.write(sse(chunk({ content: `word ${i} ` })), sent));
        response.destroy();
      };
      await (await ask(gateway, keys.cut, { stream: true, max_tokens: undefined, ...body })).text().catch(() => {});
      await eventually(() => used("cut", "tokens") >= before + 40, "what was sent is counted");
    }
  });

  test("requests a minute: the headers count down, then it is 429 with Retry-After", async () => {
    const replies = [];
    for (let i = 0; i < 5 && replies.at(-1)?.status !== 429; ++i) replies.push(await ask(gateway, keys.slow));
    assert.equal(replies[0].headers.get("x-ratelimit-limit-requests"), "2");
    assert.equal(replies[0].headers.get("x-ratelimit-remaining-requests"), "1");
    assert.match(replies[0].headers.get("x-ratelimit-reset-requests"), /^(\d+s|1m0s)$/);
    assert.equal(replies[0].headers.get("x-ratelimit-limit-tokens"), "1000");
    const refused = replies.at(-1);
    assert.equal(refused.status, 429);
    const wait = Number(refused.headers.get("retry-after"));
    assert.ok(wait >= 1 && wait <= 60, `Retry-After: ${wait}`);
    const { error } = await refused.json();
    assert.equal(error.code, "rate_limit_exceeded");
    assert.match(error.message, /key 'slow' may use 2 requests per minute; try again in \d+ s/);
  });

  test("an Anthropic client reads its own headers and its own error", async () => {
    const anthropic = new Anthropic({ baseURL: gateway.url, apiKey: keys.poor.secret, maxRetries: 0 });
    const large = { ...question, messages: [{ role: "user", content: "x".repeat(4_000) }] };
    await assert.rejects(anthropic.messages.create(large), (error) => {
      assert.ok(error instanceof Anthropic.RateLimitError);
      assert.equal(error.error.type, "error");
      assert.equal(error.error.error.type, "rate_limit_error");
      assert.match(error.message, /60 tokens in all, and this request alone needs more/);
      return true;
    });
    const slow = new Anthropic({ baseURL: gateway.url, apiKey: keys.slow.secret, maxRetries: 0 });
    const headers = await slow.messages
      .create(question)
      .asResponse()
      .then((response) => response.headers)
      .catch((error) => error.headers);
    assert.equal(headers.get("anthropic-ratelimit-requests-limit"), "2");
    assert.match(headers.get("anthropic-ratelimit-requests-reset"), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test("requests at once", async () => {
    let release;
    const held = new Promise((resolve) => (release = resolve));
    upstream.script = async (request, response) => (await held, script(request, response));
    const first = ask(gateway, keys.one);
    await eventually(() => upstream.requests.length === 1, "the first request is on its way");
    assert.equal((await ask(gateway, keys.one)).status, 429);
    release();
    assert.equal((await first).status, 200);
    assert.equal((await ask(gateway, keys.one)).status, 200);
  });

  test("a budget of tokens is spent by what providers count, and then refused for good", async () => {
    let answered = 0;
    let reply;
    while ((reply = await ask(gateway, keys.poor)).status === 200) ++answered;
    assert.equal(reply.status, 429);
    assert.equal(reply.headers.get("retry-after"), null);
    assert.equal(reply.headers.get("x-should-retry"), "false");
    assert.equal((await reply.json()).error.code, "insufficient_quota");
    assert.ok(answered >= 1 && answered <= 5, `12 tokens each of 60 in all, ${answered} were answered`);
    assert.equal(used("poor", "tokens"), answered * 12);
  });

  test("a budget of money is spent at the price of the model", async () => {
    assert.equal((await ask(gateway, keys.paying)).status, 200);
    assert.equal(used("paying", "cost"), "0.00022"); // 7 tokens of input at 10, 5 of output at 30 a million
  });

  test("an answer of another model than the client named has that model's price", async () => {
    assert.equal((await ask(gateway, keys.renamed, { model: "dear" })).status, 200);
    assert.equal(used("renamed", "cost"), "0.000022"); // 7 tokens of input at 1, 5 of output at 3 a million
  });

  test("a model without a price is refused to a key with a budget of money", async () => {
    const reply = await ask(gateway, keys.unpriced, { model: "vendor/scripted-model" });
    assert.equal(reply.status, 403);
    assert.match((await reply.json()).error.message, /has no price in \[\[prices\]\]/);
  });

  test("a stream whose client leaves is counted for what was produced until then", async () => {
    upstream.script = async (_request, response) => {
      openStream(response);
      response.write(sse(chunk({ role: "assistant", content: "" })));
      for (let i = 0; i < 20; ++i) response.write(sse(chunk({ content: `word ${i} ` })));
    };
    const key = await made("leaves", "--budget", "tokens=100000/total");
    const leave = await readUntil("/v1/chat/completions", key, { ...question, max_tokens: 100, stream: true }, "word 19");
    leave();
    let spent; // what is reserved for a running request counts as well
    const settled = () => ((spent = used("leaves", "tokens")), spent > 40 && spent < 100);
    await eventually(settled, () => `${spent} tokens for 20 words and a short prompt`);
  });

  test("a ping in a stream makes what its client leaves no larger", async () => {
    upstream.script = async (_request, response) => {
      openStream(response);
      const send = (type, members = {}) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`);
      send("message_start", { message: { id: "msg_1", type: "message", role: "assistant", content: [], usage: { input_tokens: 9, output_tokens: 1 } } });
      send("ping");
      send("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
      for (let i = 0; i < 200; ++i) send("content_block_delta", { index: 0, delta: { type: "text_delta", text: `word ${i} ` } });
    };
    const key = await made("pinged", "--budget", "tokens=100000/total");
    const leave = await readUntil("/v1/messages", key, { ...question, model: "claude", max_tokens: 1_000, stream: true }, "word 199");
    leave();
    let spent;
    const settled = () => ((spent = used("pinged", "tokens")), spent > 200 && spent < 350);
    await eventually(settled, () => `${spent} tokens for 200 words`);
  });
});

/** Asks for a stream and reads until there is `last`; returns how to leave it. */
async function readUntil(path, key, body, last) {
  const stop = new AbortController();
  const headers = { "content-type": "application/json", authorization: `Bearer ${key.secret}` };
  const reply = await fetch(gateway.url + path, { method: "POST", signal: stop.signal, headers, body: JSON.stringify(body) });
  const reader = reply.body.getReader();
  let text = "";
  for (let piece; !text.includes(last); text += new TextDecoder().decode(piece.value)) {
    piece = await reader.read();
    assert.ok(!piece.done, text);
  }
  return () => stop.abort();
}

/** A key that is made at run time. */
async function made(name, ...words) {
  const { status, stdout, stderr } = spawnSync(binary, ["keys", "new", name, "--admin", socket, ...words], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return { name, secret: stdout.trim() };
}

describe("keys at run time", () => {
  test("are made, listed, used and revoked", async () => {
    const key = await made("guest", "--model", "scripted-*", "--requests-per-minute", "100");
    assert.match(key.secret, /^pb-[\w-]{43}$/);
    assert.equal((await ask(gateway, key)).status, 200);
    assert.equal(listed().guest.managed, true);
    const again = spawnSync(binary, ["keys", "new", "guest", "--admin", socket], { encoding: "utf8" });
    assert.equal(again.status, 1);
    assert.match(again.stderr, /there is a key 'guest' already; revoke it first/);
    assert.equal(spawnSync(binary, ["keys", "revoke", "guest", "--admin", socket]).status, 0);
    assert.equal((await ask(gateway, key)).status, 401);
  });

  test("those of the configuration are revoked there", () => {
    const { status, stderr } = spawnSync(binary, ["keys", "revoke", "free", "--admin", socket], { encoding: "utf8" });
    assert.equal(status, 1);
    assert.match(stderr, /those of the configuration stand there/);
  });

  test("a limit that a configuration could not have is refused", () => {
    for (const [words, complaint] of [
      [["--requests-per-minute", "0"], /requests_per_minute/],
      [["--budget", "tokens=5/week"], /budgets.*per.*week.*day, month, total/],
    ])
      for (const where of [[], ["--admin", socket]]) {
        const { status, stdout, stderr } = spawnSync(binary, ["keys", "new", "odd", ...words, ...where], { encoding: "utf8" });
        assert.notEqual(status, 0);
        assert.equal(stdout, "");
        assert.match(stderr, complaint);
      }
  });

  test("for a configuration, a key is printed with what to paste", () => {
    const { status, stdout } = spawnSync(binary, ["keys", "new", "team", "--budget", "cost=20/month"], { encoding: "utf8" });
    assert.equal(status, 0);
    assert.match(stdout, /^pb-[\w-]{43}\n\n\[\[keys\]\]\nname = "team"\nkey_hash = "sha256:[0-9a-f]{64}"\nbudgets = \[\{ per = "month", cost = 20 \}\]\n$/);
  });
});

test("what keys used is in the metrics, by name", async () => {
  const { stdout } = spawnSync("curl", ["-s", "--unix-socket", socket.slice(5), "http://patchbay/metrics"], { encoding: "utf8" });
  assert.match(stdout, /patchbay_key_admitted_total\{key="free"\} [1-9]/);
  assert.match(stdout, /patchbay_key_denied_total\{key="poor",reason="budget"\} [1-9]/);
  assert.match(stdout, /patchbay_key_input_tokens_total\{key="poor"\} [1-9]/);
  assert.match(stdout, /patchbay_state_up 1/);
});

describe("a gateway that is killed", () => {
  test("has lost nothing of what was spent, and wastes no more than its leases", async () => {
    const key = makeKey("mortal", 'budgets = [{ per = "total", tokens = 2000 }]');
    const toml = state("killed.sqlite") + scripted(upstream.url) + key.toml;
    let answered = 0;
    for (let life = 0; ; ++life) {
      assert.ok(life < 100, "the budget ends at some time");
      const mortal = await Gateway.start({ toml });
      const before = answered;
      let status = 200;
      for (let i = 0; i < 10 && status === 200; ++i) {
        status = (await ask(mortal, key)).status;
        answered += status === 200 ? 1 : 0;
      }
      if (status === 429) {
        await mortal.stop();
        break;
      }
      assert.equal(answered, before + 10);
      ask(mortal, key).catch(() => {}); // in flight when it dies
      mortal.signal("SIGKILL");
      await mortal.exit();
      if (life > 0) assert.ok(answered * 12 <= 2000);
    }
    assert.ok(answered * 12 <= 2000, `${answered} requests of 12 tokens were answered, with 2000 to spend`);
    assert.ok(answered * 12 >= 1000, `only ${answered} requests of 12 tokens were answered: the kills wasted the rest of 2000`);
  });
});
