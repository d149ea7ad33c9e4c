// Probes of targets on the page: one upstream that fails them and comes back, one that is only connected to, one that has nothing to probe.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { eventually, upstreamKey } from "../e2e/gateway.mjs";
import { ScriptedUpstream, json } from "../e2e/scripted_upstream.mjs";
import { Session, adminTable, missing, picture } from "./browser.mjs";

const target = (id, provider, more = "") => `[[routes.targets]]
id = "${id}"
${more}
modules = [{ type = "llmSwitch", config = { type = "llmswitch-conversion-router" } }, { type = "provider", config = ${provider} }]
`;

const openai = (url) => `{ type = "provider-openai", config = { base_url = "${url}", api_keys = ["${upstreamKey}"] } }`;

describe("active probes on the page", { skip: missing }, () => {
  let upstream, session, status;

  /** What a table says of a target, by column. */
  const row = (table, target) =>
    session.page.$$eval(
      `[role="region"][aria-label="${table}"] tbody tr`,
      (rows, wanted) => {
        const cells = rows.map((row) => Object.fromEntries([...row.cells].map((cell) => [cell.dataset.title, cell.textContent])));
        return cells.find((row) => row.Target === wanted) ?? {};
      },
      target,
    );
  const shown = (id) => row("Active probes", id);
  const stateOf = async (id) => (await row("Targets", id)).State;
  const becomes = (id, outcome) => eventually(async () => (await shown(id)).Outcome?.startsWith(outcome), `${id}: ${outcome}`);

  before(async () => {
    upstream = await ScriptedUpstream.start();
    session = await Session.start({
      toml: `${adminTable()}
[probe]
interval = "200ms"
failures = 2
passes = 3
[[routes]]
id = "chat"
${target("main", openai(upstream.url))}
${target("spare", openai(upstream.url), 'probe = { kind = "connect", interval = "1m" }')}
${target("local", '{ type = "provider-mock" }')}
[[routes]]
id = "left-alone"
probe = { interval = 0 }
${target("only", openai(upstream.url))}`,
    });
    await session.signIn();
    await session.open("routes");
  });
  beforeEach(() => {
    status = 200;
    upstream.script = (_request, response) => json(response, status, { object: "list", data: [] });
  });
  after(async () => {
    await session?.stop();
    await upstream?.stop();
  });

  test("a target that passes says when, how fast, and by which rule", async () => {
    await becomes("main", "passed");
    const main = await shown("main");
    assert.equal(main.Route, "chat");
    assert.match(main["Provider instance"], /^[0-9a-f]{12}$/);
    assert.equal(main["Answer or reason"], "status 200");
    assert.match(main["Last probe"], /^[\d.]+ ms ago$/);
    assert.match(main.Latency, /^[\d.]+ ms$/);
    assert.equal(main.Rule, "every 200 ms, 5 s at most; rests after 2 failures in a row, back after 3 passes");
  });

  test("a target that is not probed says why", async () => {
    const why = async (id) => {
      const { Outcome, "Answer or reason": reason } = await shown(id);
      return [Outcome, reason];
    };
    assert.deepEqual(await why("local"), ["not probed", "it answers in-process"]);
    assert.deepEqual(await why("only"), ["not probed", "no [probe] interval is set"]);
    assert.equal((await shown("only"))["Last probe"], "–");
  });

  test("a probe that fails is seen, said aloud once, and its target rests until probes pass again", async () => {
    await becomes("main", "passed");
    status = 503;
    await becomes("main", "failed");
    assert.equal((await shown("main"))["Answer or reason"], "status 503");
    await eventually(async () => (await session.text('#view [role="status"]')) === "Probe of chat, target main: failed.", "the failure is told");
    await eventually(async () => (await stateOf("main")) === "rests", "the target rests");
    for (const scheme of ["light", "dark"])
      for (const size of [{ width: 1280, height: 800 }, { width: 360, height: 740 }]) {
        await session.look(scheme, size);
        await picture(session, `probes-${scheme}-${size.width}`);
      }

    status = 200;
    await becomes("main", "passed");
    await eventually(async () => (await session.text('#view [role="status"]')) === "Probe of chat, target main: passed.", "the recovery is told");
    await eventually(async () => (await stateOf("main")) === "in service", "the target is back");
  });

  test("reading and scrolling go on while the numbers change", async () => {
    await session.look("light", { width: 700, height: 800 });
    const region = '[role="region"][aria-label="Active probes"]';
    await session.page.$eval(region, (box) => {
      box.scrollLeft = 40;
      globalThis.kept = box;
    });
    const { "Passed / failed": before } = await shown("main");
    await eventually(async () => (await shown("main"))["Passed / failed"] !== before, "a later look");
    assert.deepEqual(await session.page.$eval(region, (box) => [box.scrollLeft, box === globalThis.kept]), [40, true]);
  });

  test("no script failed", () => assert.deepEqual(session.faults, []));
});
