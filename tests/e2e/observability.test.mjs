// What operators see of requests: metrics, access log, traces, hooks of the configuration, and the debug commands.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Collector } from "./collector.mjs";
import { parseExposition, total } from "./exposition.mjs";
import { Gateway, binary, clientKey, eventually, freePort, upstreamKey } from "./gateway.mjs";
import { scripted, withClientKey } from "./routes.mjs";
import { ScriptedUpstream, completion, json } from "./scripted_upstream.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "patchbay-observe-"));
const admin = `unix:${join(directory, "admin.sock")}`;
const accessLog = join(directory, "access.jsonl");
const commandOutput = join(directory, "told.jsonl");

let upstream, traces, webhook, gateway;
before(async () => {
  [upstream, traces, webhook] = await Promise.all([ScriptedUpstream.start(), Collector.start(), Collector.start()]);
  gateway = await Gateway.start({
    server: withClientKey,
    toml: `
[admin]
listen = "${admin}"
[metrics]
on_server = true
[access_log]
path = "${accessLog}"
format = "json"
[telemetry.otlp]
endpoint = "${traces.url}"
headers = { x-collector-token = "collector-secret" }
interval = "20ms"
[debug]
bodies = true
redact = ["sk-[a-z0-9]{8,}"]
[[prices]]
model = "scripted-model"
input = 500_000
output = 1_000_000
[[hooks]]
id = "failures"
events = ["request.*"]
where = { status = "^[45]" }
webhook = { url = "${webhook.url}/hook", headers = { x-token = "abc" } }
[[hooks]]
id = "deaf"
events = ["request.completed"]
where = { duration_ms = '^[0-9]+([.][0-9]+)?$' }
webhook = { url = "http://127.0.0.1:${await freePort()}/" }
[[hooks]]
id = "starts"
events = ["host.*"]
command = { argv = ["sh", "-c", "cat >> ${commandOutput}"] }
[[hooks]]
id = "loud"
events = ["host.ready"]
log = { level = "warning" }
${scripted(upstream.url)}`,
  });
});
after(async () => {
  await gateway?.stop();
  await upstream?.stop();
  traces?.stop();
  webhook?.stop();
  rmSync(directory, { recursive: true });
});

const chat = (more = {}, headers = {}) =>
  gateway.post("/v1/chat/completions", JSON.stringify({ model: "scripted-model", messages: [{ role: "user", content: "Hi" }], ...more }), headers);
const metrics = async () => parseExposition(await (await fetch(`${gateway.url}/metrics`)).text());
const patchbay = (...words) => spawnSync(binary, [...words, "--admin", admin], { encoding: "utf8" });
const lines = (path) => (existsSync(path) ? readFileSync(path, "utf8").trim().split("\n").filter(Boolean).map((line) => JSON.parse(line)) : []);
const labels = { route: "scripted", provider: "provider-openai", protocol: "openai-chat" };

