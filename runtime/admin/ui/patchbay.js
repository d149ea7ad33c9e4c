// The patchbay itself: instances as jacks in their columns, a cord from jack to jack for each target of each route. Cords and jacks light up
// while requests pass.

import { badge, h, number, show, svg, table, toneOf } from "./draw.js";

export const title = "Patchbay";
export const needs = { recent: "/admin/requests?count=50" };

const columns = ["route", "llmSwitch", "workflow", "compatibility", "provider"];
const [jackWidth, jackHeight, columnWidth, rowHeight, top] = [208, 46, 252, 64, 44];

let root = null;
let usesBefore = new Map();

export function mount(element) {
  root = element;
  usesBefore = new Map();
}

/** Hues that differ as much as they can, by the order of the routes. */
const hueOf = (index) => Math.round((index * 137.5 + 200) % 360);

function place(bay) {
  const used = new Set(bay.routes.flatMap((route) => route.targets.flatMap((target) => target.modules.map((module) => module.instance))));
  const places = new Map();
  const heights = columns.map(() => 0);
  const put = (column, id, what) => places.set(id, { ...what, x: 16 + column * columnWidth, y: top + heights[column]++ * rowHeight });
  bay.routes.forEach((route, i) => put(0, `route ${route.id}`, { name: route.id, note: `priority ${route.priority}`, hue: hueOf(i), kind: "route" }));
  for (const instance of bay.instances) {
    if (!used.has(instance.id)) continue;
    const twins = bay.instances.filter((one) => one.type === instance.type && used.has(one.id)).length > 1;
    put(columns.indexOf(instance.kind), instance.id, { name: instance.type, note: instance.id.split(":")[1], kind: instance.kind, instance, twins });
  }
  return { places, height: top + Math.max(...heights, 1) * rowHeight };
}

const curve = (x1, y1, x2, y2) => `C${(x1 + x2) / 2},${y1} ${(x1 + x2) / 2},${y2} ${x2},${y2}`;

/** From jack to jack; past columns in between it goes below the row, where no jack is that it could seem to be plugged into. */
function cordPath(from, to, hue) {
  const [x1, y1, x2, y2] = [from.x + jackWidth, from.y + jackHeight / 2, to.x, to.y + jackHeight / 2];
  const gap = columnWidth - jackWidth;
  if (x2 - x1 <= gap) return `M${x1},${y1} ${curve(x1, y1, x2, y2)}`;
  const lane = from.y + jackHeight + (rowHeight - jackHeight) / 2 + (hue % 7) - 3; // side by side with those of other routes
  return `M${x1},${y1} ${curve(x1, y1, x1 + gap, lane)} H${x2 - gap} ${curve(x2 - gap, lane, x2, y2)}`;
}

function cord(from, to, hue, lit, label) {
  return svg("path", { class: lit ? "cord lit" : "cord", d: cordPath(from, to, hue), style: `--hue:${hue}` }, svg("title", {}, label));
}

function jack(spot, lit) {
  const health = spot.instance?.health ?? "route";
  const short = spot.name.length > 25 ? `${spot.name.slice(0, 24)}…` : spot.name;
  const uses = spot.instance && `${spot.instance.active} active, ${number(spot.instance.uses)} uses`;
  const note = !uses ? spot.note : spot.twins ? `${spot.note.slice(0, 6)}: ${uses}` : uses;
  return svg(
    "g",
    { class: `jack ${health}${lit ? " lit" : ""}`, transform: `translate(${spot.x},${spot.y})`, style: spot.hue === undefined ? null : `--hue:${spot.hue}` },
    svg("title", {}, `${spot.name} ${spot.note}`),
    svg("rect", { width: jackWidth, height: jackHeight, rx: 8 }),
    svg("circle", { cx: 14, cy: jackHeight / 2, r: 5 }),
    svg("text", { x: 28, y: 20, class: "name" }, short),
    svg("text", { x: 28, y: 36, class: "note" }, note),
  );
}

/** Routes, "route target" pairs and instances through which something passed since the last look, or passes now. */
function activity(bay, recent) {
  const lit = new Set();
  for (const instance of bay.instances) {
    const before = usesBefore.get(instance.id);
    if (instance.active > 0 || (before !== undefined && instance.uses > before)) lit.add(instance.id);
    usesBefore.set(instance.id, instance.uses);
  }
  for (const request of recent?.requests ?? []) {
    if (request.running || Date.now() - Date.parse(request.time) < 2500) lit.add(`route ${request.route}`).add(`route ${request.route} ${request.target}`);
  }
  return lit;
}

function drawing(bay, lit, knowsRoutes) {
  const { places, height } = place(bay);
  const width = columns.length * columnWidth;
  const cords = [];
  for (const route of bay.routes) {
    const start = places.get(`route ${route.id}`);
    for (const target of route.targets) {
      let from = start;
      const passes = knowsRoutes ? lit.has(`route ${route.id} ${target.id}`) : target.modules.every((module) => lit.has(module.instance));
      for (const module of target.modules) {
        const to = places.get(module.instance);
        if (!to) continue;
        cords.push(cord(from, to, start.hue, passes, `${route.id}, target ${target.id}`));
        from = to;
      }
    }
  }
  return svg(
    "svg",
    { class: "patchbay", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": "The patchbay: the table below has the same in words" },
    columns.map((name, i) => svg("text", { class: "column", x: 16 + i * columnWidth, y: 24 }, name)),
    cords.sort((a, b) => a.classList.contains("lit") - b.classList.contains("lit")),
    [...places].map(([id, spot]) => jack(spot, lit.has(id))),
  );
}

export function update({ bay, recent }) {
  const lit = activity(bay, recent);
  const bayBox = h("div", { class: "bay scroll", id: "bay", tabindex: "0", role: "region", "aria-label": "Drawing of the patchbay" }, drawing(bay, lit, recent !== null && recent !== undefined));
  show(
    root,
    h("h2", {}, "Connections"),
    bayBox,
    bay.waiting.length > 0 && h("p", { class: "notice warn" }, "Waiting for a plugin: ", bay.waiting.map((one) => `${one.id} (${one.module_type})`).join(", ")),
    table(
      "Pool",
      [
        ["Module", (one) => one.type],
        ["Kind", (one) => one.kind],
        ["Instance", (one) => h("code", {}, one.id.split(":")[1])],
        ["Health", (one) => badge(one.health, toneOf(one.health))],
        ["State", (one) => (one.present ? (one.isolated ? "in a process of its own" : "ready") : "made at first use")],
        ["Plugin", (one) => `${one.plugin} ${one.version}, generation ${one.generation}`],
        ["Active", (one) => number(one.active), "number"],
        ["Uses", (one) => number(one.uses), "number"],
        ["Errors", (one) => number(one.errors), "number"],
        ["Fault", (one) => one.last_fault],
      ],
      bay.instances,
      "The pool is empty.",
    ),
  );
}
