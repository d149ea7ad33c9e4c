// Coding agents, driven without a person, on a model behind another protocol: each is told by the scripted model to read a file with a tool of
// its own, and must bring back what stands in it. The gateway runs the configuration that users get, as it stands.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { Gateway, upstreamKey } from "../e2e/gateway.mjs";
import { ScriptedUpstream, chunk, stream, words } from "../e2e/scripted_upstream.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const limit = 60_000;

/** A model that reads note.txt with `tool`, then says what it read. `call` gives the arguments. */
const reader = (tool, call) => (request, response) => {
  const body = JSON.parse(request.body);
  const result = body.messages.findLast((message) => message.role === "tool");
  const offered = body.tools?.find((one) => one.function.name === tool);
  if (!offered) return stream(response, words("A title."));
  if (result) return stream(response, words("The note says ", /word-\S{36}/.exec(JSON.stringify(result.content))?.[0] ?? "nothing", "."));
  const [begin, ...rest] = JSON.stringify(call).split(/(?=[:,])/); // arguments in pieces, as models write them
  stream(response, [
    chunk({ role: "assistant", content: "Let me look." }),
    chunk({ tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: tool, arguments: begin } }] }),
    ...rest.map((piece) => chunk({ tool_calls: [{ index: 0, function: { arguments: piece } }] })),
    chunk({}, "tool_calls"),
  ]);
};

/** Runs a program to its end; its output, whatever its status. */
async function run(command, args, { cwd, env }) {
  const process_ = spawn(command, args, { cwd, env: { PATH: process.env.PATH, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const killer = setTimeout(() => process_.kill("SIGKILL"), limit);
  let stdout = "";
  let stderr = "";
  process_.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  process_.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  const [status] = await once(process_, "close");
  clearTimeout(killer);
  return { status, stdout, stderr };
}

const agents = [
  {
    name: "Claude Code",
    program: here("node_modules/@anthropic-ai/claude-code/cli-wrapper.cjs"),
    configuration: "claude-code.toml",
    environment: (url) => ({ GLM_UPSTREAM_URL: url, GLM_API_KEY: upstreamKey }),
    serves: ["glm-4.6", "glm-4.5-air"],
    tools: ["Bash", "Edit", "Read", "Write"],
    model: reader("Read", { file_path: "note.txt", limit: 5 }),
    start: (url, home) => ({
      args: ["-p", "What does note.txt say?", "--allowedTools", "Read"],
      env: { HOME: home, ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: "none", CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" },
    }),
  },
  {
    name: "Codex",
    program: here("node_modules/@openai/codex/bin/codex.js"),
    configuration: "codex.toml",
    environment: (url) => ({ QWEN_UPSTREAM_URL: url, DASHSCOPE_API_KEY: upstreamKey }),
    serves: ["qwen3-coder-plus"],
    tools: ["exec_command", "write_stdin"],
    model: reader("exec_command", { cmd: "cat note.txt", yield_time_ms: 5000 }),
    start: (url, home) => ({
      // The only command is the one above, so that nothing needs a sandbox, which containers often cannot have.
      args: [
        ...["exec", "--skip-git-repo-check", "--ephemeral", "--dangerously-bypass-approvals-and-sandbox"],
        ...["-c", "model_provider=patchbay", "-c", `model_providers.patchbay={name="Patchbay",base_url="${url}/v1",wire_api="responses"}`],
        ...["-c", "analytics.enabled=false", "-m", "gpt-5.4-codex", "What does note.txt say?"],
      ],
      env: { HOME: home, CODEX_HOME: home },
    }),
  },
];

for (const agent of agents) {
  const absent = !existsSync(agent.program) && "it is not installed: run npm ci in tests/agents";
  describe(agent.name, { skip: absent }, () => {
    let upstream;
    let gateway;
    let home;
    let folder;

    before(async () => {
      upstream = await ScriptedUpstream.start();
      upstream.script = agent.model;
      gateway = await Gateway.run(here(`../../configs/${agent.configuration}`), agent.environment(upstream.url));
      home = await mkdtemp(join(tmpdir(), "patchbay-agent-home-"));
      folder = await mkdtemp(join(tmpdir(), "patchbay-agent-"));
    });
    after(async () => {
      await gateway?.stop();
      await upstream?.stop();
      for (const one of [home, folder]) if (one) await rm(one, { recursive: true, force: true, maxRetries: 5 });
    });

    it("reads a file that a model of another protocol asks it to read, and tells what it said", async () => {
      const word = `word-${randomUUID()}`;
      await writeFile(join(folder, "note.txt"), `The word is ${word}\n`);
      const { args, env } = agent.start(gateway.url, home);
      const { status, stdout, stderr } = await run(process.execPath, [agent.program, ...args], { cwd: folder, env });
      assert.equal(status, 0, stdout + stderr);
      assert.ok(stdout.includes(`The note says ${word}.`), stdout + stderr);
    });

    it("was served by the models that the configuration names, its tools among what they were offered", () => {
      const bodies = upstream.requests.map((request) => JSON.parse(request.body));
      assert.ok(bodies.every((body) => agent.serves.includes(body.model)), bodies.map((body) => body.model).join());
      const offered = bodies.at(-1).tools.map((tool) => tool.function.name);
      for (const tool of agent.tools) assert.ok(offered.includes(tool), offered.join());
    });
  });
}
