// Active probes: the gateway asks its targets itself, and no client has to find out that one is dead.

import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { adminAt } from "./admin.mjs";
import { Gateway, eventually, upstreamKey } from "./gateway.mjs";
import { withClientKey } from "./routes.mjs";
import { ScriptedUpstream, completion, json } from "./scripted_upstream.mjs";

const adminSocket = join(tmpdir(), `patchbay-probes-${process.pid}.sock`);
const admin = adminAt(adminSocket);

describe("active probes", () => {
  let first, second, gateway, toml, status;
  const provider = (name, { url }) =>
    `[library.${name}]\ntype = "provider-openai"\nconfig = { base_url = "${url}", api_keys = ["${upstreamKey}"] }\n`;
  const target = (library, more = "") => `[[routes.targets]]
id = "${library}"
${more}
modules = [{ type = "llmSwitch", config = { type = "llmswitch-conversion-router" } }, { type = "provider", config = "${library}" }]
`;
  const ask = async () =>
    (await gateway.client().chat.completions.create({ model: "pair", messages: [{ role: "user", content: "Hi" }] })).choices[0].message.content;
  const shown = async (id) => JSON.parse(await admin("/admin/targets")).routes[0].targets.find((one) => one.id === id);

  before(async () => {
    first = await ScriptedUpstream.start();
    second = await ScriptedUpstream.start();
    toml =
      `[admin]\nlisten = "unix:${adminSocket}"\n` +
      `[probe]\ninterval = "100ms"\npasses = 1\n` +
      provider("first", first) +
      provider("second", second) +
      `[library.mock]\ntype = "provider-mock"\n` +
      `[[hooks]]\nid = "told"\nevents = ["health.changed"]\nlog = {}\n` +
      `[[routes]]\nid = "pair"\nbalance = "priority"\n` +
      target("first") +
      target("second", 'probe = { kind = "connect" }') +
      target("mock");
    gateway = await Gateway.start({ server: withClientKey, toml });
  });
  beforeEach(() => {
    status = 200;
    first.script = ({ path }, response) =>
      path === "/v1/models" ? json(response, status, { data: [] }) : json(response, 200, completion({ content: "from the first" }));
    second.script = (_request, response) => json(response, 200, completion({ content: "from the second" }));
  });
  after(async () => {
    await gateway?.stop();
    await first?.stop();
    await second?.stop();
  });

  test("a target that fails its probes is taken out before a client meets it, and comes back by itself", async () => {
    assert.equal(await ask(), "from the first");
    status = 500;
    await eventually(async () => (await shown("first")).state === "open", "the first rests");
    first.requests = [];
    assert.equal(await ask(), "from the second");
    assert.ok(first.requests.every(({ method }) => method === "GET"), "no request of a client went there");
    assert.match(await admin("/metrics"), /^patchbay_probe_well\{route="pair",target="first"\} 0$/m);
    await eventually(() => /target pair\/first at \S+ rests for \d+ ms: probe_failed/.test(gateway.log), "the log tells");
    await eventually(() => /health\.changed.*probe_failed/.test(gateway.log), "the hook is told");

    status = 200;
    await eventually(async () => (await shown("first")).state === "closed", "the first is in service again");
    assert.equal(await ask(), "from the first");
  });

  test("what is probed, and how it went, is there to see", async () => {
    const { probe } = await eventually(async () => {
      const one = await shown("first");
      return one.probe.state === "passed" && one;
    }, "the first passed");
    assert.equal(probe.origin, new URL(first.url).origin);
    assert.deepEqual([probe.every_ms, probe.timeout_ms, probe.rests_after, probe.back_after], [100, 5000, 2, 1]);
    assert.ok(probe.in_a_row >= 1);
    assert.equal(probe.said, "status 200");
    assert.equal((await eventually(async () => (await shown("second")).probe, "the second was probed")).said, "connected");
    assert.deepEqual((await shown("mock")).probe, { state: "none", reason: "it answers in-process" });
    assert.match(gateway.log, /target mock of route pair is not probed: it answers in-process/);
    const metrics = await admin("/metrics");
    assert.match(metrics, /^patchbay_probe_results_total\{route="pair",target="first",result="passed"\} [1-9]/m);
    assert.match(metrics, /^patchbay_probe_duration_seconds\{route="pair",target="second"\} /m);
  });

  test("probes show the provider's key and count neither as requests nor as attempts", async () => {
    await eventually(() => first.requests.some(({ method }) => method === "GET"), "a probe");
    assert.equal(first.requests.find(({ method }) => method === "GET").headers.authorization, `Bearer ${upstreamKey}`);
    const { attempts } = await shown("second");
    const before = (await shown("second")).probe.passed;
    await eventually(async () => (await shown("second")).probe.passed > before, "one more probe");
    assert.equal((await shown("second")).attempts, attempts);
  });

  test("a reload without probes ends them", async () => {
    await gateway.save(toml.replaceAll(/^probe = .*$/gm, "").replace('interval = "100ms"', "interval = 0"));
    await eventually(async () => (await shown("first")).probe === undefined, "the new configuration is in force");
    first.requests = [];
    assert.equal(await ask(), "from the first");
    assert.equal(first.requests.length, 1);
    await gateway.save(toml);
    await eventually(async () => (await shown("first")).probe?.state === "passed", "they begin again");
  });
});