describe("metrics", () => {
  test("are a page that Prometheus takes, and count requests, tokens and time", async () => {
    const before = await metrics();
    await (await chat()).json();
    const now = await eventually(async () => {
      const page = await metrics();
      return total(page, "patchbay_requests_total", { ...labels, status: "2xx" }) > total(before, "patchbay_requests_total", { ...labels, status: "2xx" }) && page;
    }, "the request is counted");
    const grown = (family, more = {}) => total(now, family, { ...labels, ...more }) - total(before, family, { ...labels, ...more });
    assert.equal(grown("patchbay_tokens_total", { kind: "input" }), 7);
    assert.equal(grown("patchbay_tokens_total", { kind: "output" }), 5);
    assert.equal(grown("patchbay_cost_total").toFixed(9), (7 * 0.5 + 5 * 1).toFixed(9));
    assert.ok(total(now, "patchbay_model_cost_total", { model: "scripted-model" }) >= 8.5);
    assert.equal(total(now, "patchbay_model_requests_total", { model: "scripted-model" }) > 0, true);
    assert.ok(now.get("patchbay_request_duration_seconds").samples.some(({ name, value }) => name.endsWith("_count") && value > 0));
    assert.ok(total(now, "patchbay_pool_instances", { type: "provider-openai" }) >= 1);
    assert.ok(total(now, "process_resident_memory_bytes") > 1e6);
  });

  test("count errors by their kind", async () => {
    upstream.script = (_request, response) => json(response, 429, { error: { message: "slow down", type: "rate_limit_error" } }, { "retry-after": "1" });
    await (await chat({ model: "vendor/scripted-model" })).text();
    await eventually(async () => total(await metrics(), "patchbay_request_errors_total", { ...labels, kind: "rate_limited" }) >= 1, "the error is counted");
    upstream.script = (_request, response) => json(response, 200, completion({ content: "Hello." }));
  });

  test("also pass the parser of the Python client library", async (context) => {
    const page = await (await fetch(`${gateway.url}/metrics`)).text();
    const code = "import sys\nfrom prometheus_client.parser import text_string_to_metric_families as parse\nprint(len(list(parse(sys.stdin.read()))))";
    const { status, stdout, stderr } = spawnSync("/usr/bin/python3", ["-c", code], { input: page, encoding: "utf8" });
    if (stderr.includes("No module named")) return context.skip("python3-prometheus-client is not installed");
    assert.equal(status, 0, stderr);
    assert.ok(Number(stdout) > 20);
  });

  test("have every metric that the Grafana dashboard shows", async () => {
    const dashboard = readFileSync(join(root, "deploy/grafana/patchbay.json"), "utf8");
    const families = await metrics();
    const known = new Set([...families.keys()].flatMap((family) => [family, `${family}_bucket`, `${family}_sum`, `${family}_count`]));
    const named = new Set(dashboard.match(/\b(?:patchbay|process)_[a-z_]+/g));
    assert.ok(named.size > 15, "the dashboard names few metrics");
    assert.deepEqual([...named].filter((name) => !known.has(name)), []);
  });
});

describe("the Grafana dashboard", () => {
  const dashboard = JSON.parse(readFileSync(join(root, "deploy/grafana/patchbay.json"), "utf8"));

  test("can be imported: no id of its own, a fixed uid, a data source to choose", () => {
    assert.equal(dashboard.id, null);
    assert.equal(dashboard.uid, "patchbay");
    assert.ok(dashboard.schemaVersion >= 36);
    const [source] = dashboard.templating.list;
    assert.deepEqual([source.name, source.type, source.query], ["datasource", "datasource", "prometheus"]);
    const used = JSON.stringify(dashboard.panels).match(/"uid":"[^"]*"/g);
    assert.deepEqual([...new Set(used)], ['"uid":"${datasource}"']);
  });

  test("has panels with ids of their own that do not overlap", () => {
    const { panels } = dashboard;
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    const taken = new Set();
    for (const { title, gridPos } of panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, `${title} is too wide`);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; ++x)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; ++y) {
          assert.ok(!taken.has(`${x},${y}`), `${title} lies on another panel`);
          taken.add(`${x},${y}`);
        }
    }
  });
});

describe("access log", () => {
  test("has a line for each request, refused ones too", async () => {
    const good = (await chat()).headers.get("x-request-id");
    const refused = (await fetch(`${gateway.url}/v1/chat/completions`, { method: "POST", body: "{}" })).headers.get("x-request-id");
    const line = await eventually(() => lines(accessLog).find(({ id }) => id === good), "the line");
    assert.equal(line.status, 200);
    assert.equal(line.route, "scripted");
    assert.equal(line.output_tokens, 5);
    assert.equal(line.cost, 8.5);
    assert.match(line.caller, /^key:[0-9a-f]{16}$/);
    assert.equal((await eventually(() => lines(accessLog).find(({ id }) => id === refused), "the refused one")).error, "authentication");
  });

  test("has no key in it", () => {
    for (const key of [clientKey, upstreamKey]) assert.ok(!readFileSync(accessLog, "utf8").includes(key));
  });
});

