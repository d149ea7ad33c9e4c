// The examples in C and Rust, reloaded under load like any other plugin.

import assert from "node:assert/strict";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Gateway, eventually } from "../e2e/gateway.mjs";

const examples = process.env.PATCHBAY_EXAMPLES ?? assert.fail("PATCHBAY_EXAMPLES must name the built sdk/examples");
const reloads = Math.ceil(Number(process.env.PATCHBAY_SOAK_RELOADS ?? 60) / 3);
const echo = join(examples, "example-echo.so");
const skip = existsSync(echo) ? false : "there is no Rust compiler: example-echo was not built";

let directory;
let gateway;
let socketPath;

before(async () => {
  if (skip) return;
  directory = await mkdtemp(join(tmpdir(), "patchbay-soak-languages-"));
  socketPath = join(directory, "admin.sock");
  for (const name of ["example-limits.so", "example-echo.so"]) await copyFile(join(examples, name), join(directory, name));
  gateway = await Gateway.start({
    plugins: `max_retired = 1000\nstate_directory = ${JSON.stringify(join(directory, "state"))}`,
    pluginDirectories: [directory],
    toml: `
[admin]
listen = "unix:${socketPath}"
[[routes]]
id = "echo"
modules = [
  { type = "workflow", config = { type = "example-limits", config = { max_events = 100 } } },
  { type = "provider", config = { type = "example-echo", config = { greeting = "Hi" } } },
]
`,
  });
});

after(async () => {
  await gateway?.stop();
  if (directory) await rm(directory, { recursive: true, force: true });
});

function reload(plugin) {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath, method: "POST", path: `/admin/plugins/${plugin}/reload`, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece) => (text += piece));
      response.on("end", () => (response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}: ${text}`))));
    });
    request.on("error", reject).end();
  });
}

async function ask(stream) {
  const reply = await gateway.post("/v1/chat/completions", JSON.stringify({ model: "m", messages: [], stream }));
  const text = await reply.text();
  assert.equal(reply.status, 200, text);
  if (stream) assert.match(text, /"content":"bytes"[^]*data: \[DONE\]\n\n$/);
  else assert.match(text, /Hi, your request has \d+ bytes/);
}

async function mapped() {
  const maps = await readFile(`/proc/${gateway.pid}/maps`, "utf8");
  return new Set(maps.match(/\S*example-(echo|limits)-[0-9a-f]{8}\.so/g)).size;
}

test(`${reloads} reloads of plugins in C and Rust under load`, { skip, timeout: 600_000 }, async () => {
  let busy = true;
  let asked = 0;
  const load = Promise.all(
    Array.from({ length: 4 }, async (_, number) => {
      for (; busy; ++asked) await ask(number % 2 === 0);
    }),
  );
  load.catch(() => (busy = false));
  for (let i = 0; i < reloads && busy; ++i) await reload(i % 2 === 0 ? "dev.patchbay.example-echo" : "dev.patchbay.example-limits");
  busy = false;
  await load;
  assert.ok(asked > 0);
  await eventually(async () => (await mapped()) === 2, "the libraries of older versions are still mapped");
});
