// Elements, tables and small pictures. Everything is made as nodes, so that no text of a request is ever read as markup.

const svgNames = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "style") element.style.cssText = value; // the page's policy forbids the attribute
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const h = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
export const svg = (name, attributes, ...children) => fill(document.createElementNS(svgNames, name), attributes, children);

const nothing = "–";
const said = (cell) => (cell === 0 || (cell && cell.length !== 0) ? cell : nothing);

function cell([title, content, kind], row) {
  const shown = said(content(row));
  return h("td", { class: [kind, shown === nothing && "nothing"].filter(Boolean).join(" ") || null, "data-title": title }, shown);
}

/** columns: [title, row => cell, class?]; an empty table says why. */
export function table(caption, columns, rows, empty) {
  if (rows.length === 0) return h("section", {}, h("h2", {}, caption), h("p", { class: "empty" }, empty));
  return h(
    "section",
    {},
    h("h2", {}, caption),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, columns.map(([title, , kind]) => h("th", { scope: "col", class: kind }, title)))),
        h("tbody", {}, rows.map((row) => h("tr", {}, columns.map((column) => cell(column, row))))),
      ),
    ),
  );
}

/** A state as a word and a colour, never as a colour alone. */
export const badge = (word, tone) => h("span", { class: `badge ${tone}` }, word);

export const toneOf = (state) =>
  ({ healthy: "good", in_service: "good", degraded: "warn", resting: "warn", unhealthy: "bad" })[state] ?? "plain";

/** Values over time, the newest at the right; `label` says them to who does not see it. */
export function sparkline(values, label) {
  const [width, height] = [240, 48];
  if (values.length === 1) values = [values[0], values[0]]; // a line needs two ends
  const most = Math.max(...values, 1e-9);
  const points = values.map((value, i) => `${((i / Math.max(values.length - 1, 1)) * width).toFixed(1)},${(height - 2 - (value / most) * (height - 6)).toFixed(1)}`);
  return svg(
    "svg",
    { class: "spark", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, preserveAspectRatio: "none" },
    svg("polygon", { points: `0,${height} ${points.join(" ")} ${width},${height}` }),
    svg("polyline", { points: points.join(" ") }),
  );
}

export const number = (value) => (value === undefined || value === null ? nothing : Number(value).toLocaleString("en", { maximumFractionDigits: value < 10 ? 2 : 0 }));
export const milliseconds = (value) => (value === undefined || value === null ? nothing : value >= 10_000 || (value >= 1000 && value % 1000 === 0) ? `${number(value / 1000)} s` : `${number(value)} ms`);
/** A time that the host gives, to the second. */
export const moment = (time) => (time ? `${time.slice(0, 10)} ${time.slice(11, 19)} UTC` : nothing);
export const capitalised = (text) => text.charAt(0).toUpperCase() + text.slice(1).replaceAll("_", " ");

const alike = (old, next) => old.nodeType === next.nodeType && old.nodeName === next.nodeName && old.id === next.id;

function matchAttributes(old, next) {
  for (const { name } of [...old.attributes]) if (!next.hasAttribute(name) && name !== "open") old.removeAttribute(name); // "open": the reader's
  for (const { name, value } of next.attributes) {
    if (name === "style") old.style.cssText = next.style.cssText;
    else if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

function match(parent, wanted) {
  const there = [...parent.childNodes];
  wanted.forEach((next, i) => {
    const old = there[i];
    if (!old) return parent.append(next);
    if (!alike(old, next)) return old.replaceWith(next);
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.data !== next.data) old.data = next.data;
      return;
    }
    matchAttributes(old, next);
    match(old, [...next.childNodes]);
  });
  for (const old of there.slice(wanted.length)) old.remove();
}

/** Makes what stands in `root` like `children`, and touches only what differs: so a look every second moves nobody's scroll position,
    selection or place of reading. An element that listens to events needs an id, since it stays itself while its id does. The focus stays
    with the id that has it. */
export function show(root, ...children) {
  const focused = root.contains(document.activeElement) ? document.activeElement.id : "";
  const wanted = document.createDocumentFragment();
  wanted.append(...children.flat(Infinity).filter(Boolean));
  match(root, [...wanted.childNodes]);
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
}

/** A line that says what became of something that was asked for. */
export function notice() {
  const line = h("p", { class: "notice", role: "status", "aria-live": "polite" });
  const say = (text, tone) => {
    line.textContent = text;
    line.className = `notice ${tone}`;
  };
  return {
    line,
    async of(promise) {
      say("…", "plain");
      try {
        const done = await promise;
        say(done?.message ?? "done", "good");
        return done;
      } catch (error) {
        say(error.message, "bad");
        return null;
      }
    },
  };
}
