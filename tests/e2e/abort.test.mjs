import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { eventually } from "./gateway.mjs";
import { chunk, completion, json, openStream, sse } from "./scripted_upstream.mjs";
import { overHttpAndHttps } from "./setups.mjs";

const asked = { model: "scripted-model", messages: [{ role: "user", content: "Hi" }] };
const promptly = 1000; // milliseconds until the provider must know that nobody listens any more

overHttpAndHttps("abort", (setup) => {
  test("a client that leaves a stream ends the provider's work within a second", async () => {
    setup.upstream.script = (_request, response) => {
      openStream(response);
      response.write(sse(chunk({ role: "assistant", content: "The first of many" })));
    };
    const events = await setup.gateway.client().chat.completions.create({ ...asked, stream: true });
    for await (const _event of events) break; // leaving the loop aborts
    await eventually(() => setup.upstream.hangUps === 1, "the provider sees the hang-up", promptly);
  });

  test("an AbortController does the same between two events", async () => {
    setup.upstream.script = (_request, response) => {
      openStream(response);
      response.write(sse(chunk({ role: "assistant", content: "…" })));
    };
    const controller = new AbortController();
    const events = await setup.gateway.client().chat.completions.create({ ...asked, stream: true }, { signal: controller.signal });
    await events[Symbol.asyncIterator]().next();
    controller.abort();
    await eventually(() => setup.upstream.hangUps === 1, "the provider sees the hang-up", promptly);
  });

  test("a client that leaves before the answer ends the provider's work as well", async () => {
    setup.upstream.script = () => {}; // thinks for ever
    const controller = new AbortController();
    const call = setup.gateway.client().chat.completions.create(asked, { signal: controller.signal });
    const outcome = assert.rejects(call, OpenAI.APIUserAbortError);
    await eventually(() => setup.upstream.requests.length === 1, "the provider is asked");
    controller.abort();
    await outcome;
    await eventually(() => setup.upstream.hangUps === 1, "the provider sees the hang-up", promptly);
  });

  test("the gateway serves on after clients have left", async () => {
    setup.upstream.script = (_request, response) => json(response, 200, completion({ content: "still here" }));
    const got = await setup.gateway.client().chat.completions.create(asked);
    assert.equal(got.choices[0].message.content, "still here");
  });
});
