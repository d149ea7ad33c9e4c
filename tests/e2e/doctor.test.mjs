// `patchbay doctor` beside gateways that run and do not, with everything wrong that it looks for.

import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { makeCertificates } from "./certificates.mjs";
import { clientKey, freePort, Gateway, pluginPath, upstreamKey } from "./gateway.mjs";
import { patchbay } from "./patchbay.mjs";
import { hasRedis, Redis } from "./redis.mjs";
import { openaiProvider, route, scripted } from "./routes.mjs";
import { json, ScriptedUpstream } from "./scripted_upstream.mjs";

const token = "admin-token-of-the-doctor";
const { ca, key, cert } = makeCertificates({ days: 60, names: "DNS:localhost,IP:127.0.0.1" });
const mock = '[library.mock]\ntype = "provider-mock"\n' + route("mock", "", "mock");
let folder;
let number = 0;
before(() => (folder = mkdtempSync(join(tmpdir(), "patchbay-doctor-"))));
after(() => rmSync(folder, { recursive: true }));

const write = (name, text, mode = 0o600) => {
  writeFileSync(join(folder, name), text, { mode });
  return join(folder, name);
};
/** A configuration that listens on no port in particular, unless `server` says so. */
const file = (toml, server = 'listen = "127.0.0.1:0"') => write(`doctor-${++number}.toml`, `[server]\n${server}\n` + toml);

/** { status, report, text, of(section) } */
const doctor = async (path, ...words) => {
  const environment = { PATCHBAY_PLUGIN_PATH: pluginPath.join(":") };
  const { status, stdout, stderr } = await patchbay(["doctor", path, "--format", "json", ...words], environment);
  assert.equal(stderr, "");
  const report = JSON.parse(stdout);
  assert.equal(status, report.errors === 0 ? 0 : 1);
  for (const secret of [clientKey, upstreamKey, token]) assert.ok(!stdout.includes(secret), `a key is shown: ${stdout}`);
  for (const { findings } of report.sections)
    for (const { level, cure, found } of findings) assert.ok(!["warning", "error"].includes(level) || cure !== "", `without a cure: ${found}`);
  const of = (section) => report.sections.find(({ name }) => name === section)?.findings ?? [];
  return { status, report, of };
};
/** Asserts that there is a finding of that level whose subject and text match, and whose cure does. */
const finds = (findings, level, what, cure = /(?:)/) =>
  assert.ok(
    findings.some((one) => one.level === level && what.test(`${one.subject}: ${one.found}`) && cure.test(one.cure)),
    `no ${level} like ${what}, cured by ${cure}, in ${JSON.stringify(findings, null, 1)}`,
  );

