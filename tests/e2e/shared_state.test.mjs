// Limits that several gateways hold together, with a real Redis between them.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eventually, Gateway } from "./gateway.mjs";
import { ask, makeKey } from "./keys.mjs";
import { hasRedis, Redis } from "./redis.mjs";
import { scripted } from "./routes.mjs";
import { ScriptedUpstream } from "./scripted_upstream.mjs";

describe("two gateways on one Redis", { skip: hasRedis ? false : "there is no redis-server" }, () => {
  const total = makeKey("total", 'budgets = [{ per = "total", tokens = 600 }]');
  const rate = makeKey("rate", "requests_per_minute = 20");
  const once = makeKey("once", "concurrency = 2");
  let upstream;
  let redis;
  let gateways;

  const toml = (more) => `[state]\nurl = "${redis.url}"\ntimeout = "500ms"\n${more}\n` + scripted(upstream.url) + total.toml + rate.toml + once.toml;

  before(async () => {
    upstream = await ScriptedUpstream.start();
    redis = await Redis.start();
    gateways = await Promise.all([Gateway.start({ toml: toml("") }), Gateway.start({ toml: toml("") })]);
  });
  after(async () => {
    await Promise.all((gateways ?? []).map((gateway) => gateway.stop()));
    await redis?.stop();
    await upstream?.stop();
  });

  const statuses = async (key, requests) => {
    const replies = await Promise.all(Array.from({ length: requests }, (_, i) => ask(gateways[i % 2], key)));
    return replies.map((reply) => reply.status);
  };
  const admitted = (all) => all.filter((status) => status === 200).length;

  test("a limit by the minute is one limit", async () => {
    await eventually(() => new Date().getSeconds() < 50, "there is time left in this minute", 15_000);
    const all = await statuses(rate, 60);
    assert.equal(admitted(all), 20);
    assert.ok(all.every((status) => status === 200 || status === 429));
  });

  test("a budget is one budget", async () => {
    let answered = 0;
    for (let round = 0; round < 20; ++round) answered += admitted(await statuses(total, 10));
    assert.ok(answered * 12 <= 600, `${answered} requests of 12 tokens, with 600 to spend`);
    assert.ok(answered * 12 >= 480, `${answered} requests of 12 tokens, with 600 to spend`);
  });

  test("concurrency is one number", async () => {
    let release;
    const held = new Promise((resolve) => (release = resolve));
    const script = upstream.script;
    upstream.reset();
    upstream.script = async (request, response) => (await held, script(request, response));
    const running = [ask(gateways[0], once), ask(gateways[1], once)];
    await eventually(() => upstream.requests.length === 2, "both are on their way");
    assert.equal((await ask(gateways[0], once)).status, 429);
    assert.equal((await ask(gateways[1], once)).status, 429);
    release();
    upstream.script = script;
    assert.deepEqual((await Promise.all(running)).map((reply) => reply.status), [200, 200]);
  });

  test("a slot that a host does not need any more is another one's soon, not after the second for which limits are kept", async () => {
    for (let round = 0; round < 20; ++round) {
      const burst = () => Promise.all([ask(gateways[round % 2], once), ask(gateways[round % 2], once)]);
      await eventually(async () => admitted((await burst()).map((reply) => reply.status)) === 2, `round ${round}`, 500);
    }
  });

  test("while Redis is away, closed means 503 and open means that it passes; both recover by themselves", async () => {
    const fresh = makeKey("fresh", 'budgets = [{ per = "total", tokens = 100000 }]');
    const [closed, open] = await Promise.all([
      Gateway.start({ toml: toml('on_failure = "closed"') + fresh.toml }),
      Gateway.start({ toml: toml('on_failure = "open"') + fresh.toml }),
    ]);
    try {
      await redis.kill();
      const refused = await ask(closed, fresh);
      assert.equal(refused.status, 503);
      assert.equal(refused.headers.get("retry-after"), "1");
      assert.equal((await refused.json()).error.code, "state_unavailable");
      assert.equal((await ask(open, fresh)).status, 200);
      assert.match(open.log, /the state in Redis at 127\.0\.0\.1:\d+\/2: .*limits are held as \[state\] on_failure says/);
      redis = await Redis.start(redis.port);
      await eventually(async () => (await ask(closed, fresh)).status === 200, "it is let in again", 15_000);
      await eventually(() => closed.log.includes("the state is back"), "the log says so");
      for (const gateway of [closed, open]) assert.ok(!gateway.log.includes("sesame-of-redis"), gateway.log);
    } finally {
      await Promise.all([closed.stop(), open.stop()]);
    }
  });
});
