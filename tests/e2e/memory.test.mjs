// Figures that mean something only in an optimised build without sanitizers: PATCHBAY_OPTIMISED=1 says that it is one.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, test } from "node:test";
import { Gateway, eventually } from "./gateway.mjs";
import { scripted } from "./routes.mjs";
import { ScriptedUpstream, chunk, openStream, sse } from "./scripted_upstream.mjs";

const skip = process.env.PATCHBAY_OPTIMISED === "1" ? false : "needs an optimised build (PATCHBAY_OPTIMISED=1)";
const idleLimitKiB = 24 * 1024; // with every plugin that comes with Patchbay
const pausedStreams = 20;
const limitOfOneKiB = 1024;
const slackKiB = 2048; // allocator and read buffers, whatever the number of streams

let upstream;
before(async () => (upstream = await ScriptedUpstream.start()));
after(() => upstream.stop());

const settle = () => new Promise((wake) => setTimeout(wake, 500));

/** Opens a stream and stops reading after its first bytes. */
const openAndPause = async (gateway) => {
  const body = JSON.stringify({ model: "scripted-model", stream: true, messages: [{ role: "user", content: "Hi" }] });
  const request = http.request(`${gateway.url}/v1/chat/completions`, { method: "POST", headers: { "content-type": "application/json" }, agent: false });
  request.end(body);
  const [response] = await once(request, "response");
  await once(response, "readable");
  response.socket.pause();
  return response;
};

test("an idle gateway needs less than 24 MiB", { skip }, async () => {
  const gateway = await Gateway.start({ toml: scripted(upstream.url) });
  await settle();
  const rss = gateway.rssKiB();
  await gateway.stop();
  assert.ok(rss < idleLimitKiB, `${rss} KiB`);
});

test("a client that stops reading costs less than 1 MiB, and gets the rest when it reads on", { skip }, async () => {
  const gateway = await Gateway.start({ toml: scripted(upstream.url) });
  const event = sse(chunk({ content: "x".repeat(4000) }));
  const total = 16 << 20; // far beyond what all socket buffers on the way can hold
  let written = 0;
  upstream.script = async (_request, response) => {
    openStream(response);
    for (let sent = 0; sent < total; sent += event.length) {
      written += event.length;
      if (!response.write(event)) await once(response, "drain");
    }
    response.end(sse(chunk({}, "stop")) + sse("[DONE]"));
  };

  const before = gateway.rssKiB();
  const responses = await Promise.all(Array.from({ length: pausedStreams }, () => openAndPause(gateway)));
  let seen = -1;
  await eventually(async () => {
    const unchanged = seen === written;
    seen = written;
    await settle();
    return unchanged && seen === written;
  }, "the provider is held up", 60_000);
  const grown = gateway.rssKiB() - before;
  assert.ok(written < total * pausedStreams, "the provider was never held up");
  assert.ok(grown < pausedStreams * limitOfOneKiB + slackKiB, `${grown} KiB for ${pausedStreams} streams`);

  const [first, ...others] = responses;
  for (const response of others) response.destroy();
  let tail = "";
  for await (const piece of first) tail = (tail + piece.toString("latin1")).slice(-100);
  assert.ok(tail.endsWith("data: [DONE]\n\n"));
  await gateway.stop();
});