describe("patchbay doctor", () => {
  test("has nothing against a sound configuration, and says so for people", async () => {
    const { status, stdout } = await patchbay(["doctor", file(mock)], { PATCHBAY_PLUGIN_PATH: pluginPath.join(":") });
    assert.equal(status, 0);
    assert.match(stdout, /^configuration\n {2}ok {7}\S+: valid, with 1 route\n/);
    assert.match(stdout, /^0 errors, \d+ warnings?, \d+ notes?, \d+ in order\n$/m);
  });

  test("without a file, or with a time that is none, is used wrongly", async () => {
    assert.equal((await patchbay(["doctor"])).status, 2);
    assert.equal((await patchbay(["doctor", file(mock), "--timeout", "0"])).status, 2);
  });

  test("tells faults with their place, and examines plugins all the same", async () => {
    const { status, of } = await doctor(file(mock, 'lisen = "127.0.0.1:0"'));
    assert.equal(status, 1);
    finds(of("configuration"), "error", /\.toml:2:1: server\.lisen: unknown key 'lisen'/, /did you mean 'listen'\?/);
    finds(of("plugins"), "ok", /plugins load/);
    assert.deepEqual(of("listeners"), []);
  });

  test("finds secrets in files, and who may read those", async () => {
    const path = file(openaiProvider("openai", "http://127.0.0.1:9/v1") + route("r", "", "openai"));
    finds((await doctor(path, "--offline")).of("configuration"), "note", /library\.openai\.config\.api_keys\[0\]: a secret stands here/, /write \$\{VARIABLE\}/);
    chmodSync(path, 0o644);
    finds((await doctor(path, "--offline")).of("configuration"), "warning", /every user of this machine may read the file/);
  });

  test("finds a secret file that everybody may read", async () => {
    write("key", upstreamKey, 0o644);
    const path = file(openaiProvider("openai", "http://127.0.0.1:9/v1").replace(upstreamKey, "file:key") + route("r", "", "openai"));
    chmodSync(join(folder, "key"), 0o644);
    finds((await doctor(path, "--offline")).of("configuration"), "warning", /everybody may read the secret file/, /chmod 600/);
  });

  test("finds a listener that anybody may use", async () => {
    const { status, of } = await doctor(file(mock, 'listen = "0.0.0.0:0"'));
    assert.equal(status, 1);
    finds(of("configuration"), "error", /anybody could spend yours/, /api_keys/);
  });

  test("finds plugins that do not load", async () => {
    mkdirSync(join(folder, "plugins"));
    writeFileSync(join(folder, "plugins", "text.so"), "not a library");
    copyFileSync(join(pluginPath[0], "provider-mock.so"), join(folder, "plugins", "again.so"));
    const { status, of } = await doctor(file('[plugins]\ndirectories = ["plugins"]\n' + mock));
    assert.equal(status, 1);
    finds(of("plugins"), "error", /text\.so: it is not a shared library/);
    finds(of("plugins"), "error", /again\.so: plugin id dev\.patchbay\.provider-mock is loaded already/, /remove one of the two/);
  });

  test("finds another program where the gateway should listen", async () => {
    const other = http.createServer((_request, response) => response.end("hello")).listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address();
    const { status, of } = await doctor(file(`[admin]\nlisten = "127.0.0.1:${port}"\ntoken = "${token}"\n` + mock, `listen = "127.0.0.1:${port}"`));
    other.close();
    assert.equal(status, 1);
    finds(of("listeners"), "error", new RegExp(`server\\.listen .*: another program listens here: .*process ${process.pid}`), /\[server\] listen/);
    finds(of("listeners"), "error", /admin\.listen .*: another program listens here/, /\[admin\] listen/);
  });

  test("finds certificates that are of no use", async () => {
    write("server.pem", cert);
    write("server.key", key);
    chmodSync(join(folder, "server.key"), 0o644);
    write("other.key", makeCertificates().key);
    const tls = (name) => `tls = { certificate = "server.pem", private_key = "${name}" }`;
    const { status, of } = await doctor(
      file(`[admin]\nlisten = "127.0.0.1:0"\ntoken = "${token}"\n${tls("other.key")}\n` + mock, `listen = "127.0.0.1:0"\n${tls("server.key")}`),
    );
    assert.equal(status, 1);
    finds(of("certificates"), "warning", /server\.key: every user of this machine may read the private key/, /chmod 600/);
    finds(of("certificates"), "ok", /server\.pem: made out to localhost, 127\.0\.0\.1/);
    finds(of("certificates"), "ok", /good until \d{4}-\d{2}-\d{2}, for \d+ days/);
    finds(of("certificates"), "note", /does not know its authority 'CN=Patchbay test authority'/);
    finds(of("certificates"), "error", /admin\.tls: \[admin\.tls\] private_key = /);
  });

  test("finds a state that cannot be kept", async () => {
    const limited = `[state]\nurl = "sqlite:none/state.sqlite"\n[access]\nmanaged_keys = true\n` + mock;
    const { status, of } = await doctor(file(limited));
    assert.equal(status, 1);
    finds(of("state"), "error", /there is no folder/, /mkdir -p/);
    write("damaged.sqlite", "x".repeat(4096));
    finds((await doctor(file(limited.replace("none/state", "damaged")))).of("state"), "error", /it is damaged/, /move it away/);
  });

  test("finds out what a Redis forgets", { skip: !hasRedis && "there is no redis-server" }, async () => {
    const redis = await Redis.start();
    try {
      const path = file(`[state]\nurl = "${redis.url}"\n[access]\nmanaged_keys = true\n` + mock);
      const { of } = await doctor(path);
      finds(of("state"), "ok", /connected and answered in \d+ ms/);
      await redis.stop();
      const away = await doctor(path);
      assert.equal(away.status, 1);
      finds(away.of("state"), "error", /it does not serve: Connection refused/, /meanwhile requests with limits are refused/);
    } finally {
      await redis.stop();
    }
  });

  test("counts open files, threads and looks at the clock", async () => {
    const { of } = await doctor(file(mock, 'listen = "127.0.0.1:0"\nmax_connections = 4000000000'));
    finds(of("host"), "warning", /open files: \d+ are allowed/, /LimitNOFILE=8000000128/);
    assert.deepEqual(
      of("host").map(({ subject }) => subject),
      ["open files", "threads", "clock"],
    );
  });
});

