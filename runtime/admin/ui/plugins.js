// Plugins with their generations; reload, roll back, remove, and a place to drop new ones on.

import { post, remove, upload } from "./api.js";
import { capitalised, h, moment, notice, show, table } from "./draw.js";

export const title = "Plugins";
export const needs = { plugins: "/admin/plugins" };

const said = notice();
let lists = null;

async function take(files) {
  const order = [...files].sort((a, b) => b.name.endsWith(".sig") - a.name.endsWith(".sig")); // a signature before its plugin
  for (const file of order) if (!(await said.of(upload(`/admin/plugins/${encodeURIComponent(file.name)}`, file)))) return;
}

function dropZone() {
  const input = h("input", { type: "file", id: "plugin-file", accept: ".so,.sig", multiple: true, onchange: (event) => take(event.target.files) });
  const zone = h("label", { class: "drop", for: "plugin-file" }, h("strong", {}, "Drop a plugin here"), h("span", {}, "or choose a .so file (and its .so.sig): it is checked and serves at once, without a failed request."), input);
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    take(event.dataTransfer.files);
  });
  return zone;
}

export function mount(root) {
  lists = h("div", {});
  root.append(dropZone(), said.line, lists);
}

function actions(plugin) {
  const path = `/admin/plugins/${encodeURIComponent(plugin.id)}`;
  const button = (word, act) => h("button", { id: `${word.replace(" ", "-")}-${plugin.id}`, "aria-label": `${capitalised(word)} ${plugin.id}`, onclick: act }, capitalised(word));
  return [
    button("reload", () => said.of(post(`${path}/reload`))),
    plugin.version_before && button("roll back", () => said.of(post(`${path}/rollback`))),
    button("remove", () => confirm(`Remove ${plugin.id}, until it is added again?`) && said.of(remove(path))),
  ];
}

export function update({ plugins }) {
  show(
    lists,
    table(
      "Serving",
      [
        ["Plugin", (one) => one.id],
        ["Version", (one) => one.version],
        ["Generation", (one) => one.generation, "number"],
        ["Since", (one) => moment(one.since)],
        ["Modules", (one) => (one.modules ?? []).map((module) => module.type ?? module).join(", ")],
        ["Before", (one) => one.version_before],
        ["Change", (one) => h("div", { class: "actions" }, actions(one))],
      ],
      plugins.plugins,
      "No plugin is loaded.",
    ),
    table(
      "Retired, still serving requests that began on them",
      [
        ["Plugin", (one) => one.id],
        ["Version", (one) => one.version],
        ["Generation", (one) => one.generation, "number"],
        ["Since", (one) => moment(one.since)],
      ],
      plugins.retired,
      "None: every request runs on the newest version.",
    ),
    table(
      "Refused",
      [
        ["File", (one) => one.path],
        ["Reason", (one) => capitalised(one.code)],
        ["What is wrong", (one) => one.message.replace(`${one.path}: `, "")],
      ],
      plugins.refused,
      "None.",
    ),
  );
}
