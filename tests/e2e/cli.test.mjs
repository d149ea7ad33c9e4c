// The command line: what each command prints, and its exit status.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { binary } from "./gateway.mjs";
import { openaiProvider, route } from "./routes.mjs";

let directory;
before(() => (directory = mkdtempSync(join(tmpdir(), "patchbay-cli-"))));
after(() => rmSync(directory, { recursive: true }));

const file = (name, text) => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};

const patchbay = (...words) => {
  const { status, stdout, stderr } = spawnSync(binary, words, { encoding: "utf8" });
  return { status, stdout, stderr };
};

const twoRoutes = openaiProvider("openai", "http://127.0.0.1:9/v1") + route("glm", "^glm-", "openai") + route("gpt", "^gpt-", "openai");

describe("patchbay", () => {
  test("--version names version, SDK ABI and compiler", () => {
    const { status, stdout } = patchbay("--version");
    assert.equal(status, 0);
    assert.match(stdout, /^patchbay \d+\.\d+\.\d+ \(SDK ABI \d+, .+\)\n$/);
  });

  test("--help lists the commands with examples", () => {
    const { status, stdout } = patchbay("--help");
    assert.equal(status, 0);
    for (const word of ["run", "check", "plugin", "route", "Examples:"]) assert.ok(stdout.includes(word), word);
  });

  test("an unknown option is refused with status 2", () => {
    const { status, stderr } = patchbay("check", "--colour", "x.toml");
    assert.equal(status, 2);
    assert.match(stderr, /--colour/);
  });
});

