// Known keys are planted everywhere, everything that can go wrong does, and none of them may come out anywhere.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { binary, clientKey, eventually, Gateway, upstreamKey } from "./gateway.mjs";
import { ask, makeKey } from "./keys.mjs";
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
