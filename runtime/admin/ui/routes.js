// Routes in the order in which they are tried, and their targets with what is known of each.

import { badge, h, milliseconds, number, show, table, toneOf } from "./draw.js";

export const title = "Routes";
export const needs = { health: "/admin/targets" };

let root = null;

export function mount(element) {
  root = element;
}

const patternText = (pattern) => Object.entries(pattern ?? {}).map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`).join(", ") || "any request";

export function update({ bay, health }) {
  const known = new Map((health?.targets ?? []).map((one) => [`${one.route} ${one.target}`, one]));
  const targets = bay.routes.flatMap((route) => route.targets.map((target) => ({ route: route.id, ...target, ...known.get(`${route.id} ${target.id}`) })));
  show(
    root,
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
        ["State", (one) => (one.state ? badge(one.state, toneOf(one.state)) : badge("no news", "plain"))],
        ["Cooldown", (one) => (one.cooldown_ms > 0 ? milliseconds(one.cooldown_ms) : "–"), "number"],
        ["Latency", (one) => milliseconds(one.latency_ms), "number"],
        ["In flight", (one) => number(one.in_flight), "number"],
        ["Queue", (one) => number(one.queued), "number"],
        ["Keys", (one) => (one.keys ?? []).map((key) => badge(`${key.id} ${key.state}`, toneOf(key.state)))],
      ],
      targets,
      "No target is served.",
    ),
  );
}
