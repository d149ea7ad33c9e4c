// Known keys are planted everywhere, everything that can go wrong does, and none of them may come out anywhere.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Collector } from "./collector.mjs";
import { binary, clientKey, eventually, Gateway, upstreamKey } from "./gateway.mjs";
import { ask, makeKey } from "./keys.mjs";
import { patchbay as run } from "./patchbay.mjs";
import { scripted, withClientKey } from "./routes.mjs";
import { json, openStream, ScriptedUpstream, sse } from "./scripted_upstream.mjs";

const folder = mkdtempSync(join(tmpdir(), "patchbay-secrets-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("no key is in a log, an error, a metric, a hook's output or what the admin API shows", async () => {
  const upstream = await ScriptedUpstream.start();
  const key = makeKey("planted", 'requests_per_minute = 40\nbudgets = [{ per = "total", tokens = 100000 }]');
  const token = "admin-token-9sKq2SecretOfTheOperator";
  const proxyPassword = "proxy-Zt61SecretOfTheProxy";
  const socket = `unix:${join(folder, "admin.sock")}`;
  const lines = join(folder, "requests.jsonl");
  const gateway = await Gateway.start({
    server: withClientKey,
    toml:
      `[log]\nlevel = "trace"\n[admin]\nlisten = "${socket}"\ntoken = "${token}"\n[access]\nmanaged_keys = true\n[state]\nurl = "sqlite:${join(folder, "s.sqlite")}"\n` +
      `[upstream]\nproxy = "http://user:${proxyPassword}@127.0.0.1:1"\nno_proxy = ["127.0.0.1"]\n` +
      `[[hooks]]\nid = "lines"\nconfig = { type = "hook-request-log", config = { path = "${lines}" } }\n` +
      scripted(upstream.url) +
      `[library.lost]\ntype = "provider-openai"\nconfig = { base_url = "http://nowhere.invalid/v1", api_keys = ["${upstreamKey}"] }\n` +
      `[[routes]]\nid = "lost"\npattern = { model = "^lost" }\nmodules = [{ type = "provider", config = "lost" }]\n` +
      key.toml,
  });
  const shown = []; // all that anybody was told
  const tell = async (reply) => shown.push(JSON.stringify([...(await reply).headers]), await (await reply).text());
  const command = (...words) => {
    const { stdout, stderr } = spawnSync(binary, [...words, "--admin", socket, "--token", token], { encoding: "utf8" });
    shown.push(stderr);
    return stdout;
  };

  const made = command("keys", "new", "made").trim();
  await tell(ask(gateway, key));
  await tell(ask(gateway, { secret: clientKey }));
  await tell(ask(gateway, { secret: made }, { stream: true }));
  await tell(ask(gateway, { secret: `${key.secret}x` }));
  await tell(ask(gateway, key, {}, { "x-request-id": "r-1", cookie: `session=${clientKey}` }));
  await tell(ask(gateway, key, { model: "lost" }));
  await tell(ask(gateway, key, { model: "unrouted" }));
  await tell(fetch(`${gateway.url}/v1beta/models?key=${key.secret}`));
  await tell(fetch(`${gateway.url}/nowhere?key=${key.secret}`));
  await tell(gateway.post("/v1/chat/completions", "{", { authorization: `Bearer ${key.secret}` }));
  upstream.script = ({ headers }, response) => json(response, 401, { error: { message: `Incorrect API key: ${headers.authorization}`, code: "invalid_api_key" } });
  await tell(ask(gateway, key));
  upstream.script = ({ headers }, response) => {
    openStream(response);
    response.end(sse({ error: { message: `Incorrect API key: ${headers.authorization}` } }));
  };
  await tell(ask(gateway, key, { stream: true }));
  upstream.script = (_request, response) => response.socket.destroy();
  await tell(ask(gateway, key));
  for (let i = 0; i < 45; ++i) await ask(gateway, key).then((reply) => reply.arrayBuffer());
  await tell(ask(gateway, key));
  shown.push(command("keys", "list"), command("keys", "list", "--json"), command("plugin", "list", "--json"), command("keys", "revoke", "made"));
  const curl = (path) => spawnSync("curl", ["-s", "--unix-socket", socket.slice(5), "-H", `Authorization: Bearer ${token}`, `http://patchbay${path}`], { encoding: "utf8" }).stdout;
  shown.push(curl("/metrics"), curl("/admin/keys"), curl("/admin/nothing"));
  spawnSync(binary, ["keys", "list", "--admin", socket, "--token", "wrong"]);
  await gateway.save("[[routse]]\n");
  await eventually(() => gateway.log.includes("routse"), "the faulty configuration is refused");
  await eventually(() => readFileSync(lines, "utf8").includes("request.failed"), "the hook has written");
  await gateway.stop();
  await upstream.stop();
  shown.push(gateway.log, readFileSync(lines, "utf8"), readFileSync(join(folder, "s.sqlite"), "latin1"));

  const all = shown.join("\n");
  assert.match(all, /patchbay_key_admitted_total\{key="planted"\}/, "the metrics were among it");
  for (const [name, secret] of Object.entries({ clientKey, upstreamKey, token, proxyPassword, virtual: key.secret, made }))
    assert.ok(!all.includes(secret), `${name} came out: ${all.slice(Math.max(0, all.indexOf(secret) - 200), all.indexOf(secret) + 20)}`);
});

