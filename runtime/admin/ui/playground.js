// Sends a streaming request to the gateway itself, as any client would, and shows what comes and which way it took.

import { getIfThere } from "./api.js";
import { h, milliseconds, show } from "./draw.js";

export const title = "Playground";

let form = null;
let answer = null;
let facts = null;
let address = "";
let running = null;

const field = (label, control) => h("label", {}, h("span", {}, label), control);

export function mount(root) {
  form = h(
    "form",
    { class: "playground", onsubmit: send },
    field("Model", h("input", { id: "model", list: "models", required: true, autocomplete: "off" })),
    h("datalist", { id: "models" }),
    field("Key of a client, if the gateway wants one", h("input", { id: "client-key", type: "password", autocomplete: "off", onchange: offerModels })),
    field("Message", h("textarea", { id: "message", rows: 4, required: true }, "Say hello in one sentence.")),
    h("div", { class: "actions" }, h("button", { id: "send" }, "Send"), h("button", { id: "stop", type: "button", disabled: true, onclick: () => running?.abort() }, "Stop")),
  );
  answer = h("output", { class: "answer", "aria-live": "polite", "aria-label": "Answer" });
  facts = h("div", { class: "facts" });
  address = ""; // to be learnt anew, and with it the models
  root.append(h("h2", {}, "Ask a model"), form, answer, facts);
}

export function update({ bay }) {
  const first = address === "";
  address = bay.address.replace(/\/\/(0\.0\.0\.0|\[::\])(?=:)/, `//${location.hostname}`); // it listens everywhere, here too
  if (first) offerModels();
}

const headers = () => {
  const key = form.querySelector("#client-key").value;
  return { "Content-Type": "application/json", ...(key && { Authorization: `Bearer ${key}` }) };
};

async function offerModels() {
  try {
    const list = await (await fetch(`${address}/v1/models`, { headers: headers() })).json();
    form.querySelector("#models").replaceChildren(...list.data.map((model) => h("option", { value: model.id })));
    const model = form.querySelector("#model");
    if (!model.value && list.data.length > 0) model.value = list.data[0].id;
  } catch {
    // a key is missing: the field takes any name
  }
}

/** Why the browser got no answer at all, as far as can be told from here. */
function unreachable() {
  if (location.protocol === "https:" && address.startsWith("http:"))
    return `the browser lets a page that came over HTTPS ask ${address} only if that is this machine; give the gateway [server.tls]`;
  return `${address} does not answer this page; if the gateway is there, add "${location.origin}" to its [server] cors_origins`;
}

/** The data of each event of a stream of server-sent events, as it comes. */
async function* events(body) {
  let text = "";
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const data = text.slice(0, end).split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trim()).join("\n");
      text = text.slice(end + 2);
      if (data && data !== "[DONE]") yield JSON.parse(data);
    }
  }
}

async function send(event) {
  event.preventDefault();
  running?.abort();
  running = new AbortController();
  const [sendButton, stopButton] = [form.querySelector("#send"), form.querySelector("#stop")];
  sendButton.disabled = true;
  stopButton.disabled = false;
  answer.textContent = "";
  show(facts);
  const started = performance.now();
  const times = {};
  try {
    const body = JSON.stringify({ model: form.querySelector("#model").value, stream: true, messages: [{ role: "user", content: form.querySelector("#message").value }] });
    const reply = await fetch(`${address}/v1/chat/completions`, { method: "POST", headers: headers(), body, signal: running.signal });
    times.id = reply.headers.get("x-request-id");
    times.status = reply.status;
    if (!reply.ok) throw new Error((await reply.json()).error?.message ?? `status ${reply.status}`);
    for await (const chunk of events(reply.body)) {
      times.first ??= performance.now() - started;
      if (chunk.error) throw new Error(chunk.error.message);
      answer.append(chunk.choices?.[0]?.delta?.content ?? "");
    }
  } catch (error) {
    answer.append(h("span", { class: "bad" }, error.name === "AbortError" ? "stopped" : times.status === undefined ? unreachable() : error.message));
  }
  times.total = performance.now() - started;
  sendButton.disabled = false;
  stopButton.disabled = true;
  await tell(times);
}

async function tell(times) {
  const trace = times.id ? await getIfThere(`/admin/requests/${encodeURIComponent(times.id)}`).catch(() => null) : null;
  const rows = [
    ["Request", times.id ?? "–"],
    ["Status", times.status ?? "–"],
    ["Route", trace?.request.route ?? "–"],
    ["Target", trace?.request.target ?? "–"],
    ["First event", milliseconds(times.first)],
    ["Whole answer", milliseconds(times.total)],
  ];
  show(
    facts,
    h("dl", {}, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, String(value))))),
    trace && h("p", {}, h("a", { href: `#requests/${times.id}` }, "Show its trace")),
  );
}