describe("patchbay doctor, about providers", () => {
  let secure;
  let plain;
  before(async () => {
    secure = await ScriptedUpstream.start({ tls: { key, cert }, host: "localhost" });
    plain = await ScriptedUpstream.start();
    write("ca.pem", ca);
  });
  after(async () => {
    await secure.stop();
    await plain.stop();
  });

  test("those that are reached say where, and how long their certificate is good", async () => {
    const { status, of } = await doctor(file('[upstream]\nca_file = "ca.pem"\n' + scripted(secure.url)));
    assert.equal(status, 0);
    finds(of("upstreams"), "ok", /https:\/\/localhost:\d+: reached in \d+ ms at .*127\.0\.0\.1.* \(route scripted\)/);
    finds(of("upstreams"), "ok", /its certificate of 'CN=Patchbay test authority' is good until/);
    assert.equal(secure.requests.length, 0, "nothing was asked");
  });

  test("one whose authority nobody knows is an error", async () => {
    const { status, of } = await doctor(file(scripted(secure.url)));
    assert.equal(status, 1);
    finds(of("upstreams"), "error", /the server's certificate was refused/, /\[upstream\] ca_file/);
  });

  test("one that is not there, and a name that nobody knows, are errors", async () => {
    const gone = await freePort();
    const { of } = await doctor(file(openaiProvider("gone", `http://127.0.0.1:${gone}/v1`) + openaiProvider("nobody", "http://nobody.invalid/v1") + route("a", "^a", "gone") + route("b", "^b", "nobody")));
    finds(of("upstreams"), "error", /cannot connect to 127\.0\.0\.1:\d+: Connection refused \(route a\)/, /does it run/);
    finds(of("upstreams"), "error", /cannot resolve host name 'nobody\.invalid': .* \(route b\)/, /getent hosts nobody\.invalid/);
  });

  test("one that says nothing is given up", async () => {
    const silent = http.createServer(() => {}).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { of } = await doctor(file(openaiProvider("silent", `https://127.0.0.1:${silent.address().port}/v1`) + route("a", "", "silent")), "--timeout", "1");
    silent.close();
    finds(of("upstreams"), "error", /TLS handshake/);
  });

  test("whether a key is accepted is asked where [probe] names a path, and only there", async () => {
    finds((await doctor(file(scripted(plain.url)))).of("upstreams"), "note", /keys: whether providers accept their keys is not asked/, /\[probe\]/);
    const probed = file('[probe]\nkind = "get"\npath = "/v1/models"\n' + scripted(plain.url));
    finds((await doctor(probed)).of("upstreams"), "ok", /GET \/v1\/models with key 1 was answered with status 200: the key is accepted/);
    assert.equal(plain.last.headers.authorization, `Bearer ${upstreamKey}`);
    const answer = plain.script;
    plain.script = (_request, response) => json(response, 401, { error: { message: "no such key" } });
    const refused = await doctor(probed);
    plain.script = answer;
    assert.equal(refused.status, 1);
    finds(refused.of("upstreams"), "error", /status 401: the key is refused/, /replace the key/);
  });

  test("a webhook that is not there is a warning", async () => {
    const gone = await freePort();
    const hook = `[[hooks]]\nid = "audit"\nevents = ["request.failed"]\nwebhook = { url = "http://127.0.0.1:${gone}/" }\n`;
    const { status, of } = await doctor(file(hook + mock));
    assert.equal(status, 0);
    finds(of("upstreams"), "warning", /\(hook audit\)/);
  });

  test("--offline calls nobody", async () => {
    plain.reset();
    const { status, of } = await doctor(file('[probe]\nkind = "get"\npath = "/v1/models"\n' + scripted(plain.url)), "--offline");
    assert.equal(status, 0);
    finds(of("upstreams"), "note", /not called, because of --offline/);
    assert.equal(plain.requests.length, 0);
  });
});

describe("patchbay doctor, beside a gateway that runs", () => {
  let gateway;
  let adminPort;
  const admin = () => `[admin]\nlisten = "127.0.0.1:${adminPort}"\ntoken = "${token}"\ntls = { certificate = "server.pem", private_key = "server.key" }\n`;
  before(async () => {
    adminPort = await freePort();
    gateway = await Gateway.start({ toml: admin() + mock, files: { "server.pem": cert, "server.key": key } });
  });
  after(() => gateway.stop());

  test("knows it, its version, and that it serves what the file says", async () => {
    const { status, of } = await doctor(gateway.file);
    assert.equal(status, 0);
    finds(of("listeners"), "ok", /server\.listen .*: a gateway serves here: mode v2, routes 1, generation 1/);
    finds(of("listeners"), "ok", /admin\.listen .*: patchbay \d+\.\d+\.\d+ .*runs here, .*; its routes are those of this file/);
  });

  test("knows when it serves something else", async () => {
    write("server.pem", cert);
    write("server.key", key);
    const other = file(admin() + '[library.mock]\ntype = "provider-mock"\nconfig = { first_token_delay = 1 }\n' + route("mock", "", "mock") + route("new", "^new", "mock"));
    const { status, of } = await doctor(other);
    assert.equal(status, 0);
    finds(of("listeners"), "warning", /its routes are not those of this file: mock differs, new is new/, /SIGHUP/);
  });

  test("knows that it was started with another token", async () => {
    write("server.pem", cert);
    write("server.key", key);
    finds((await doctor(file(admin().replace(token, "another-token") + mock))).of("listeners"), "warning", /refuses the token of this file/, /restarted/);
  });

  test("does not believe one that shows another certificate", async () => {
    const another = makeCertificates();
    write("server.pem", another.cert);
    write("server.key", another.key);
    const { status, of } = await doctor(file(admin() + mock));
    assert.equal(status, 1);
    finds(of("listeners"), "error", /it shows another certificate than the one in/);
  });
});
