// Keys of clients, as a configuration has them.

import { createHash, randomBytes } from "node:crypto";

/** A key of that name: what the client presents, and its [[keys]] entry with `lines` in it. */
export function makeKey(name, lines = "") {
  const secret = `pb-${randomBytes(32).toString("base64url")}`;
  const hash = createHash("sha256").update(secret).digest("hex");
  return { name, secret, toml: `\n[[keys]]\nname = "${name}"\nkey_hash = "sha256:${hash}"\n${lines}\n` };
}

/** A chat request with a key. */
export const ask = (gateway, key, body = {}, headers = {}) =>
  gateway.post("/v1/chat/completions", JSON.stringify({ model: "scripted-model", max_tokens: 5, messages: [{ role: "user", content: "Hi" }], ...body }), {
    authorization: `Bearer ${key.secret}`,
    ...headers,
  });
