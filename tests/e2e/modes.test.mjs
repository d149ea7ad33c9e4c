// V1 and V2 side by side in a running host: gradual switches, what a kill leaves, rollback under load, the shadow.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { Gateway, binary, eventually } from "./gateway.mjs";
import { openaiProvider, route } from "./routes.mjs";
import { ScriptedUpstream, completion, json } from "./scripted_upstream.mjs";

const token = "admin-token-9dR";
const callers = Array.from({ length: 40 }, (_, index) => `sk-caller-${index}`);

/** V1 answers from one upstream, V2 from another, so that an answer tells who gave it. */
class SideBySide {
  async start(mode = "") {
    this.v1 = await ScriptedUpstream.start();
    this.v2 = await ScriptedUpstream.start();
    this.v1.script = (_request, response) => json(response, 200, completion({ content: "v1" }));
    this.v2.script = (_request, response) => json(response, 200, completion({ content: "v2" }));
    const old = {
      version: "1.0.0",
      virtualrouter: {
        outputProtocol: "openai",
        providers: { local: { id: "local", enabled: true, type: "openai", baseURL: this.v1.url, apiKey: ["sk-v1"], models: { "scripted-model": {} } } },
        routing: { default: ["local.scripted-model"] },
      },
    };
    this.toml =
      `[admin]\nlisten = "127.0.0.1:0"\ntoken = "${token}"\n[v1]\nconfig = "v1.json"\n` +
      `[mode]\nactive = "v1"\nstate_file = "mode.json"\n${mode}\n` +
      openaiProvider("scripted", this.v2.url) +
      route("scripted", "", "scripted");
    this.gateway = await Gateway.start({ toml: this.toml, files: { "v1.json": JSON.stringify(old) } });
    await this.findAdmin();
  }

  /** Where the admin API of the newest process is. */
  async findAdmin() {
    const banner = (log) => /admin API on (\S+)\n/.exec(log.slice(log.lastIndexOf(" listens on ")));
    this.admin = (await eventually(() => banner(this.gateway.log), "the banner"))[1];
  }

  async stop() {
    await this.gateway.stop();
    await this.v1.stop();
    await this.v2.stop();
  }

  run(...words) {
    const { status, stdout, stderr } = spawnSync(binary, [...words, "--admin", this.admin, "--token", token], { encoding: "utf8" });
    return { status, text: stdout + stderr };
  }

  mode(...words) {
    return this.run("mode", ...words);
  }

  async ask(key = callers[0]) {
    const reply = await this.gateway.post(
      "/v1/chat/completions",
      JSON.stringify({ model: "scripted-model", messages: [{ role: "user", content: "Hi" }] }),
      { authorization: `Bearer ${key}` },
    );
    return { status: reply.status, side: (await reply.json()).choices?.[0]?.message.content };
  }

  async sides() {
    const sides = {};
    for (const caller of callers) sides[caller] = (await this.ask(caller)).side;
    return sides;
  }
}

describe("patchbay mode, of a running host", () => {
  const host = new SideBySide();
  before(() => host.start());
  after(() => host.stop());

  test("begins with the mode of the configuration", async () => {
    assert.equal((await host.ask()).side, "v1");
    assert.match(host.mode("show").text, /^mode: v1\n/);
  });

  test("a switch is in force for the next request", async () => {
    assert.equal(host.mode("v2").status, 0);
    assert.equal((await host.ask()).side, "v2");
    assert.equal(host.mode("rollback").status, 0);
    assert.equal((await host.ask()).side, "v1");
  });

  test("gradual divides the clients, and takes none back as the share rises", async () => {
    assert.equal(host.mode("gradual", "--percentage", "30").status, 0);
    const first = await host.sides();
    const moved = callers.filter((caller) => first[caller] === "v2");
    assert.ok(moved.length > 0 && moved.length < callers.length, `${moved.length} of ${callers.length}`);
    assert.equal(host.mode("gradual", "--percentage", "70").status, 0);
    const later = await host.sides();
    for (const caller of moved) assert.equal(later[caller], "v2");
  });

  test("what makes no sense is refused, and says why", () => {
    const { status, text } = host.mode("gradual");
    assert.equal(status, 1);
    assert.match(text, /needs a percentage/);
  });

  test("each switch leaves a report", () => {
    const { reports } = JSON.parse(host.mode("report", "--json").text);
    assert.ok(reports.some((report) => report.to === "v2" && report.rollback === "manual" && report.success === false));
    assert.equal(reports.at(-1).outcome, "running");
  });

  test("--validate rehearses every route first", async () => {
    const { status, text } = host.mode("v2", "--validate");
    assert.equal(status, 0, text);
    assert.equal((await host.ask()).side, "v2");
  });
});

