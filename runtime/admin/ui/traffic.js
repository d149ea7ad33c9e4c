// Traffic and errors over the last minutes, from the counters of /metrics.

import { capitalised, h, number, show, sparkline, table } from "./draw.js";

export const title = "Traffic";
export const needs = { metrics: "/metrics" };

const kept = 300; // seconds
const history = new Map(); // series → rates, one a second
let before = null;
let root = null;

export function mount(element) {
  root = element;
}

/** The samples of the text format: name, labels, value. */
export function parse(text) {
  const samples = [];
  for (const line of text.split("\n")) {
    const found = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([^ ]+)$/.exec(line);
    if (!found) continue;
    const labels = {};
    for (const [, name, value] of (found[2] ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) labels[name] = value.replace(/\\(.)/g, (_, c) => (c === "n" ? "\n" : c));
    samples.push({ name: found[1], labels, value: Number(found[3]) });
  }
  return samples;
}

const sum = (samples, name, wanted = () => true) => samples.filter((one) => one.name === name && wanted(one.labels)).reduce((total, one) => total + one.value, 0);

function look(samples) {
  return {
    time: performance.now(),
    requests: sum(samples, "patchbay_requests_total"),
    errors: sum(samples, "patchbay_request_errors_total"),
    tokensIn: sum(samples, "patchbay_tokens_total", (labels) => labels.kind === "input"),
    tokensOut: sum(samples, "patchbay_tokens_total", (labels) => labels.kind === "output"),
    inFlight: sum(samples, "patchbay_requests_in_flight"),
  };
}

function remember(now) {
  const seconds = before ? (now.time - before.time) / 1000 : 0;
  if (seconds > 0)
    for (const series of ["requests", "errors", "tokensIn", "tokensOut"]) push(series, Math.max(0, (now[series] - before[series]) / seconds));
  push("inFlight", now.inFlight);
  before = now;
}

function push(series, value) {
  const values = history.get(series) ?? [];
  values.push(value);
  if (values.length > kept) values.shift();
  history.set(series, values);
}

function tile(name, series, unit) {
  const values = history.get(series) ?? [0];
  const now = values.at(-1) ?? 0;
  return h("article", { class: "tile" }, h("h3", {}, name), h("p", { class: "figure" }, number(now), h("small", {}, ` ${unit}`)), sparkline(values, `${name}: ${number(now)} ${unit} now, at most ${number(Math.max(...values, 0))} in the last ${values.length} seconds`));
}

export function update({ metrics }) {
  const samples = parse(metrics);
  remember(look(samples));
  const errors = samples.filter((one) => one.name === "patchbay_request_errors_total" && one.value > 0);
  show(
    root,
    h("h2", {}, "The last five minutes"),
    h("div", { class: "tiles" }, tile("Requests", "requests", "a second"), tile("Errors", "errors", "a second"), tile("In flight", "inFlight", "now"), tile("Tokens in", "tokensIn", "a second"), tile("Tokens out", "tokensOut", "a second")),
    table("Errors since the start", [...Object.keys(errors[0]?.labels ?? {}).map((label) => [capitalised(label), (one) => (label === "kind" ? one.labels.kind.replaceAll("_", " ") : one.labels[label])]), ["Count", (one) => number(one.value), "number"]], errors, "None."),
  );
}
