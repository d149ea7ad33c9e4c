// The last requests, and one of them as a waterfall: its attempts, their stages, and what each stage changed.

import { ApiError, get } from "./api.js";
import { badge, h, milliseconds, number, show, table } from "./draw.js";

export const title = "Requests";
export const needs = { recent: "/admin/requests?count=100" };

let list = null;
let detail = null;
let shown = "";

const chosen = () => decodeURIComponent(location.hash.split("/")[1] ?? "");

export function mount(root) {
  detail = h("div", { id: "trace", tabindex: "-1" });
  list = h("div", {});
  shown = "";
  root.append(detail, list);
}

const toneOf = (outcome) => ({ completed: "good", failed: "bad", disconnected: "warn" })[outcome] ?? "plain";

export async function update({ recent }) {
  show(
    list,
    table(
      "The last requests",
      [
        ["Time (UTC)", (one) => one.time.slice(11, 23)],
        ["Request", (one) => h("a", { id: `to-${one.id}`, href: `#requests/${encodeURIComponent(one.id)}` }, one.id)],
        ["Model", (one) => one.model],
        ["Route", (one) => one.route && `${one.route} / ${one.target}`],
        ["Status", (one) => [badge(one.outcome, toneOf(one.outcome)), ` ${one.status}`]],
        ["First byte", (one) => milliseconds(one.first_byte_ms), "number"],
        ["Duration", (one) => milliseconds(one.duration_ms), "number"],
        ["Tokens", (one) => one.output_tokens !== undefined && `${number(one.input_tokens)} → ${number(one.output_tokens)}`, "number"],
      ],
      recent?.requests ?? [],
      "No request has ended yet, or none is kept ([debug] ring).",
    ),
  );
  if (chosen() !== shown) await showTrace(chosen());
}

async function showTrace(id) {
  shown = id;
  detail.replaceChildren(); // another request's open details stay closed
  if (!id) return;
  try {
    show(detail, trace(await get(`/admin/requests/${encodeURIComponent(id)}`)));
    detail.focus();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    show(detail, h("p", { class: "notice bad" }, error.message));
  }
}

function bar(name, from, to, whole, tone) {
  const at = `left:${((100 * from) / whole).toFixed(2)}%;width:${((100 * Math.max(0, to - from)) / whole).toFixed(2)}%`;
  return h("li", {}, h("span", {}, name), h("span", { class: "bar", "aria-hidden": "true" }, h("span", { class: tone ?? "", style: at })), h("span", { class: "number" }, milliseconds(to - from)));
}

const changeLine = (change) => [change.op, change.path, change.before === undefined ? "" : JSON.stringify(change.before), change.after === undefined ? "" : `→ ${JSON.stringify(change.after)}`].filter(Boolean).join(" ");

/** A line that unfolds to more, if there is more. */
function unfolding(summary, lines) {
  if (lines.length === 0) return h("p", { class: "quiet" }, summary);
  return h("details", {}, h("summary", {}, summary), h("pre", { class: "diff", tabindex: "0", role: "region", "aria-label": summary }, lines.join("\n")));
}

function diff(name, changes) {
  if (!Array.isArray(changes)) return null;
  return unfolding(`${name}: ${changes.length === 1 ? "one change" : `${changes.length || "no"} changes`}`, changes.map(changeLine));
}

/** What became of one event of a stream: its changes, or the events that took its place. */
function eventLines({ event, name, diff: changes, became }) {
  const lines = name ? [`name ${JSON.stringify(name.before)} → ${JSON.stringify(name.after)}`] : [];
  lines.push(...(changes ?? []).map(changeLine));
  if (became) lines.push(became.length ? "became" : "dropped", ...became.map((one) => `  ${one.name} ${JSON.stringify(one.data)}`));
  return lines.map((line) => `event ${event}: ${line}`);
}

function streamDiff(name, events) {
  if (!events) return null;
  const summary = `${name}: ${events.in} in, ${events.out} out; of the first ${events.compared}, ${events.changes.length} changed`;
  return unfolding(summary, events.changes.flatMap(eventLines));
}

function attempt(one, index, whole) {
  const end = one.ended_ms ?? whole;
  const bars = [bar(`attempt ${index + 1}: ${one.target}`, one.begun_ms, end, whole, one.error && "bad")];
  if (one.replied_ms !== undefined) bars.push(bar("until the provider replied", one.begun_ms, one.replied_ms, whole), bar("reply", one.replied_ms, end, whole));
  for (const stage of one.stages) bars.push(bar(stage.type, stage.at_ms, stage.at_ms + stage.request_ms + stage.response_ms, whole));
  const where = one.host ? `${one.provider} at ${one.host}:${one.port}` : one.provider;
  const how = one.error ? `, ${one.error}: ${one.message}` : one.status ? `, status ${one.status}` : ""; // an answer in-process has no status of its own
  return [
    h("h3", {}, `Attempt ${index + 1}: ${where}${how}`),
    h("ol", { class: "waterfall" }, bars),
    one.stages.map((stage) => [diff(`${stage.type}, request`, stage.request_diff), diff(`${stage.type}, answer`, stage.response_diff), streamDiff(`${stage.type}, events`, stage.events)]),
  ];
}

function trace(report) {
  const { request, steps, attempts } = report;
  const whole = Math.max(request.duration_ms, 0.001);
  const facts = ["model", "protocol", "route", "target", "provider", "status", "outcome", "error", "message", "bytes_in", "bytes_out", "events", "losses", "input_tokens", "output_tokens"];
  return [
    h("h2", {}, `Request ${request.id}`),
    h("div", { class: "facts" }, h("dl", {}, facts.filter((name) => request[name] !== undefined).map((name) => h("div", {}, h("dt", {}, name.replaceAll("_", " ")), h("dd", {}, String(request[name])))))),
    h("ol", { class: "waterfall" }, steps.slice(1).map((step, i) => bar(`until ${step.step.replaceAll("_", " ")}`, steps[i].ms, step.ms, whole))),
    attempts.map((one, i) => attempt(one, i, whole)),
    h("p", {}, h("a", { href: "#requests" }, "Close the trace")),
  ];
}
