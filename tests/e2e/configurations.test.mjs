// The configurations that come with Patchbay, run as they stand against a scripted provider: what it is sent, and what the client gets.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { Gateway, binary, pluginPath, upstreamKey } from "./gateway.mjs";
import { ScriptedUpstream, completion, json, stream, words } from "./scripted_upstream.mjs";

const configs = fileURLToPath(new URL("../../configs", import.meta.url));
const bearer = (headers) => headers.authorization === `Bearer ${upstreamKey}`;

/** What each entry of the library is to send for a chat completion: where to, and how it shows its key. `variable` holds the address. */
const vendors = [
  { entry: "openai-provider-config", variable: "OPENAI_UPSTREAM_URL", key: "OPENAI_API_KEY", path: "/chat/completions", shows: bearer },
  { entry: "openai-responses-provider-config", variable: "OPENAI_UPSTREAM_URL", key: "OPENAI_API_KEY", path: "/responses", shows: bearer },
  {
    entry: "anthropic-provider-config",
    variable: "ANTHROPIC_UPSTREAM_URL",
    key: "ANTHROPIC_API_KEY",
    path: "/v1/messages",
    shows: (headers) => headers["x-api-key"] === upstreamKey && headers["anthropic-version"] === "2023-06-01",
  },
  {
    entry: "gemini-provider-config",
    variable: "GEMINI_UPSTREAM_URL",
    key: "GEMINI_API_KEY",
    path: "/v1beta/models/the-model:generateContent",
    shows: (headers) => headers["x-goog-api-key"] === upstreamKey,
  },
  { entry: "glm-provider-config", dialect: "glm", variable: "GLM_UPSTREAM_URL", key: "GLM_API_KEY", path: "/chat/completions", shows: bearer },
  { entry: "qwen-provider-config", dialect: "qwen", variable: "QWEN_UPSTREAM_URL", key: "DASHSCOPE_API_KEY", path: "/chat/completions", shows: bearer },
  { entry: "deepseek-provider-config", dialect: "deepseek", variable: "DEEPSEEK_UPSTREAM_URL", key: "DEEPSEEK_API_KEY", path: "/chat/completions", shows: bearer },
  { entry: "kimi-provider-config", dialect: "kimi", variable: "KIMI_UPSTREAM_URL", key: "MOONSHOT_API_KEY", path: "/chat/completions", shows: bearer },
  { entry: "minimax-provider-config", dialect: "minimax", variable: "MINIMAX_UPSTREAM_URL", key: "MINIMAX_API_KEY", path: "/chat/completions", shows: bearer },
  { entry: "iflow-provider-config", dialect: "iflow", variable: "IFLOW_UPSTREAM_URL", key: "IFLOW_API_KEY", path: "/chat/completions", shows: bearer },
  { entry: "openrouter-provider-config", variable: "OPENROUTER_UPSTREAM_URL", key: "OPENROUTER_API_KEY", path: "/chat/completions", shows: bearer },
  { entry: "lmstudio-provider-config", dialect: "lmstudio", variable: "LMSTUDIO_UPSTREAM_URL", path: "/chat/completions", shows: (headers) => !headers.authorization },
  { entry: "ollama-provider-config", variable: "OLLAMA_UPSTREAM_URL", path: "/api/chat", shows: (headers) => !headers.authorization },
  { entry: "vllm-provider-config", dialect: "vllm", variable: "VLLM_UPSTREAM_URL", path: "/chat/completions", shows: (headers) => !headers.authorization },
  { entry: "vllm-keyed-provider-config", dialect: "vllm", variable: "VLLM_UPSTREAM_URL", key: "VLLM_API_KEY", path: "/chat/completions", shows: bearer },
  {
    entry: "azure-provider-config",
    variable: "AZURE_OPENAI_ENDPOINT",
    key: "AZURE_OPENAI_API_KEY",
    path: "/openai/v1/chat/completions",
    shows: (headers) => headers["api-key"] === upstreamKey && !headers.authorization,
  },
  {
    entry: "azure-responses-provider-config",
    variable: "AZURE_OPENAI_ENDPOINT",
    key: "AZURE_OPENAI_API_KEY",
    path: "/openai/v1/responses",
    shows: (headers) => headers["api-key"] === upstreamKey && !headers.authorization,
  },
  {
    entry: "azure-deployments-provider-config",
    variable: "AZURE_OPENAI_ENDPOINT",
    key: "AZURE_OPENAI_API_KEY",
    path: "/openai/deployments/the-model/chat/completions?api-version=2024-10-21",
    shows: (headers) => headers["api-key"] === upstreamKey && !headers.authorization,
  },
];