describe("traces", () => {
  const spans = () => traces.posts.flatMap(({ body }) => body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
  const attribute = (span, key) => Object.values(span.attributes.find((one) => one.key === key)?.value ?? {})[0];

  test("go on where the client's traceparent is, and further to the provider", async () => {
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    await (await chat({}, { traceparent: `00-${trace}-00f067aa0ba902b7-01`, tracestate: "vendor=x" })).json();
    const server = await eventually(() => spans().find((span) => span.traceId === trace && span.kind === 2), "the span");
    const call = await eventually(() => spans().find((span) => span.traceId === trace && span.kind === 3), "the call's span");
    assert.equal(server.parentSpanId, "00f067aa0ba902b7");
    assert.equal(call.parentSpanId, server.spanId);
    assert.equal(upstream.last.headers.traceparent, `00-${trace}-${call.spanId}-01`);
    assert.equal(upstream.last.headers.tracestate, "vendor=x");
    assert.equal(call.name, "chat scripted-model");
    assert.equal(attribute(call, "gen_ai.provider.name"), "openai");
    assert.equal(attribute(call, "gen_ai.response.model"), "scripted-model");
    assert.equal(attribute(call, "gen_ai.usage.input_tokens"), "7");
    assert.equal(attribute(call, "server.address"), "127.0.0.1");
    assert.ok(spans().some((span) => span.traceId === trace && span.parentSpanId === call.spanId && span.name.startsWith("stage ")));
  });

  test("a client that does not sample is not traced, and its context goes on", async () => {
    const trace = "5bf92f3577b34da6a3ce929d0e0e4736";
    await (await chat({}, { traceparent: `00-${trace}-00f067aa0ba902b7-00` })).json();
    assert.match(upstream.last.headers.traceparent, new RegExp(`^00-${trace}-[0-9a-f]{16}-00$`));
    const other = "6bf92f3577b34da6a3ce929d0e0e4736";
    await (await chat({}, { traceparent: `00-${other}-00f067aa0ba902b7-01` })).json();
    await eventually(() => spans().some((span) => span.traceId === other), "the next one");
    assert.ok(!spans().some((span) => span.traceId === trace));
  });

  test("have the collector's headers and no content", () => {
    assert.equal(traces.posts[0].path, "/v1/traces");
    assert.equal(traces.posts[0].headers["x-collector-token"], "collector-secret");
    const text = JSON.stringify(traces.posts.map(({ body }) => body));
    for (const content of ["Hello", clientKey, upstreamKey]) assert.ok(!text.includes(content));
  });
});

describe("hooks of the configuration", () => {
  test("a webhook has the events that its filter takes, in batches", async () => {
    const id = (await gateway.post("/v1/chat/completions", "{]}")).headers.get("x-request-id");
    const events = () => webhook.posts.flatMap(({ body }) => body);
    const told = await eventually(() => events().find((event) => event.id === id), "the failure");
    assert.equal(told.event, "request.failed");
    assert.equal(told.status, 400);
    assert.equal(webhook.posts[0].path, "/hook");
    assert.equal(webhook.posts[0].headers["x-token"], "abc");
    assert.ok(events().every(({ status }) => status >= 400));
  });

  test("a webhook that nobody takes has delivered nothing", async () => {
    await (await chat()).json();
    const events = (page, result) => total(page, "patchbay_hook_events_total", { hook: "deaf", result });
    const page = await eventually(async () => {
      const page = await metrics();
      return events(page, "failed") >= 1 && page;
    }, "the event is lost, and its duration is a number as people write it");
    assert.equal(events(page, "delivered"), 0);
  });

  test("a command reads each event", async () => {
    await eventually(() => lines(commandOutput).some(({ event }) => event === "host.started"), "host.started");
    await eventually(() => lines(commandOutput).some(({ event }) => event === "host.ready"), "host.ready");
  });

  test("the log has a line", () => eventually(() => /warning.*loud: host\.ready/.test(gateway.log), "the line"));
});

describe("tokens", () => {
  const line = (id) => eventually(() => lines(accessLog).find((one) => one.id === id), "the line");

  test("that the provider says are no estimate", async () => {
    const said = await line((await chat()).headers.get("x-request-id"));
    assert.equal(said.output_tokens, 5);
    assert.equal(said.usage_estimated, undefined);
  });

  test("that it does not say are estimated, and are not counted as the provider's", async () => {
    const before = total(await metrics(), "patchbay_tokens_total", labels);
    const scriptBefore = upstream.script;
    upstream.script = (_request, response) => json(response, 200, { ...completion({ content: "x".repeat(400) }), usage: undefined });
    const said = await line((await chat()).headers.get("x-request-id"));
    upstream.script = scriptBefore;
    assert.equal(said.usage_estimated, true);
    assert.ok(said.output_tokens >= 100 && said.input_tokens > 0, JSON.stringify(said));
    assert.equal(total(await metrics(), "patchbay_tokens_total", labels), before);
  });
});

describe("patchbay trace", () => {
  test("shows steps, attempts, stages and bodies of a request, redacted", async () => {
    const id = (await chat({ user: "sk-abcdefgh12345" })).headers.get("x-request-id");
    const shown = await eventually(() => {
      const { status, stdout } = patchbay("trace", id, "--json");
      return status === 0 && JSON.parse(stdout);
    }, "the trace");
    assert.equal(shown.request.id, id);
    assert.deepEqual(shown.steps.map(({ step }) => step), ["received", "authenticated", "complete", "routed", "called", "first_byte", "ended"]);
    const [attempt] = shown.attempts;
    assert.equal(attempt.status, 200);
    assert.equal(attempt.port, upstream.port);
    assert.equal(attempt.stages.at(-1).type, "provider-openai");
    assert.equal(shown.body.user, "[redacted]");
    assert.equal(shown.answer.choices[0].message.content, "Hello.");
    const text = patchbay("trace", id).stdout;
    assert.match(text, /attempt 1: target .*provider-openai at 127\.0\.0\.1:\d+, status 200 after/);
  });

  test("lists the latest requests without an id", async () => {
    const id = (await chat()).headers.get("x-request-id");
    await eventually(() => patchbay("trace").stdout.includes(id), "the list");
  });

  test("says of an unknown request where to look", () => {
    const { status, stderr } = patchbay("trace", "req-nobody-sent");
    assert.equal(status, 1);
    assert.match(stderr, /is not among the last 256 that ended; \[debug\] ring says how many are kept/);
  });
});

describe("patchbay perf, top and route explain", () => {
  test("perf shows routes, targets and stages", async () => {
    await (await chat()).json();
    const { stdout } = await eventually(() => {
      const result = patchbay("perf", "--since", "1h");
      return /\nscripted +\d+/.test(result.stdout) && result;
    }, "the numbers");
    assert.match(stdout, /requests, [\d.]+ a second/);
    assert.match(stdout, /llmswitch-passthrough|provider-openai/);
    assert.ok(JSON.parse(patchbay("perf", "--json").stdout).routes.length > 0);
  });

  test("perf refuses a time that is none", () => {
    const { status, stderr } = patchbay("perf", "--since", "soon");
    assert.equal(status, 1);
    assert.match(stderr, /write 30s, 5m or 1h/);
  });

  test("top shows as many screens as it is asked for", () => {
    const { status, stdout } = patchbay("top", "--count", "2", "--interval", "100ms", "--since", "1h");
    assert.equal(status, 0);
    assert.equal(stdout.match(/in flight; the last/g).length, 2);
  });

  test("top ends when it is interrupted", async () => {
    const top = spawn(binary, ["top", "--admin", admin, "--interval", "100ms"], { stdio: ["ignore", "pipe", "inherit"] });
    await once(top.stdout, "data");
    top.kill("SIGINT");
    assert.deepEqual(await once(top, "exit"), [0, null]);
  });

  test("route explain asks the running host", () => {
    const { status, stdout } = patchbay("route", "explain", "--model", "scripted-model");
    assert.equal(status, 0);
    assert.match(stdout, /route: scripted/);
  });
});

describe("a configuration that is saved", () => {
  test("changes who observes, and keeps what did not change", async () => {
    await gateway.save(
      `[admin]\nlisten = "${admin}"\n[metrics]\non_server = true\n[debug]\nring = 2\n` + scripted(upstream.url),
    );
    await eventually(() => /generation \d+ is live/.test(gateway.log) || patchbay("trace", "nobody").stderr.includes("the last 2 that"), "the reload");
    await eventually(() => patchbay("trace", "nobody").stderr.includes("the last 2 that"), "the smaller ring");
    await (await chat()).json();
    await eventually(async () => total(await metrics(), "patchbay_requests_total", labels) > 0, "the counters go on");
  });

  test("a faulty one leaves them as they are", async () => {
    await gateway.save(`[admin]\nlisten = "${admin}"\n[debug]\nredact = ["("]\nbodies = true\n` + scripted(upstream.url));
    await eventually(() => gateway.log.includes("debug.redact: '(' is no regular expression"), "the complaint");
    assert.ok((await chat()).ok);
  });
});
