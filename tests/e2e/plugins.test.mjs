// Plugins of a running host, changed from the command line.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Gateway, binary, clientKey, eventually } from "./gateway.mjs";
import { route, withClientKey } from "./routes.mjs";

const token = "admin-token-5pQ";
const socket = `unix:${join(tmpdir(), `patchbay-admin-${process.pid}.sock`)}`;
let gateway;

before(async () => {
  gateway = await Gateway.start({
    server: withClientKey,
    toml:
      `[admin]\nlisten = "${socket}"\ntoken = "${token}"\n[library.mock]\ntype = "provider-mock"\n` +
      `[library.slow]\ntype = "provider-mock"\nconfig = { text = "one two three four", token_delay = "60s" }\n` +
      route("slow", "^slow$", "slow") +
      route("mock", "", "mock"),
  });
});
after(() => gateway.stop());

const plugin = (...words) => {
  const { status, stdout, stderr } = spawnSync(binary, ["plugin", ...words], { encoding: "utf8" });
  return { status, text: stdout + stderr };
};
const answers = async () =>
  (await gateway.post("/v1/chat/completions", JSON.stringify({ model: "m", messages: [{ role: "user", content: "Hi" }] }))).status;

describe("patchbay plugin, of a running host", () => {
  test("list shows generations, with the address from the configuration file", () => {
    const { status, text } = plugin("list", "--config", gateway.file);
    assert.equal(status, 0, text);
    assert.match(text, /provider-mock .*\n.*\n +generation \d+, since 20/);
  });

  test("list --json is what the admin API says", () => {
    const { text } = plugin("list", "--json", "--admin", socket, "--token", token);
    assert.ok(JSON.parse(text).plugins.some((one) => one.id === "dev.patchbay.provider-mock" && one.generation > 0));
  });

  test("reload, and rollback, while it serves", async () => {
    const reloaded = plugin("reload", "provider-mock", "--config", gateway.file);
    assert.equal(reloaded.status, 0, reloaded.text);
    assert.match(reloaded.text, /plugin dev\.patchbay\.provider-mock \S+ serves as generation \d+, in place of/);
    assert.equal(await answers(), 200);
    assert.equal(plugin("rollback", "provider-mock", "--config", gateway.file).status, 0);
    assert.equal(await answers(), 200);
  });

  test("list says how many requests hold the version that was replaced, until they end", async () => {
    const retired = () => JSON.parse(plugin("list", "--json", "--config", gateway.file).text).retired;
    const leave = new AbortController();
    const stream = await gateway.client().chat.completions.create(
      { model: "slow", messages: [{ role: "user", content: "Hi" }], stream: true },
      { signal: leave.signal },
    );
    await stream[Symbol.asyncIterator]().next();
    assert.equal(plugin("reload", "provider-mock", "--config", gateway.file).status, 0);
    assert.deepEqual(retired().map(({ id, requests }) => [id, requests]), [["dev.patchbay.provider-mock", 1]]);
    assert.match(plugin("list", "--config", gateway.file).text, /retired: dev\.patchbay\.provider-mock .*, held by 1 request\n/);
    leave.abort();
    await eventually(() => retired().length === 0, "the version that was replaced is still there");
  });

  test("a plugin that the configuration needs is not removed", async () => {
    const { status, text } = plugin("remove", "provider-mock", "--config", gateway.file);
    assert.equal(status, 1);
    assert.match(text, /the configuration needs it/);
    assert.equal(await answers(), 200);
  });

  test("another is removed, and added again", () => {
    const path = JSON.parse(plugin("list", "--json", "--config", gateway.file).text).plugins.find((one) =>
      one.id.endsWith("workflow-streaming-control"),
    ).path;
    assert.equal(plugin("remove", "workflow-streaming-control", "--config", gateway.file).status, 0);
    const { status, text } = plugin("add", path, "--config", gateway.file);
    assert.equal(status, 0, text);
    assert.match(text, /workflow-streaming-control \S+ serves/);
  });

  test("a file that is no plugin changes nothing and says why", () => {
    const { status, text } = plugin("add", gateway.file, "--config", gateway.file);
    assert.equal(status, 1);
    assert.match(text, /it is not a shared library/);
  });

  test("the token is wanted, and it is not a client's key", () => {
    for (const wrong of ["", clientKey]) {
      const { status, text } = plugin("list", "--admin", socket, "--token", wrong);
      assert.equal(status, 1);
      assert.match(text, /the admin API wants its token/);
    }
  });

  test("without a host it says which options name one", () => {
    assert.match(plugin("reload", "x").text, /which host\? Give --config FILE/);
    assert.match(plugin("reload", "x", "--admin", "unix:/nowhere.sock").text, /no admin API answers at unix:\/nowhere\.sock/);
  });

  test("the token is in no log", () => assert.ok(!gateway.log.includes(token), gateway.log));
});
