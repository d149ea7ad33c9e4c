// What the host's own probes of targets have found.

import { badge, h, milliseconds, number, table } from "./draw.js";

/** A word for it, and how good it is. */
function outcome(probe) {
  switch (probe?.state) {
    case "passed":
      return ["passed", "good"];
    case "failed":
      return ["failed", "bad"];
    case "unknown":
      return ["not yet", "plain"];
    default:
      return ["not probed", "plain"];
  }
}

function answer(probe) {
  if (!probe) return "no [probe] interval is set";
  if (probe.state === "none") return probe.reason;
  return probe.said ?? `${probe.origin} is asked soon`;
}

const many = (count, one, more) => (count === 1 ? `one ${one}` : `${count} ${more}`);

/** The thresholds. */
const rule = (probe) =>
  `every ${milliseconds(probe.every_ms)}, ${milliseconds(probe.timeout_ms)} at most; rests after ${many(probe.rests_after, "failure", "failures")} in a row, back after ${many(probe.back_after, "pass", "passes")}`;

/** targets: as /admin/targets has them, with `route`. */
export function probes(targets) {
  return table(
    "Active probes",
    [
      ["Route", (one) => one.route],
      ["Target", (one) => one.id],
      ["Provider instance", (one) => one.instances && h("code", {}, one.instances.at(-1).instance)],
      ["Outcome", (one) => [badge(...outcome(one.probe)), one.probe?.in_a_row > 1 && [" ", h("span", { class: "number" }, `${number(one.probe.in_a_row)} in a row`)]]],
      ["Answer or reason", (one) => answer(one.probe)],
      ["Last probe", (one) => one.probe?.ago_ms !== undefined && `${milliseconds(one.probe.ago_ms)} ago`, "number"],
      ["Latency", (one) => milliseconds(one.probe?.took_ms), "number"],
      ["Passed / failed", (one) => one.probe?.in_a_row && `${number(one.probe.passed)} / ${number(one.probe.failed)}`, "number"],
      ["Rule", (one) => one.probe?.every_ms && rule(one.probe), "long"],
    ],
    targets,
    "No target is served.",
  );
}

/** Tells outcomes that are others than the last time, for who hears the page. */
export class ProbeTeller {
  #before = new Map();

  /** A sentence, empty if nothing is news. What is seen for the first time is none. */
  news(targets) {
    const now = new Map(targets.map((one) => [`${one.route}, target ${one.id}`, one.probe?.state]));
    const news = [...now].filter(([name, state]) => (state === "failed" || state === "passed") && this.#before.has(name) && this.#before.get(name) !== state && this.#before.get(name) !== "unknown");
    this.#before = now;
    return news.map(([name, state]) => `Probe of ${name}: ${state}.`).join(" ");
  }
}
