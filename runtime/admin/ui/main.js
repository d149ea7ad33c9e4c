// Which view is shown, and what the host says every second.

import { get, getIfThere, getText } from "./api.js";
import { h } from "./draw.js";
import * as mode from "./mode.js";
import * as patchbay from "./patchbay.js";
import * as playground from "./playground.js";
import * as plugins from "./plugins.js";
import * as requests from "./requests.js";
import * as routes from "./routes.js";
import * as traffic from "./traffic.js";

const views = { patchbay, routes, traffic, requests, plugins, mode, playground };
const interval = 1000;

const root = document.getElementById("view");
const status = document.getElementById("status");
const tabs = document.getElementById("tabs");
let current = null;

let looking = false;

function say(text, tone = "") {
  if (status.textContent !== text) status.textContent = text; // a live region speaks at each change
  status.className = tone;
}

function open() {
  const wanted = location.hash.slice(1).split("/")[0];
  const name = wanted in views ? wanted : "patchbay";
  for (const link of tabs.querySelectorAll("a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (views[name] === current) return void refresh(); // another thing in the same view
  current = views[name];
  document.title = `${current.title} · Patchbay`;
  root.replaceChildren();
  current.mount(root);
  refresh();
}

async function refresh() {
  const view = current;
  try {
    const bay = await get("/admin/patchbay");
    const more = {};
    for (const [name, path] of Object.entries(view.needs ?? {})) more[name] = path === "/metrics" ? await getText(path) : await getIfThere(path);
    say(`${bay.version} on ${bay.address}, generation ${bay.generation}`);
    if (view === current) view.update({ bay, ...more });
  } catch (error) {
    say(`${error.message}: what is shown may be old`, "bad");
  }
}

/** Unless the look before this one still waits, for the host or for a token. */
async function lookAgain() {
  if (looking || document.hidden) return;
  looking = true;
  await refresh();
  looking = false;
}

for (const [name, view] of Object.entries(views)) tabs.append(h("li", {}, h("a", { href: `#${name}` }, view.title)));
addEventListener("hashchange", open);
open();
setInterval(lookAgain, interval);
