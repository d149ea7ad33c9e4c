// Routes in the order in which they are tried, and their targets with what is known of each.

import { badge, h, milliseconds, number, show, table, toneOf } from "./draw.js";
import { ProbeTeller, probes } from "./probes.js";

export const title = "Routes";
export const needs = { health: "/admin/targets" };

let tables = null;
let told = null;
let teller = null;

export function mount(root) {
  tables = h("div", {});
  told = h("p", { class: "heard", role: "status", "aria-live": "polite" });
  teller = new ProbeTeller();
  root.append(told, tables);
}

/** A circuit breaker's state in words that need no knowledge of circuits. */
const breaker = { closed: ["in service", "good"], half_open: ["on trial", "warn"], open: ["rests", "bad"] };

const patternText = (pattern) => Object.entries(pattern ?? {}).map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`).join(", ") || "any request";

export function update({ bay, health }) {
  const known = new Map((health?.routes ?? []).flatMap((route) => route.targets.map((one) => [`${route.id} ${one.id}`, one])));
  const targets = bay.routes.flatMap((route) => route.targets.map((target) => ({ route: route.id, ...target, ...known.get(`${route.id} ${target.id}`) })));
  const news = teller.news(targets);
  if (news) told.textContent = news;
  show(
    tables,
    table(
      "Routes",
      [
        ["Route", (one) => one.id],
        ["Priority", (one) => number(one.priority), "number"],
        ["Takes", (one) => h("code", {}, patternText(one.pattern))],
        ["Balance", (one) => one.balance],
        ["Targets", (one) => number(one.targets.length), "number"],
        ["State", (one) => (one.enabled ? badge("serves", "good") : badge("disabled", "plain"))],
      ],
      bay.routes,
      "No route is served.",
    ),
    table(
      "Targets",
      [
        ["Route", (one) => one.route],
        ["Target", (one) => one.id],
        ["Chain", (one) => one.modules.map((module) => module.instance.split(":")[0]).join(" → ")],
        ["State", (one) => badge(...(breaker[one.state] ?? ["no news", "plain"]))],
        ["Cooldown", (one) => one.back_in_ms > 0 && milliseconds(one.back_in_ms), "number"],
        ["Latency", (one) => milliseconds(one.latency_ms), "number"],
        ["In flight", (one) => number(one.in_flight), "number"],
        ["Waiting", (one) => number(one.waiting), "number"],
        ["Keys", (one) => (one.keys ?? []).flatMap((key) => [" ", badge(`${key.id} ${(key.reason ?? key.state).replaceAll("_", " ")}`, toneOf(key.state))])],
      ],
      targets,
      "No target is served.",
    ),
    probes(targets),
  );
}
