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
        h("tbody", {}, rows.map((row) => h("tr", {}, columns.map(([title, cell, kind]) => h("td", { class: kind, "data-title": title }, cell(row)))))),
      ),
    ),
  );
}

/** A state as a word and a colour, never as a colour alone. */
export const badge = (word, tone) => h("span", { class: `badge ${tone}` }, word);

export const toneOf = (state) =>
  ({ healthy: "good", closed: "good", in_service: "good", degraded: "warn", half_open: "warn", resting: "warn", unhealthy: "bad", open: "bad" })[state] ?? "plain";

/** Values over time, the newest at the right; `label` says them to who does not see it. */
export function sparkline(values, label) {
  const [width, height] = [240, 48];
  const most = Math.max(...values, 1e-9);
  const points = values.map((value, i) => `${((i / Math.max(values.length - 1, 1)) * width).toFixed(1)},${(height - 2 - (value / most) * (height - 6)).toFixed(1)}`);
  return svg(
    "svg",
    { class: "spark", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, preserveAspectRatio: "none" },
    svg("polygon", { points: `0,${height} ${points.join(" ")} ${width},${height}` }),
    svg("polyline", { points: points.join(" ") }),
  );
}

export const number = (value) => (value === undefined || value === null ? "–" : Number(value).toLocaleString("en", { maximumFractionDigits: value < 10 ? 2 : 0 }));
export const milliseconds = (value) => (value === undefined || value === null ? "–" : value >= 10_000 ? `${number(value / 1000)} s` : `${number(value)} ms`);

/** Replaces what stands in `root` and keeps the focus where it was, by the element's id. */
export function show(root, ...children) {
  const focused = root.contains(document.activeElement) ? document.activeElement.id : "";
  root.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (focused) document.getElementById(focused)?.focus();
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