describe("a host that is killed in a ramp", () => {
  const host = new SideBySide();
  before(() => host.start());
  after(() => host.stop());

  test("goes on at the same percentage with the same clients on the same side", async () => {
    assert.equal(host.mode("gradual", "--ramp", "20,50,100", "--duration", "3h").status, 0);
    const before = await host.sides();
    await host.gateway.killAndStartAgain();
    await host.findAdmin();
    assert.match(host.mode("show").text, /^mode: gradual at 20 % \(step 1 of 3\)/);
    assert.deepEqual(await host.sides(), before);
  });
});

describe("a gradual switch to a V2 that fails", () => {
  const host = new SideBySide();
  before(() => host.start("guard = { min_requests = 10, error_increase = 5 }"));
  after(() => host.stop());

  test("is taken back by itself and says why", async () => {
    host.v2.script = (_request, response) => json(response, 400, { error: { message: "broken", type: "invalid_request_error" } });
    host.mode("gradual", "--percentage", "100");
    await eventually(async () => (await host.ask()).side === "v1", "the guard sends everybody back");
    const report = await eventually(() => JSON.parse(host.mode("report", "--json").text).reports.find((one) => one.rollback === "automatic"), "a report");
    assert.match(report.error, /of V2's last \d+ requests failed/);
    assert.match(host.gateway.log, /is taken back to v1/);
  });
});

describe("rollback under load", () => {
  const host = new SideBySide();
  before(() => host.start());
  after(() => host.stop());

  test("no request fails while the mode goes to and fro", async () => {
    let stopped = false;
    const outcomes = { v1: 0, v2: 0 };
    const client = async (key) => {
      while (!stopped) {
        const { status, side } = await host.ask(key);
        assert.equal(status, 200);
        ++outcomes[side];
      }
    };
    const clients = callers.slice(0, 8).map(client);
    for (let i = 0; i < 5; ++i) {
      for (const words of [["gradual", "--percentage", "50"], ["rollback"], ["v2"], ["rollback"]]) {
        const changed = spawn(binary, ["mode", ...words, "--admin", host.admin, "--token", token]);
        assert.equal((await once(changed, "exit"))[0], 0);
      }
    }
    stopped = true;
    await Promise.all(clients);
    assert.ok(outcomes.v1 > 0 && outcomes.v2 > 0, JSON.stringify(outcomes));
  });
});

describe("mode shadow", () => {
  const host = new SideBySide();
  before(() => host.start());
  after(() => host.stop());
  const report = () => JSON.parse(host.run("shadow", "report", "--format", "json").text);

  test("V1 answers, V2 calls nobody, and the two are compared", async () => {
    assert.equal(host.mode("shadow").status, 0);
    host.v2.reset();
    assert.equal((await host.ask()).side, "v1");
    const seen = await eventually(() => {
      const now = report();
      return now.compared > 0 && now;
    }, "a comparison");
    assert.equal(host.v2.requests.length, 0);
    assert.ok(seen.paths["/request/*/url"] > 0, JSON.stringify(seen));  // the two are configured with different upstreams
    assert.equal(seen.samples[0].v1.response.choices[0].message.content, "v1");
    assert.match(host.run("shadow", "report").text, /^1 compared: 0 equal, 1 different\n/);
  });
});
