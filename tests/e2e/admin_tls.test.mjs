// Operators that speak HTTPS with the gateway.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { makeCertificates } from "./certificates.mjs";
import { eventually, Gateway } from "./gateway.mjs";
import { patchbay } from "./patchbay.mjs";
import { route } from "./routes.mjs";

const token = "admin-token-of-the-tls-test";
const mock = '[library.mock]\ntype = "provider-mock"\n' + route("mock", "", "mock");
const admin = (tls) => `[admin]\nlisten = "127.0.0.1:0"\ntoken = "${token}"\ntls = { certificate = "admin.pem", private_key = "admin.key"${tls} }\n`;
const { ca, key, cert } = makeCertificates();
const folder = mkdtempSync(join(tmpdir(), "patchbay-admin-tls-"));
const file = (name, text) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const caFile = file("ca.pem", ca);

const start = (tls = "", files = {}) => Gateway.start({ toml: admin(tls) + mock, files: { "admin.pem": cert, "admin.key": key, "ca.pem": ca, ...files } });
const addressOf = (gateway) => /admin API on (https:\S+)/.exec(gateway.log)[1];
const list = (...words) => patchbay(["plugin", "list", "--token", token, ...words]);

let gateway;
let address;
before(async () => {
  gateway = await start();
  address = addressOf(gateway);
});
after(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true });
});

/** GET as a browser would: { status, body, certificate }. */
const get = async (path, options = {}) => {
  const request = https.get(address + path, { ca: [ca], servername: "localhost", agent: false, ...options });
  const [response] = await once(request, "response");
  const certificate = response.socket.getPeerCertificate().fingerprint256;
  let body = "";
  for await (const piece of response.setEncoding("utf8")) body += piece;
  return { status: response.statusCode, body, certificate };
};

test("whoever has the configuration believes the certificate that it names, whatever host that is for", async () => {
  const { status, stdout } = await list("--admin", address, "--config", gateway.file);
  assert.equal(status, 0);
  assert.match(stdout, /dev\.patchbay\.provider-mock/);
});

test("from elsewhere, --ca says whom to believe", async () => {
  const { status, stdout } = await list("--admin", address.replace("127.0.0.1", "localhost"), "--ca", caFile);
  assert.equal(status, 0);
  assert.match(stdout, /dev\.patchbay\.provider-mock/);
});

test("an authority that nobody named is not believed, and nothing is said to it", async () => {
  const { status, stderr } = await list("--admin", address.replace("127.0.0.1", "localhost"));
  assert.equal(status, 1);
  assert.match(stderr, /is not trusted: its certificate was refused: .*; name its authority with --ca FILE/);
});

test("a certificate for another host is not believed", async () => {
  const { status, stderr } = await list("--admin", address, "--ca", caFile);
  assert.equal(status, 1);
  assert.match(stderr, /IP address mismatch/);
});

test("the web page, and what it asks, come over TLS", async () => {
  const page = await get("/admin/ui/");
  assert.equal(page.status, 200);
  assert.match(page.body, /<!doctype html>/i);
  assert.equal((await get("/admin/patchbay")).status, 401);
  const state = await get("/admin/patchbay", { headers: { authorization: `Bearer ${token}` } });
  assert.equal(JSON.parse(state.body).routes[0].id, "mock");
});

test("the page may call the gateway from its address", async () => {
  const response = await fetch(`${gateway.url}/v1/models`, { method: "OPTIONS", headers: { origin: address, "access-control-request-method": "GET" } });
  assert.equal(response.headers.get("access-control-allow-origin"), address);
});

test("HTTP without TLS gets nowhere", async () => {
  await assert.rejects(fetch(address.replace("https:", "http:") + "/admin/ui/"));
});

test("a renewed certificate is shown to the next caller, one that does not load leaves the old one", async () => {
  const before = (await get("/admin/ui/")).certificate;
  const next = makeCertificates();
  await gateway.write("admin.key", "no key");
  await eventually(() => gateway.log.includes("[admin.tls] private_key"), "the log says what is wrong");
  assert.equal((await get("/admin/ui/")).certificate, before);
  await gateway.write("admin.key", next.key);
  await gateway.write("admin.pem", next.cert);
  await eventually(async () => (await get("/admin/ui/", { ca: [ca, next.ca] })).certificate !== before, "the new one is shown");
  assert.equal((await list("--admin", address, "--config", gateway.file)).status, 0);
});

test("with client_ca, who calls shows who it is", async () => {
  const strict = await start(', client_ca = "ca.pem"');
  try {
    const identity = file("operator.pem", cert + key);
    const where = ["--admin", addressOf(strict), "--config", strict.file];
    assert.equal((await list(...where)).status, 1);
    assert.equal((await list(...where, "--identity", identity)).status, 0);
    const examined = join(dirname(strict.file), "examined.toml");
    writeFileSync(examined, readFileSync(strict.file, "utf8").replace(/(?<=\[admin\]\nlisten = ")[^"]*/, new URL(addressOf(strict)).host));
    const doctor = async (...more) => (await patchbay(["doctor", examined, "--offline", ...more])).stdout;
    assert.match(await doctor(), /asks its clients for certificates, and this has none\s+-> --identity PEM asks it with one/);
    assert.match(await doctor("--identity", identity), /runs here, with generation 1 of its configuration/);
  } finally {
    await strict.stop();
  }
});

test("an address that others reach without TLS is a warning that says what to do", async () => {
  const path = file("open.toml", `[admin]\nlisten = "0.0.0.0:9090"\ntoken = "${token}"\n` + mock);
  const { status, stderr } = await patchbay(["check", path]);
  assert.equal(status, 0);
  assert.match(stderr, /admin\.listen: other machines can reach 0\.0\.0\.0:9090, .*; set \[admin\.tls\]/);
});

test("a key that is not the certificate's is refused before anything listens", async () => {
  const path = file("wrong.toml", `[server]\nlisten = "127.0.0.1:0"\n` + admin("").replaceAll("admin.", "wrong.") + mock);
  file("wrong.pem", cert);
  file("wrong.key", makeCertificates().key);
  const { status, stderr } = await patchbay(["run", path]);
  assert.equal(status, 1);
  assert.match(stderr, /\[admin\.tls\] private_key = .*it is not the key of that certificate|\[admin\.tls\] private_key = .*mismatch/);
});
