// Which engine answers, how far the ramp is, and the way back.

import { post } from "./api.js";
import { h, milliseconds, moment, notice, number, show, table } from "./draw.js";

export const title = "Mode";
export const needs = { mode: "/admin/mode", log: "/admin/mode/report" };

const said = notice();
let state = null;
let reports = null;
let form = null;
let change = null; // hidden until it is known what could be changed

const field = (label, control) => h("label", {}, h("span", {}, label), control);

export function mount(root) {
  state = h("div", {});
  reports = h("div", {});
  form = h(
    "form",
    {
      class: "playground",
      onsubmit: (event) => {
        event.preventDefault();
        order();
      },
    },
    field("Mode", h("select", { id: "mode", onchange: offerWhatCounts }, ["v1", "v2", "shadow", "gradual"].map((name) => h("option", {}, name)))),
    field("Share of the clients that V2 answers (%)", h("input", { id: "percentage", type: "number", min: 0, max: 100, step: "any", value: 10 })),
    field("Ramp: shares that follow one another, over an hour (may be empty)", h("input", { id: "ramp", placeholder: "5, 25, 50, 100" })),
    h("label", {}, h("span", {}, h("input", { id: "validate", type: "checkbox" }), " only if a dry run of every route goes well")),
    h("div", { class: "actions" }, h("button", { id: "switch" }, "Switch"), h("button", { id: "roll-back", type: "button", onclick: () => said.of(post("/admin/mode/rollback")) }, "Roll back now")),
  );
  change = h("section", { hidden: true }, h("h2", {}, "Change it"), form, said.line);
  root.append(state, change, reports);
}

/** Shares are for `gradual` alone. */
function offerWhatCounts() {
  const gradual = form.querySelector("#mode").value === "gradual";
  for (const id of ["percentage", "ramp"]) form.querySelector(`#${id}`).closest("label").hidden = !gradual;
}

function order() {
  const value = (id) => form.querySelector(`#${id}`).value;
  const wanted = { mode: value("mode"), validate: form.querySelector("#validate").checked };
  if (wanted.mode === "gradual") {
    const ramp = value("ramp").split(/[\s,]+/).filter(Boolean).map(Number);
    if (ramp.length > 0) wanted.ramp = ramp;
    else wanted.percentage = Number(value("percentage"));
  }
  return said.of(post("/admin/mode", wanted));
}

const side = (name, window) => window && h("article", { class: "tile" }, h("h3", {}, name), h("p", {}, `${number(window.requests)} requests, ${number(window.error_percentage)} % errors, first byte (p95) ${milliseconds(window.first_byte_p95_ms)}`));

export function update({ mode, log }) {
  if (!mode) return show(state, h("p", { class: "empty" }, "This host has no modes."));
  if (change.hidden) {
    form.querySelector("#mode").value = mode.mode; // what is in force, so that a switch is one on purpose
    offerWhatCounts();
    change.hidden = false;
  }
  const share = mode.mode === "v2" ? 100 : mode.mode === "gradual" ? mode.percentage : 0;
  show(
    state,
    h("h2", {}, `In force: ${mode.text}`),
    h("div", { class: "meter", role: "meter", "aria-label": "Share of the clients that V2 answers", "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": share }, h("span", { style: `width:${share}%` })),
    h("p", { class: "quiet" }, `V2 answers ${number(share)} % of the clients${mode.ramp ? `; step ${mode.ramp.step} of ${mode.ramp.steps.length} (${mode.ramp.steps.join(", ")} %)` : ""}. Rolling back goes to: ${mode.rollback_to ?? "nowhere, there was no switch"}.`),
    h("div", { class: "tiles" }, side("V1", mode.window_v1), side("V2", mode.window_v2)),
  );
  show(
    reports,
    table(
      "Switches",
      [
        ["From", (one) => one.from],
        ["To", (one) => one.to],
        ["Start", (one) => moment(one.start)],
        ["End", (one) => moment(one.end)],
        ["Result", (one) => (one.rollback ? `rolled back: ${one.rollback}` : one.error ? one.error : one.success ? "done" : "under way")],
      ],
      log?.reports ?? [],
      "There was no switch.",
    ),
  );
}
