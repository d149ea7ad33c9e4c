// A plugin's file is dropped in, spoilt, replaced, rolled back and deleted while the host serves: what becomes of it, and where that is said.

import assert from "node:assert/strict";
import { copyFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Gateway, eventually } from "../e2e/gateway.mjs";

const gallery = process.env.PATCHBAY_GALLERY ?? assert.fail("PATCHBAY_GALLERY must name the built tests/gallery");

let directory;
let gateway;
let plugin;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "patchbay-watch-"));
  plugin = join(directory, "ticker.so");
  gateway = await Gateway.start({
    plugins: `watch = true\nawaited_modules = ["gallery-ticker"]`,
    pluginDirectories: [directory],
    toml: `
[admin]
listen = "unix:${join(directory, "admin.sock")}"
[[routes]]
id = "ticker"
pattern = { model = "ticker" }
modules = [{ type = "provider", config = { type = "gallery-ticker", config = {} } }]
[[routes]]
id = "mock"
modules = [{ type = "provider", config = { type = "provider-mock", config = {} } }]
`,
  });
});

after(async () => {
  await gateway?.stop();
  await rm(directory, { recursive: true, force: true });
});

function admin(method, path) {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath: join(directory, "admin.sock"), method, path, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece) => (text += piece));
      response.on("end", () => (response.statusCode === 200 ? resolve(text) : reject(new Error(`${response.statusCode}: ${text}`))));
    });
    request.on("error", reject).end();
  });
}

/** Puts a file where the host looks for it, whole and at once. */
async function install(file) {
  await copyFile(file, `${plugin}.tmp`);
  await rename(`${plugin}.tmp`, plugin);
}

/** The version that answers; nothing while the route waits for it. */
async function version() {
  const reply = await gateway.post("/v1/chat/completions", JSON.stringify({ model: "ticker", messages: [] }));
  return (await reply.json()).provider;
}

const serves = (wanted) => eventually(async () => (await version()) === wanted, `version ${wanted} does not serve`);
const refusals = async () => JSON.parse(await admin("GET", "/admin/plugins")).refused.filter(({ path }) => path === plugin);

test("a file that is dropped in brings the route to life that waited for it", async () => {
  assert.equal(await version(), undefined);
  await install(join(gallery, "ticker.so"));
  await serves("1.0.0");
});

test("a version that does not load leaves the one before serving, and the list, the metrics and the log say why", async () => {
  await writeFile(`${plugin}.tmp`, "no library");
  await rename(`${plugin}.tmp`, plugin);
  const [refused] = await eventually(async () => ((await refusals()).length > 0 ? refusals() : null), "it is not refused");
  assert.match(refused.message, /it is not a shared library/);
  assert.match(await admin("GET", "/admin/plugins?format=text"), /refused \(not_a_plugin\): .*ticker\.so/);
  assert.ok((await admin("GET", "/metrics")).includes(`patchbay_plugin_refused{path="${plugin}",reason="not_a_plugin"} 1`));
  assert.match(gateway.log, /ticker\.so: it is not a shared library/);
  assert.equal(await version(), "1.0.0");
});

test("a version of another build leaves it serving as well", async () => {
  await install(join(gallery, "stamp-boost.so"));
  await eventually(async () => (await refusals())[0]?.code === "stamp_mismatch", "it is not refused for its stamp");
  assert.equal(await version(), "1.0.0");
});

test("a version that crashes while it is loaded does so in a process of its own", async () => {
  await install(join(gallery, "misbehaving", "crashes-when-loaded.so"));
  await eventually(async () => (await refusals())[0]?.code === "trial_failed", "it is not refused for its trial");
  assert.match((await refusals())[0].message, /loaded on trial, its process /);
  assert.equal(await version(), "1.0.0");
});

test("a good version takes its place, and nothing is refused any more", async () => {
  await install(join(gallery, "ticker2.so"));
  await serves("1.1.0");
  assert.deepEqual(await refusals(), []);
});

test("a rollback brings back the version before it", async () => {
  await admin("POST", "/admin/plugins/gallery-ticker/rollback");
  assert.equal(await version(), "1.0.0");
});

test("a file that is deleted goes on serving until it is removed by command", async () => {
  await rm(plugin);
  assert.equal(await version(), "1.0.0");
  await admin("DELETE", "/admin/plugins/gallery-ticker");
  assert.equal(await version(), undefined, "the route waits for it again");
});
