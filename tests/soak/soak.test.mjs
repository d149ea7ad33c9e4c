// Reloads a plugin again and again under constant load: no request may fail, or see two versions, and nothing of the old ones may stay.
// PATCHBAY_SOAK_RELOADS says how often (60 unless it is set; 1000 is the full measure). Three of four are found by the watch, as a developer's
// build is; the fourth is asked for.

import assert from "node:assert/strict";
import { copyFile, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Gateway, eventually } from "../e2e/gateway.mjs";

const reloads = Number(process.env.PATCHBAY_SOAK_RELOADS ?? 60);
const gallery = process.env.PATCHBAY_GALLERY ?? assert.fail("PATCHBAY_GALLERY must name the built tests/gallery");
const versions = [
  { file: join(gallery, "ticker.so"), version: "1.0.0" },
  { file: join(gallery, "ticker2.so"), version: "1.1.0" },
];
const sanitized = process.env.PATCHBAY_SANITIZED === "1";
const settleTime = 200; // milliseconds that a file must not have changed for, before the watch takes it
const callers = 6;
const streams = 24;

let directory;
let gateway;
let plugin;
let socketPath;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "patchbay-soak-"));
  plugin = join(directory, "ticker.so");
  socketPath = join(directory, "admin.sock");
  await copyFile(versions[0].file, plugin);
  gateway = await Gateway.start({
    plugins: `watch = true\nallow_downgrade = true\nmax_retired = 1000\nstate_directory = ${JSON.stringify(join(directory, "state"))}`,
    pluginDirectories: [directory],
    toml: `
[admin]
listen = "unix:${socketPath}"
[[routes]]
id = "ticker"
modules = [
  { type = "workflow", config = { type = "gallery-signer", config = {} } },
  { type = "provider", config = { type = "gallery-ticker", config = {} } },
]
`,
  });
});

after(async () => {
  await gateway?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Asks the admin API; the reply's JSON. */
function admin(method, path) {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath, method, path, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece) => (text += piece));
      response.on("end", () => (response.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(`${response.statusCode}: ${text}`))));
    });
    request.on("error", reject).end();
  });
}

/** Puts a version where the host looks for it, whole and at once. */
async function install({ file }) {
  await copyFile(file, `${plugin}.tmp`);
  await rename(`${plugin}.tmp`, plugin);
}

async function version() {
  const reply = await gateway.post("/v1/chat/completions", JSON.stringify({ model: "m", messages: [] }));
  assert.equal(reply.status, 200);
  const answer = await reply.json();
  assert.equal(answer.workflow, answer.provider, "one request was served by two versions");
  return answer.provider;
}

/** A stream of some ticks; each of them 40 ms after the one before. */
async function stream(ticks) {
  const reply = await gateway.post("/v1/chat/completions", JSON.stringify({ model: "m", messages: [], stream: true, ticks, interval_ms: 40 }));
  assert.equal(reply.status, 200);
  const events = (await reply.text()).split("\n\n").filter(Boolean);
  assert.equal(events.pop(), "data: [DONE]");
  const seen = new Set();
  events.forEach((event, index) => {
    const data = JSON.parse(event.slice("data: ".length));
    assert.equal(data.tick, index);
    assert.equal(data.seen, index);
    seen.add(data.provider).add(data.workflow);
  });
  assert.equal(events.length, ticks);
  assert.equal(seen.size, 1, `one stream was served by versions ${[...seen]}`);
}

/** How many libraries of this plugin the process has mapped. */
async function mapped() {
  const maps = await readFile(`/proc/${gateway.pid}/maps`, "utf8");
  return new Set(maps.match(/\S*-ticker-[0-9a-f]{8}\.so/g)).size;
}

function figures(milliseconds) {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share) => `${sorted[Math.floor(share * (sorted.length - 1))].toFixed(1)} ms`;
  return `median ${at(0.5)}, 99 of 100 within ${at(0.99)}, longest ${at(1)}`;
}

test(`${reloads} reloads under load`, { timeout: 1_800_000 }, async (t) => {
  let busy = true;
  const done = { calls: 0, streams: 0 };
  const load = [
    ...Array.from({ length: callers }, async () => {
      for (; busy; ++done.calls) await version();
    }),
    ...Array.from({ length: streams }, async () => {
      // Of all lengths, so that they end, and begin, under different versions.
      for (; busy; ++done.streams) await stream(10 + ((done.streams * 37) % 90));
    }),
  ];
  const failed = Promise.all(load);
  failed.catch(() => (busy = false));

  const watched = [];
  const asked = [];
  let mostMapped = 0;
  let settledRss;
  for (let reload = 1; reload <= reloads && busy; ++reload) {
    const next = versions[reload % 2];
    await install(next);
    const installed = performance.now();
    if (reload % 4 !== 0) {
      await eventually(async () => (await version()) === next.version, "the watch has not loaded the new version");
      watched.push(performance.now() - installed - settleTime);
    } else {
      await admin("POST", "/admin/plugins/gallery-ticker/reload");
      assert.equal(await version(), next.version);
      asked.push(performance.now() - installed);
    }
    mostMapped = Math.max(mostMapped, await mapped());
    if (reload === Math.ceil(reloads / 4)) settledRss = gateway.rssKiB();
  }
  const finalRss = gateway.rssKiB();
  busy = false;
  await failed;

  await t.test("no request failed", () => assert.ok(done.calls > reloads && done.streams >= streams, JSON.stringify(done)));
  await t.test("every replaced library is unloaded", async () => {
    await eventually(async () => (await mapped()) === 1, async () => `${await mapped()} libraries of the plugin are mapped`);
    const { retired, libraries, plugins } = await admin("GET", "/admin/plugins");
    assert.deepEqual(retired, []);
    assert.deepEqual(plugins.filter(({ requests }) => requests !== 0), [], "no request holds a plugin any more");
    assert.deepEqual(libraries, { loaded: plugins.length, pinned: 0 });
  });
  await t.test("memory is flat", { skip: sanitized ? "a sanitizer keeps freed memory" : false }, () => {
    const growth = finalRss - settledRss;
    assert.ok(growth < 8 * 1024, `the resident set grew by ${growth} KiB over the last three quarters of the reloads`);
  });

  t.diagnostic(
    `${reloads} reloads, ${done.calls} calls, ${done.streams} streams; at most ${mostMapped} versions mapped at once; ` +
      `resident set ${settledRss} -> ${finalRss} KiB; to the first answer of the new version: ` +
      `${figures(watched)} after its file had settled, ${figures(asked)} after it was asked for`,
  );
});