describe("the library", () => {
  let upstream;
  let folder;

  before(async () => {
    upstream = await ScriptedUpstream.start();
    upstream.script = (_request, response) => json(response, 503, { error: { message: "Not today." } });
    folder = await mkdtemp(join(tmpdir(), "patchbay-library-"));
  });
  after(async () => {
    await upstream.stop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => upstream.reset());

  for (const { entry, dialect, variable, key, path, shows } of vendors) {
    it(`${entry} calls ${path}, and needs no other vendor's key`, async () => {
      const file = join(folder, `${entry}.toml`);
      const mends = dialect ? `{ type = "compatibility", config = "${dialect}-compatibility-config" },` : "";
      await writeFile(
        file,
        `include = ["${configs}/library/*.toml"]\n\n[[routes]]\nid = "vendor"\nmodules = [\n` +
          `{ type = "llmSwitch", config = "conversion-router-config" }, ${mends}\n{ type = "provider", config = "${entry}" },\n]\n`,
      );
      const gateway = await Gateway.run(file, { [variable]: new URL(upstream.url).origin, ...(key ? { [key]: upstreamKey } : {}) });
      try {
        await gateway.post("/v1/chat/completions", JSON.stringify({ model: "the-model", messages: [{ role: "user", content: "Hello" }] }));
      } finally {
        await gateway.stop();
      }
      assert.equal(upstream.requests[0].path, path);
      assert.ok(shows(upstream.requests[0].headers), JSON.stringify(upstream.requests[0].headers));
    });
  }
});

const kinds = { provider: "provider", llmswitch: "llmSwitch", workflow: "workflow", compatibility: "compatibility" };

/** A route that uses the entry, with what it needs to be one. */
function routeOf([, name, kind]) {
  const rest = kind === "provider" ? '{ type = "llmSwitch", config = "conversion-router-config" }' : '{ type = "provider", config = { type = "provider-mock" } }';
  return `[[routes]]\nid = "${name}"\nmodules = [{ type = "${kinds[kind]}", config = "${name}" }, ${rest}]\n`;
}

describe("every entry of the library", () => {
  it("is valid, whether a ready file uses it or not", async () => {
    const files = await readdir(join(configs, "library"));
    const texts = await Promise.all(files.map((file) => readFile(join(configs, "library", file), "utf8")));
    const entries = texts.flatMap((text) => [...text.matchAll(/^\[library\.([a-z-]+)\].*\ntype = "([a-z]+)-/gm)]);
    const variables = new Set(texts.flatMap((text) => [...text.matchAll(/\$\{([A-Z_]+)\}/g)].map((match) => match[1])));
    const folder = await mkdtemp(join(tmpdir(), "patchbay-library-"));
    const file = join(folder, "all.toml");
    await writeFile(file, `include = ["${configs}/library/*.toml"]\n${entries.map(routeOf).join("")}`);
    const values = Object.fromEntries([...variables].map((name) => [name, name.endsWith("ENDPOINT") ? "https://me.openai.azure.com" : "none"]));
    const { status, stdout, stderr } = spawnSync(binary, ["check", file], { encoding: "utf8", env: { ...process.env, PATCHBAY_PLUGIN_PATH: pluginPath.join(":"), ...values } });
    await rm(folder, { recursive: true });
    assert.equal(status, 0, stderr);
    assert.match(stdout, new RegExp(`valid: ${entries.length} routes`));
    assert.ok(entries.length > 30);
  });
});

/** Runs a file of configs/ for the tests of one describe(). */
function running(name, environment) {
  const setup = {};
  before(async () => {
    setup.upstream = await ScriptedUpstream.start();
    setup.gateway = await Gateway.run(join(configs, name), environment(setup.upstream.url));
  });
  beforeEach(() => setup.upstream.reset());
  after(async () => {
    await setup.gateway?.stop();
    await setup.upstream?.stop();
  });
  return setup;
}

const sent = (setup) => JSON.parse(setup.upstream.last.body);

describe("configs/claude-code.toml", () => {
  const setup = running("claude-code.toml", (url) => ({ GLM_UPSTREAM_URL: url, GLM_API_KEY: upstreamKey, LARGE_MODEL: "glm-large", SMALL_MODEL: "glm-small" }));
  const ask = (model, more = {}) =>
    setup.gateway.post("/v1/messages", JSON.stringify({ model, max_tokens: 64, messages: [{ role: "user", content: "Hello" }], ...more }));

  for (const [asked, served] of [
    ["claude-sonnet-4-6", "glm-large"],
    ["claude-haiku-4-5-20251001", "glm-small"],
    ["glm-5", "glm-5"],
  ])
    it(`sends ${asked} to ${served}`, async () => {
      const answer = await (await ask(asked)).json();
      assert.equal(sent(setup).model, served);
      assert.equal(answer.content[0].text, "Hello from upstream.");
    });

  it("streams", async () => {
    setup.upstream.script = (_request, response) => stream(response, words("Hel", "lo"));
    const text = await (await ask("claude-sonnet-4-6", { stream: true })).text();
    assert.match(text, /event: message_start[\s\S]*"Hel"[\s\S]*event: message_stop/);
  });
});

describe("configs/codex.toml", () => {
  const setup = running("codex.toml", (url) => ({ QWEN_UPSTREAM_URL: url, DASHSCOPE_API_KEY: upstreamKey, CODEX_MODEL: "qwen-coder" }));

  for (const [asked, served] of [
    ["gpt-5.4-codex", "qwen-coder"],
    ["qwen3-max", "qwen3-max"],
  ])
    it(`sends ${asked} to ${served}`, async () => {
      const answer = await setup.gateway.client().responses.create({ model: asked, input: "Hello" });
      assert.equal(sent(setup).model, served);
      assert.equal(answer.output_text, "Hello from upstream.");
    });
});

describe("configs/local-models.toml", () => {
  const setup = running("local-models.toml", (url) => {
    const origin = new URL(url).origin;
    return { OLLAMA_UPSTREAM_URL: `${origin}/ollama`, LMSTUDIO_UPSTREAM_URL: `${origin}/lmstudio`, VLLM_UPSTREAM_URL: `${origin}/vllm` };
  });

  for (const [model, path] of [
    ["llama3.2:3b", "/ollama/api/chat"],
    ["Qwen/Qwen3-32B", "/vllm/chat/completions"],
    ["openai/gpt-oss-20b", "/lmstudio/chat/completions"],
  ])
    it(`sends ${model} to ${path}`, async () => {
      setup.upstream.script = (request, response) =>
        request.path.endsWith("/api/chat")
          ? json(response, 200, { model, message: { role: "assistant", content: "Hello." }, done: true, done_reason: "stop" })
          : json(response, 200, completion({ content: "Hello." }));
      const answer = await setup.gateway.client().chat.completions.create({ model, messages: [{ role: "user", content: "Hello" }] });
      assert.equal(setup.upstream.last.path, path);
      assert.equal(sent(setup).model, model);
      assert.equal(answer.choices[0].message.content, "Hello.");
    });
});

describe("configs/migration.toml", () => {
  const address = "https://open.bigmodel.cn/api/coding/paas/v4"; // of both files; here the scripted provider's takes its place
  const setup = {};
  before(async () => {
    setup.upstream = await ScriptedUpstream.start();
    setup.folder = await mkdtemp(join(tmpdir(), "patchbay-migration-"));
    for (const name of ["migration.toml", "v1-example.json"]) {
      const text = await readFile(join(configs, name), "utf8");
      assert.ok(text.includes(address), name);
      const own = text.replaceAll(address, setup.upstream.url).replace("/tmp/patchbay-migration.sock", join(setup.folder, "admin.sock"));
      await writeFile(join(setup.folder, name), own.replace("first-example-key", upstreamKey).replace("second-example-key", upstreamKey));
    }
    setup.gateway = await Gateway.run(join(setup.folder, "migration.toml"), { GLM_API_KEY_1: upstreamKey, GLM_API_KEY_2: upstreamKey });
  });
  after(async () => {
    await setup.gateway?.stop();
    await setup.upstream?.stop();
    await rm(setup.folder, { recursive: true, force: true });
  });

  it("answers every client, whichever side it is on, with what the same provider says", async () => {
    setup.upstream.script = (request, response) => json(response, 200, completion({ content: "Hello." }));
    for (let client = 0; client < 20; ++client) {
      const answer = await setup.gateway.client({ apiKey: `key-of-client-${client}` }).chat.completions.create({ model: "any", messages: [{ role: "user", content: "Hello" }] });
      assert.equal(answer.choices[0].message.content, "Hello.");
      assert.match(sent(setup).model, /^glm-4/);
    }
    assert.equal(setup.upstream.requests.length, 20);
  });
});

describe("configs/failover.toml", () => {
  const second = `${upstreamKey}-2`;
  const setup = running("failover.toml", (url) => ({
    OPENAI_UPSTREAM_URL: url,
    ANTHROPIC_UPSTREAM_URL: new URL(url).origin,
    OPENAI_API_KEY: upstreamKey,
    OPENAI_API_KEY_2: second,
    ANTHROPIC_API_KEY: upstreamKey,
    ANTHROPIC_MODEL: "claude-there",
  }));
  const ask = () => setup.gateway.client().chat.completions.create({ model: "gpt-there", messages: [{ role: "user", content: "Hello" }] });
  const refuse = (response, status, headers) => json(response, status, { error: { message: "As scripted.", type: "server_error" } }, headers);

  it("takes the other key when one has no quota left", async () => {
    setup.upstream.script = (request, response) =>
      request.headers.authorization === `Bearer ${upstreamKey}` ? refuse(response, 429, { "retry-after": "60" }) : json(response, 200, completion({ content: "By the second key." }));
    for (let turn = 0; turn < 4; ++turn) assert.equal((await ask()).choices[0].message.content, "By the second key.");
    assert.ok(setup.upstream.requests.filter((request) => request.headers.authorization === `Bearer ${upstreamKey}`).length <= 1, "the key that was refused rests");
  });

  it("goes to the other vendor when the first is down", async () => {
    setup.upstream.script = (request, response) =>
      request.path === "/v1/messages"
        ? json(response, 200, { id: "msg_1", type: "message", role: "assistant", model: "claude-there", content: [{ type: "text", text: "By the other vendor." }], stop_reason: "end_turn", usage: { input_tokens: 1, output_tokens: 1 } })
        : refuse(response, 500);
    const answer = await ask();
    assert.equal(answer.choices[0].message.content, "By the other vendor.");
    assert.equal(sent(setup).model, "claude-there");
    assert.equal(setup.upstream.last.headers["x-api-key"], upstreamKey);
  });
});