/** Runs a command; its status, and all that it said. */
async function patchbay(...words) {
  const { status, stdout, stderr } = await run(words);
  return { status, said: stdout + stderr };
}

test("nor is any in traces, records with bodies, replays, numbers or what hooks are told", async () => {
  const [upstream, traces, webhook] = await Promise.all([ScriptedUpstream.start(), Collector.start(), Collector.start()]);
  const key = makeKey("planted", "requests_per_minute = 1000");
  const token = "admin-token-9sKq2SecretOfTheOperator";
  const inHeader = "vendor-7Tq1SecretInAHeaderOfItsOwn";
  const socket = `unix:${join(folder, "observed.sock")}`;
  const accessLog = join(folder, "access.jsonl");
  const told = join(folder, "told.jsonl");
  const gateway = await Gateway.start({
    server: withClientKey,
    toml:
      `[log]\nlevel = "trace"\n[admin]\nlisten = "${socket}"\ntoken = "${token}"\n[metrics]\non_server = true\n[access_log]\npath = "${accessLog}"\nformat = "json"\n` +
      `[debug]\nbodies = true\n[telemetry.otlp]\nendpoint = "${traces.url}"\ninterval = "20ms"\n` +
      `[[hooks]]\nid = "all"\nevents = ["*"]\nwebhook = { url = "${webhook.url}/hook" }\n` +
      `[[hooks]]\nid = "lines"\nevents = ["*"]\ncommand = { argv = ["sh", "-c", "cat >> ${told}"] }\n` +
      scripted(upstream.url) +
      `[library.other]\ntype = "provider-openai"\nconfig = { base_url = "${upstream.url}", api_keys = ["${inHeader}"], auth_header = "x-vendor-token" }\n` +
      `[[routes]]\nid = "other"\npattern = { model = "^other" }\nmodules = [{ type = "provider", config = "other" }]\n` +
      key.toml,
  });
  const shown = []; // all that anybody was told
  const ids = [];
  const tell = async (reply) => {
    const { headers } = await reply;
    ids.push(headers.get("x-request-id"));
    shown.push(JSON.stringify([...headers]), await (await reply).text());
  };

  await tell(ask(gateway, key, {}, { "x-client-secret": clientKey, cookie: `session=${clientKey}` }));
  await tell(ask(gateway, { secret: clientKey }, { stream: true }));
  await tell(ask(gateway, key, { model: "other" }));
  await tell(ask(gateway, key, { model: "unrouted" }));
  await tell(ask(gateway, { secret: `${key.secret}x` }));
  await tell(fetch(`${gateway.url}/v1beta/models/scripted-model:generateContent?key=${key.secret}`, { method: "POST", body: "{}", headers: { "content-type": "application/json" } }));
  const repeats = ({ headers }) => ({ error: { message: `Incorrect API key: ${headers.authorization ?? headers["x-vendor-token"]}`, code: "invalid_api_key" } });
  upstream.script = (request, response) => json(response, 401, repeats(request), { "x-vendor-token": inHeader });
  await tell(ask(gateway, key, { model: "other" }));
  await tell(ask(gateway, key));
  upstream.script = (request, response) => {
    openStream(response);
    response.end(sse(repeats(request)));
  };
  await tell(ask(gateway, key, { stream: true }));
  upstream.script = (_request, response) => response.socket.destroy();
  await tell(ask(gateway, key));

  const admin = ["--admin", socket, "--token", token];
  const candidate = join(folder, "candidate.toml");
  writeFileSync(candidate, (await gateway.configuration()).replace(/\[\[hooks\]\]\n.*\n.*\n.*\n/g, "").replace("requests_per_minute = 1000", "requests_per_minute = 1"));
  let replayed = 0;
  for (const id of ids) {
    const record = await patchbay("trace", id, "--json", ...admin);
    const here = await patchbay("replay", id, "--format", "json", "--candidate", candidate, ...admin);
    const there = await patchbay("replay", id, "--format", "json", ...admin);
    shown.push(record.said, (await patchbay("trace", id, ...admin)).said, here.said, there.said);
    replayed += here.status < 2 && there.status < 2;
  }
  for (const words of [["trace"], ["perf", "--json"], ["perf"], ["top", "--count", "1"], ["replay", "--file", candidate, "--candidate", candidate]])
    shown.push((await patchbay(...words, ...admin)).said);
  shown.push(await (await fetch(`${gateway.url}/metrics`)).text());
  await eventually(() => traces.posts.length > 0 && webhook.posts.flatMap(({ body }) => body).some(({ event }) => event === "request.failed"), "traces and hooks");
  await eventually(() => readFileSync(told, "utf8").includes("request.failed"), "the command");
  await gateway.stop();
  for (const server of [upstream, traces, webhook]) await server.stop();
  shown.push(gateway.log, readFileSync(accessLog, "utf8"), readFileSync(told, "utf8"), JSON.stringify(traces.posts), JSON.stringify(webhook.posts));

  const all = shown.join("\n");
  assert.ok(replayed >= 6, `${replayed} requests were replayed`);
  assert.match(all, /Incorrect API key: (Bearer )?\[redacted\]/, "what upstream said was among it");
  assert.match(all, /gen_ai.provider.name/, "traces were among it");
  for (const [name, secret] of Object.entries({ clientKey, upstreamKey, token, inHeader, virtual: key.secret }))
    assert.ok(!all.includes(secret), `${name} came out: ${all.slice(Math.max(0, all.indexOf(secret) - 300), all.indexOf(secret) + 20)}`);
});