describe("patchbay check", () => {
  test("says what a valid file holds", () => {
    const { status, stdout } = patchbay("check", file("valid.toml", twoRoutes));
    assert.equal(status, 0);
    assert.match(stdout, /is valid: 2 routes, 2 instances/);
  });

  test("reports every fault at once, with place and nearest key", () => {
    const path = file(
      "faulty.toml",
      `[server]
listne = "127.0.0.1:0"

[library.openai]
type = "provider-openai"
config = { base_ulr = "http://127.0.0.1:9/v1" }
` + route("r", "(", "opnai"),
    );
    const { status, stderr } = patchbay("check", path);
    assert.equal(status, 2);
    assert.match(stderr, /faulty\.toml:2:1: server\.listne: unknown key 'listne' \(did you mean 'listen'\?\)/);
    assert.match(stderr, /there is no \[library\.opnai\] \(did you mean 'openai'\?\)/);
  });

  test("faults of the text, of modules and of the surroundings do not hide each other", () => {
    const path = file(
      "all.toml",
      `[server]
listne = "127.0.0.1:0"
tls = { certificate = "gone.pem", private_key = "gone.key" }
[upstream]
ca_file = "gone-ca.pem"
[[prices]]
model = "gpt-*"
input = -1
[library.openai]
type = "provider-opnai"
isolaton = "process"
[library.strict]
type = "provider-openai"
config = { base_ulr = "http://127.0.0.1:9/v1" }
[telemetry]
otlp = { endpoint = "nonsense" }
` + route("r", "m", "openai") + route("s", "(", "strict"),
    );
    const { status, stderr } = patchbay("check", path);
    assert.equal(status, 2);
    assert.deepEqual(
      stderr.split("\n").filter((line) => line.includes("all.toml:")).map((line) => /all\.toml:(\d+):\d+: (\S+): /.exec(line)?.slice(1, 3).join(" ")),
      [
        "2 server.listne",
        "3 server.tls",
        "5 upstream.ca_file",
        "8 prices[0].input",
        "11 library.openai.isolaton",
        "14 library.strict.config.base_ulr",
        "16 telemetry.otlp.endpoint",
        "23 routes[0].modules[1]",
        "28 routes[1].pattern.model",
      ],
    );
    assert.match(stderr, /\[server\.tls\] certificate = ".*gone\.pem": .*; it must be a readable PEM file/);
    assert.match(stderr, /ca_file: cannot read certificates from '.*gone-ca\.pem'/);
    assert.match(stderr, /no plugin brings a provider module 'provider-opnai'; .*\(did you mean 'provider-openai'\?\)/);
  });

  test("what follows from a fault is not told as another one", () => {
    const path = file(
      "chain.toml",
      `[server]
listen = "0.0.0.0:0"
api_keys = [1]
[library.openai]
type = "provider-openai"
config = { base_url = "\${PATCHBAY_NO_SUCH_VARIABLE}", api_keys = ["k"] }
[[keys]]
name = "k"
key_hash = "sha256:${"0".repeat(64)}"
routes = ["r"]
` + route("r", "m", "openai").replace("[[routes]]", '[[routes]]\npriorty = 1\nfallback = ["s"]') + route("s", "m", "openai").replace("modules = [", "modules = [7,"),
    );
    const { status, stderr } = patchbay("check", path);
    assert.equal(status, 2);
    assert.deepEqual(
      stderr.split("\n").filter((line) => line.includes("chain.toml:")).map((line) => /chain\.toml:\d+:\d+: (\S+): /.exec(line)?.[1]),
      ["server.api_keys[0]", "library.openai.config.base_url", "routes[0].priorty", "routes[1].modules[0]"],
    );
  });

  test("says what a gateway would not start with", () => {
    const toml = '[server]\nlisten = "0.0.0.0:18443"\n[admin]\nlisten = "127.0.0.1:18443"\n[upstream]\nproxy = "socks5://x"\n';
    const { status, stderr } = patchbay("check", file("unbound.toml", toml + twoRoutes));
    assert.equal(status, 2);
    assert.match(stderr, /server\.listen: .*can be reached from other machines, and there are no keys/);
    assert.match(stderr, /admin\.listen: .*set \[admin\] token/);
    assert.match(stderr, /admin\.listen: \[server\] listens on port 18443 as well/);
    assert.match(stderr, /upstream\.proxy: .*http:\/\//);
  });

  test("warns of a key that every request will be refused for", () => {
    const key = `[[keys]]\nname = "paying"\nkey_hash = "sha256:${"0".repeat(64)}"\nbudgets = [{ per = "month", cost = 1.0 }]\n`;
    const { status, stderr } = patchbay("check", file("unpriced.toml", twoRoutes + key));
    assert.equal(status, 0);
    assert.match(stderr, /keys\[0\]\.budgets: a budget in money needs \[\[prices\]\]/);
  });

  test("faults of module configurations have their place in the file", () => {
    const { status, stderr } = patchbay("check", file("module.toml", openaiProvider("openai", "ftp://x", ", organisation = 1") + route("r", "m", "openai")));
    assert.equal(status, 2);
    assert.match(stderr, /module\.toml:4:\d+: library\.openai\.config\.organisation: unknown key 'organisation' \(did you mean 'organization'\?\)/);
  });

  test("--json is for programs", () => {
    const { status, stdout } = patchbay("check", "--json", file("json.toml", "[servr]\n"));
    assert.equal(status, 2);
    const report = JSON.parse(stdout);
    assert.equal(report.valid, false);
    assert.deepEqual(
      { line: report.diagnostics[0].line, key: report.diagnostics[0].key, suggestion: report.diagnostics[0].suggestion },
      { line: 1, key: "servr", suggestion: "server" },
    );
  });

  test("a file that is not there is named", () => {
    const { status, stderr } = patchbay("check", join(directory, "nowhere.toml"));
    assert.equal(status, 2);
    assert.match(stderr, /cannot read '.*nowhere\.toml'/);
  });
});

describe("patchbay plugin", () => {
  test("list shows every plugin with its modules", () => {
    const { status, stdout } = patchbay("plugin", "list");
    assert.equal(status, 0);
    for (const name of [
      "compatibility-deepseek",
      "compatibility-field-mapping",
      "compatibility-glm",
      "compatibility-iflow",
      "compatibility-kimi",
      "compatibility-lmstudio",
      "compatibility-minimax",
      "compatibility-passthrough",
      "compatibility-qwen",
      "compatibility-tool-harvester",
      "llmswitch-passthrough",
      "provider-mock",
      "provider-openai",
      "workflow-streaming-control",
    ])
      assert.ok(stdout.includes(`dev.patchbay.${name} `), name);
  });

  test("list says why a file was refused, and ends with status 1", () => {
    file("broken.so", "not a library");
    const { status, stdout } = patchbay("plugin", "list", "--dir", directory);
    assert.equal(status, 1);
    assert.match(stdout, /refused \(not_a_plugin\): .*broken\.so: it is not a shared library/);
  });

  test("inspect prints the manual page with the options and their defaults", () => {
    const { status, stdout } = patchbay("plugin", "inspect", "provider-openai");
    assert.equal(status, 0);
    assert.match(stdout, /\| `base_url` \| string \| `"https:\/\/api\.openai\.com\/v1"` \|/);
    assert.match(stdout, /sdk_abi = \d+/);
  });

  test("inspect --json has the schema", () => {
    const plugin = JSON.parse(patchbay("plugin", "inspect", "--json", "dev.patchbay.provider-mock").stdout);
    assert.equal(plugin.modules[0].config_schema.additionalProperties, false);
  });

  const shipped = (name) => join((process.env.PATCHBAY_PLUGIN_PATH ?? join(binary, "../../plugins")).split(":")[0], `${name}.so`);

  test("check tests a file and ends with status 0 if nothing failed", () => {
    const { status, stdout } = patchbay("plugin", "check", "--test", "exports", "--test", "streams", shipped("provider-openai"));
    assert.equal(status, 0);
    assert.match(stdout, /^success +exports +it defines patchbay_plugin_entry_v1 and nothing else$/m);
    assert.match(stdout, /^success +streams /m);
  });

  test("check --format json says what failed, and ends with status 1", () => {
    const { status, stdout } = patchbay("plugin", "check", "--test", "exports", "--test", "streams", "--format", "json", file("no.so", "text"));
    const report = JSON.parse(stdout);
    assert.equal(status, 1);
    assert.equal(report.good, false);
    assert.deepEqual(
      report.tests.map(({ test, result }) => [test, result]),
      [
        ["exports", "failed"],
        ["streams", "skipped"],
      ],
    );
  });

  test("check of a test that does not exist says how to see those that do", () => {
    const { status, stderr } = patchbay("plugin", "check", "--test", "exprots", shipped("provider-openai"));
    assert.equal(status, 2);
    assert.match(stderr, /no test 'exprots'; --list shows/);
  });

  test("inspect of what is not loaded says how to see what is", () => {
    const { status, stderr } = patchbay("plugin", "inspect", "provider-openia");
    assert.equal(status, 2);
    assert.match(stderr, /patchbay plugin list/);
  });
});

describe("patchbay route explain", () => {
  test("shows the route, its modules and instances, and why not the others", () => {
    const { status, stdout } = patchbay("route", "explain", file("routes.toml", twoRoutes), "--model", "gpt-4o");
    assert.equal(status, 0);
    assert.match(stdout, /^route: gpt$/m);
    assert.match(stdout, /provider provider-openai, instance [0-9a-f]{12}, healthy/);
    assert.match(stdout, /^not glm \(priority 0\): the model 'gpt-4o' does not match '\^glm-'$/m);
  });

  test("no route is status 1", () => {
    const { status, stdout } = patchbay("route", "explain", file("routes.toml", twoRoutes), "--model", "claude");
    assert.equal(status, 1);
    assert.match(stdout, /^no route matches$/m);
  });

  test("takes headers and a body from a file", () => {
    const byTeam = `
[[routes]]
id = "blue"
pattern = { has_tools = true, headers = { x-team = "^blue$" } }
modules = [{ type = "provider", config = "openai" }]
`;
    const body = file("body.json", JSON.stringify({ model: "m", tools: [{ type: "function" }] }));
    const words = ["route", "explain", "--json", file("team.toml", openaiProvider("openai", "http://127.0.0.1:9/v1") + byTeam), "--body", body];
    assert.equal(JSON.parse(patchbay(...words, "--header", "X-Team: blue").stdout).route, "blue");
    assert.equal(JSON.parse(patchbay(...words, "--header", "X-Team: red").stdout).route, null);
  });
});

describe("patchbay run", () => {
  test("does not bind an address that others can reach without keys", () => {
    const { status, stderr } = patchbay("run", file("open.toml", `[server]\nlisten = "0.0.0.0:0"\n` + twoRoutes));
    assert.equal(status, 2);
    assert.match(stderr, /there are no keys/);
  });

  test("--log-format json writes one object a line", () => {
    const { stderr } = patchbay("run", "--log-format", "json", file("faulty-run.toml", "x = 1\n"));
    for (const line of stderr.trim().split("\n")) assert.ok(JSON.parse(line).message);
  });
});
