import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import OpenAI from "openai";
import { makeCertificates } from "./certificates.mjs";
import { Gateway } from "./gateway.mjs";
import { scripted } from "./routes.mjs";
import { ScriptedUpstream } from "./scripted_upstream.mjs";

const asked = { model: "scripted-model", messages: [{ role: "user", content: "Hi" }] };
const { ca, key, cert } = makeCertificates();
let upstream;

before(async () => (upstream = await ScriptedUpstream.start({ tls: { key, cert }, host: "localhost" })));
after(() => upstream.stop());

/** The error that a gateway gives whose provider fails the handshake. */
const refusal = async (toml, files = {}) => {
  const gateway = await Gateway.start({ toml, files });
  try {
    await gateway.client().chat.completions.create(asked);
  } catch (error) {
    return error;
  } finally {
    await gateway.stop();
  }
  return assert.fail("the call succeeded");
};

test("a provider whose authority nobody knows is refused, with the reason", async () => {
  const error = await refusal(scripted(upstream.url));
  assert.ok(error instanceof OpenAI.InternalServerError);
  assert.equal(error.status, 502);
  assert.match(error.message, /certificate/i);
  assert.equal(upstream.requests.length, 0);
});

test("a certificate for another name is refused", async () => {
  const error = await refusal('[upstream]\nca_file = "ca.pem"\n' + scripted(upstream.url.replace("localhost", "127.0.0.1")), { "ca.pem": ca });
  assert.equal(error.status, 502);
  assert.equal(upstream.requests.length, 0);
});
