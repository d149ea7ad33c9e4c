import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { upstreamKey } from "./gateway.mjs";
import { chunk, completion, json, openStream, sse, stream, words } from "./scripted_upstream.mjs";
import { overHttpAndHttps } from "./setups.mjs";

const ask = (content, more = {}) => ({ model: "scripted-model", messages: [{ role: "user", content }], ...more });

const textOf = async (events) => {
  let text = "";
  for await (const event of events) text += event.choices[0]?.delta.content ?? "";
  return text;
};

overHttpAndHttps("chat", (setup) => {
  test("a completion comes back as the provider gave it", async () => {
    const answer = completion({ content: "Grüße, 世界 🌍" });
    setup.upstream.script = (_request, response) => json(response, 200, answer);
    const got = await setup.gateway.client().chat.completions.create(ask("Hi"));
    assert.deepEqual(JSON.parse(JSON.stringify(got)), answer);
  });

  test("the provider receives the client's body unchanged and the gateway's own key", async () => {
    setup.upstream.script = (_request, response) => json(response, 200, completion({ content: "ok" }));
    const body = ' {"messages": [{"role":"user","content":"1.0 \\u00e9"}],  "model":"scripted-model", "seed": 1e2, "unknown_field":[1.50] } ';
    const reply = await setup.gateway.post("/v1/chat/completions", body);
    assert.equal(reply.status, 200);
    assert.equal(setup.upstream.last.body.toString(), body);
    assert.equal(setup.upstream.last.path, "/v1/chat/completions");
    assert.equal(setup.upstream.last.headers.authorization, `Bearer ${upstreamKey}`);
    assert.equal(setup.upstream.last.headers.host, `${new URL(setup.upstream.url).host}`);
  });

  test("a stream brings its words in order and says why it ended", async () => {
    setup.upstream.script = (_request, response) => stream(response, words("one ", "two ", "three"));
    const events = [];
    for await (const event of await setup.gateway.client().chat.completions.create(ask("Count", { stream: true }))) events.push(event);
    assert.deepEqual(events.map((event) => event.choices[0].delta.content ?? ""), ["", "one ", "two ", "three", ""]);
    assert.equal(events.at(-1).choices[0].finish_reason, "stop");
  });

  test("a stream's usage reaches the client when it asks for it", async () => {
    const usage = { ...chunk({}), choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } };
    setup.upstream.script = (_request, response) => stream(response, [...words("x"), usage]);
    const events = [];
    const asked = ask("Hi", { stream: true, stream_options: { include_usage: true } });
    for await (const event of await setup.gateway.client().chat.completions.create(asked)) events.push(event);
    assert.deepEqual(events.at(-1).usage, usage.usage);
  });

  test("each event reaches the client before the provider makes the next", async () => {
    let arrived;
    setup.upstream.script = async (_request, response) => {
      openStream(response);
      for (const text of ["a", "b", "c"]) {
        const seen = new Promise((resolve) => (arrived = resolve));
        response.write(sse(chunk({ content: text })));
        await seen; // a gateway that buffers would wait here for ever
      }
      response.end(sse(chunk({}, "stop")) + sse("[DONE]"));
    };
    let text = "";
    for await (const event of await setup.gateway.client().chat.completions.create(ask("Hi", { stream: true }))) {
      text += event.choices[0].delta.content ?? "";
      arrived();
    }
    assert.equal(text, "abc");
  });

  test("an event that arrives one byte at a time is put together", async () => {
    setup.upstream.script = async (_request, response) => {
      openStream(response);
      response.socket.setNoDelay(true);
      const wire = words("Grüße 🌍").map(sse).join("") + sse("[DONE]");
      for (const byte of Buffer.from(wire)) await new Promise((sent) => response.write(Buffer.of(byte), sent));
      response.end();
    };
    assert.equal(await textOf(await setup.gateway.client().chat.completions.create(ask("Hi", { stream: true }))), "Grüße 🌍");
  });

  test("a prompt of thirty megabytes arrives whole", async () => {
    const content = "0123456789abcdef".repeat((30 << 20) / 16);
    setup.upstream.script = (_request, response) => json(response, 200, completion({ content: "long" }));
    await setup.gateway.client().chat.completions.create(ask(content));
    const digest = (text) => createHash("sha256").update(text).digest("hex");
    assert.equal(digest(JSON.parse(setup.upstream.last.body).messages[0].content), digest(content));
  });

  test("fifty streams at once keep their words apart", async () => {
    setup.upstream.script = async (request, response) => {
      const own = JSON.parse(request.body).messages[0].content;
      openStream(response);
      for (let i = 0; i < 20; ++i) {
        response.write(sse(chunk({ content: `${own}.${i} ` })));
        await new Promise((next) => setImmediate(next));
      }
      response.end(sse(chunk({}, "stop")) + sse("[DONE]"));
    };
    const client = setup.gateway.client();
    const talk = async (number) => textOf(await client.chat.completions.create(ask(`stream-${number}`, { stream: true })));
    const texts = await Promise.all(Array.from({ length: 50 }, (_, number) => talk(number)));
    texts.forEach((text, number) => assert.equal(text, Array.from({ length: 20 }, (_, i) => `stream-${number}.${i} `).join("")));
  });

  test("the provider's request id and rate limits reach the client", async () => {
    const headers = { "x-ratelimit-remaining-requests": "41", "openai-processing-ms": "12" };
    setup.upstream.script = (_request, response) => json(response, 200, completion({ content: "ok" }), headers);
    const { response } = await setup.gateway.client().chat.completions.create(ask("Hi")).withResponse();
    assert.equal(response.headers.get("x-ratelimit-remaining-requests"), "41");
    assert.equal(response.headers.get("openai-processing-ms"), "12");
    assert.ok(response.headers.get("x-request-id"));
  });
});
