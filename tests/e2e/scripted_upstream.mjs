// An OpenAI-compatible provider over HTTP or HTTPS that does what a test tells it to, and remembers what it was asked.

import { once } from "node:events";
import http from "node:http";
import https from "node:https";

export const json = (response, status, body, headers = {}) =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

/** The pieces of a chat completion, whole and streamed. */
export const completion = (message, finish_reason = "stop") => ({
  id: "chatcmpl-scripted",
  object: "chat.completion",
  created: 1_700_000_000,
  model: "scripted-model",
  choices: [{ index: 0, message: { role: "assistant", refusal: null, ...message }, logprobs: null, finish_reason }],
  usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 },
});

export const chunk = (delta, finish_reason = null) => ({
  id: "chatcmpl-scripted",
  object: "chat.completion.chunk",
  created: 1_700_000_000,
  model: "scripted-model",
  choices: [{ index: 0, delta, logprobs: null, finish_reason }],
});

export const sse = (value) => `data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`;

export const openStream = (response) => response.writeHead(200, { "content-type": "text/event-stream" });

/** A whole stream at once: the chunks, then [DONE]. */
export const stream = (response, chunks) => {
  openStream(response);
  for (const one of chunks) response.write(sse(one));
  response.end(sse("[DONE]"));
};

/** A stream that says the words and stops. */
export const words = (...texts) => [chunk({ role: "assistant", content: "" }), ...texts.map((content) => chunk({ content })), chunk({}, "stop")];

export class ScriptedUpstream {
  requests = []; // { method, path, headers, body }, as they arrived
  hangUps = 0; // connections that the gateway closed before the reply was complete
  script = (_request, response) => json(response, 200, completion({ content: "Hello from upstream." }));
  #server;

  /** `tls` is { key, cert } for HTTPS. */
  static async start({ tls, host = "127.0.0.1" } = {}) {
    const upstream = new ScriptedUpstream();
    const handle = (request, response) => upstream.#handle(request, response);
    upstream.#server = tls ? https.createServer(tls, handle) : http.createServer(handle);
    upstream.#server.listen(0, "127.0.0.1");
    await once(upstream.#server, "listening");
    upstream.port = upstream.#server.address().port;
    upstream.url = `${tls ? "https" : "http"}://${host}:${upstream.port}/v1`;
    return upstream;
  }

  async #handle(request, response) {
    response.on("close", () => {
      if (!response.writableFinished) ++this.hangUps;
    });
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const recorded = { method: request.method, path: request.url, headers: request.headers, body: Buffer.concat(pieces) };
    this.requests.push(recorded);
    await this.script(recorded, response);
  }

  get last() {
    return this.requests.at(-1);
  }

  reset() {
    this.requests = [];
    this.hangUps = 0;
  }

  async stop() {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
