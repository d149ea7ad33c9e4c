// Clients that speak HTTPS with the gateway.

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { after, before, test } from "node:test";
import tls from "node:tls";
import { makeCertificates } from "./certificates.mjs";
import { clientKey, eventually, Gateway } from "./gateway.mjs";
import { route, withClientKey } from "./routes.mjs";

const lines = `${withClientKey}\ntls = { certificate = "server.pem", private_key = "server.key" }`;
const toml = '[metrics]\non_server = true\n[library.mock]\ntype = "provider-mock"\n' + route("mock", "", "mock");
const asked = (body) => ({
  method: "POST",
  headers: { "content-type": "application/json", authorization: `Bearer ${clientKey}` },
  body: JSON.stringify({ model: "mock-model", messages: [{ role: "user", content: "Hi" }], ...body }),
});
const { ca, key, cert } = makeCertificates();
let gateway;

before(async () => (gateway = await Gateway.start({ server: lines, toml, files: { "server.pem": cert, "server.key": key }, ca })));
after(() => gateway.stop());

test("whole answers and streams", async () => {
  const whole = await gateway.secure("/v1/chat/completions", asked({}));
  assert.equal(whole.status, 200);
  assert.match(JSON.parse(whole.body).choices[0].message.content, /\w/);
  const stream = await gateway.secure("/v1/chat/completions", asked({ stream: true }));
  assert.match(stream.body, /data: \[DONE\]\n\n$/);
});

test("a body and an answer of several megabytes", async () => {
  const text = "x".repeat(3 << 20);
  const { status, body } = await gateway.secure("/v1/embeddings", asked({ model: "m", input: Array(40_000).fill("x"), messages: undefined, padding: text }));
  assert.equal(status, 200);
  assert.ok(body.length > 3 << 20, `${body.length} bytes`);
});

test("many requests on one connection", async () => {
  const socket = tls.connect({ host: "127.0.0.1", port: gateway.port, servername: "localhost", ca, ALPNProtocols: ["h2", "http/1.1"] });
  await once(socket, "secureConnect");
  assert.equal(socket.alpnProtocol, "http/1.1");
  let text = "";
  socket.setEncoding("utf8").on("data", (piece) => (text += piece));
  for (let i = 1; i <= 20; ++i) {
    socket.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await eventually(() => text.split('"status":"ok"').length === i + 1, `answer ${i}`);
  }
  socket.end();
  await once(socket, "close");
});

test("metrics tell when the certificate ends", async () => {
  const { body } = await gateway.secure("/metrics");
  const [, told] = /^patchbay_certificate_end_timestamp_seconds (\d+)$/m.exec(body);
  assert.equal(Number(told) * 1000, Date.parse(new X509Certificate(cert).validTo));
});

test("TLS 1.1, and HTTP without TLS, get nowhere", async () => {
  const old = tls.connect({ host: "127.0.0.1", port: gateway.port, servername: "localhost", ca, maxVersion: "TLSv1.1", minVersion: "TLSv1" });
  await assert.rejects(once(old, "secureConnect"));
  await assert.rejects(fetch(`http://127.0.0.1:${gateway.port}/health`));
  assert.equal((await gateway.secure("/health")).status, 200);
});

test("a renewed certificate serves the next connection, one that does not load leaves the old one", async () => {
  const before = (await gateway.secure("/health")).certificate;
  const next = makeCertificates();
  await gateway.write("server.key", "no key");
  await eventually(() => gateway.log.includes("the certificate that was in force stays"), "the log says what is wrong");
  assert.equal((await gateway.secure("/health")).certificate, before);
  await gateway.write("server.key", next.key);
  await gateway.write("server.pem", next.cert);
  await eventually(async () => (await gateway.secure("/health", { ca: [ca, next.ca] })).certificate !== before, "the new one is shown");
});

test("with client_ca, clients show who they are", async () => {
  const strict = await Gateway.start({
    server: lines.replace(" }", ', client_ca = "ca.pem" }'),
    toml,
    files: { "server.pem": cert, "server.key": key, "ca.pem": ca },
    ca,
    identity: { key, cert },
  });
  try {
    await assert.rejects(strict.secure("/health", { key: undefined, cert: undefined }));
    assert.equal((await strict.secure("/health")).status, 200);
  } finally {
    await strict.stop();
  }
});
