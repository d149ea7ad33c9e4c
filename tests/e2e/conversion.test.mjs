// Each real client against providers of each protocol: the same question, the same meaning of the answer.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";
import { clientKey, Gateway, upstreamKey } from "./gateway.mjs";
import { withClientKey } from "./routes.mjs";
import { json, openStream, ScriptedUpstream } from "./scripted_upstream.mjs";

const fixture = (name) => readFileSync(fileURLToPath(new URL(`../plugins/llmswitch-conversion-router/fixtures/${name}`, import.meta.url)), "utf8");
const providers = {
  "openai-chat": { type: "provider-openai", base: "/v1", path: /^\/v1\/chat\/completions$/ },
  "openai-responses": { type: "provider-openai-responses", base: "/v1", path: /^\/v1\/responses$/ },
  "anthropic-messages": { type: "provider-anthropic", base: "", path: /^\/v1\/messages$/ },
  gemini: { type: "provider-gemini", base: "", path: /^\/v1beta\/models\/to-gemini:(generateContent|streamGenerateContent\?alt=sse)$/ },
  "ollama-chat": { type: "provider-ollama", base: "", path: /^\/api\/chat$/ },
};
const protocols = Object.keys(providers);
const errors = {
  "openai-chat": { error: { message: "slow down", type: "requests", param: null, code: "rate_limit_exceeded" } },
  "openai-responses": { error: { message: "slow down", type: "requests", param: null, code: "rate_limit_exceeded" } },
  "anthropic-messages": { type: "error", error: { type: "rate_limit_error", message: "slow down" } },
  gemini: { error: { code: 429, message: "slow down", status: "RESOURCE_EXHAUSTED" } },
  "ollama-chat": { error: "slow down" },
};
/** What each provider says in the middle of a stream when it gives up. */
const breakdowns = {
  "openai-chat": { error: { message: "no luck", type: "server_error", param: null, code: null } },
  "openai-responses": { type: "error", sequence_number: 9, code: "server_error", message: "no luck", param: null },
  "anthropic-messages": { type: "error", error: { type: "api_error", message: "no luck" } },
  gemini: { error: { code: 500, message: "no luck", status: "INTERNAL" } },
  "ollama-chat": { error: "no luck" },
};
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };

const protocolOf = (path) => protocols.find((protocol) => providers[protocol].path.test(path));

/** Plays the recorded answer of the protocol that was asked. */
function answer({ path, body }, response) {
  const protocol = protocolOf(path);
  if (!protocol) return json(response, 404, { error: { message: `no ${path} here` } });
  const streams = protocol === "gemini" ? path.includes("stream") : JSON.parse(body).stream === true;
  if (!streams) return response.writeHead(200, { "content-type": "application/json" }).end(fixture(`answers/${protocol}.json`));
  begin(protocol, response);
  for (const line of fixture(`streams/${protocol}.txt`).trim().split("\n")) say(protocol, response, line);
  response.end(protocol === "openai-chat" ? "data: [DONE]\n\n" : "");
}

const begin = (protocol, response) =>
  protocol === "ollama-chat" ? response.writeHead(200, { "content-type": "application/x-ndjson" }) : openStream(response);

/** One event of a stream, as each provider frames it. */
function say(protocol, response, line) {
  const { type } = JSON.parse(line);
  response.write(protocol === "ollama-chat" ? `${line}\n` : `${type ? `event: ${type}\n` : ""}data: ${line}\n\n`);
}

/** Begins an answer, and breaks down before it is complete. */
function breakDown({ path }, response) {
  const protocol = protocolOf(path);
  begin(protocol, response);
  const lines = fixture(`streams/${protocol}.txt`).trim().split("\n");
  for (const line of lines.slice(0, lines.length - 2)) say(protocol, response, line);
  say(protocol, response, JSON.stringify(breakdowns[protocol]));
  response.end();
}

/** What each client sends, how its answer reads, as { text, thought, calls, input, output }, and what it sends in the next turn. */
const clients = {
  "openai chat": {
    async whole(gateway, model) {
      const got = await gateway.client().chat.completions.create(this.request(model));
      return this.read(got.choices[0].message, got.usage);
    },
    async stream(gateway, model) {
      const runner = gateway.client().chat.completions.stream({ ...this.request(model), stream_options: { include_usage: true } });
      const thoughts = { reasoning_content: "", reasoning_details: [] };  // the SDK does not know these and keeps the last of them
      runner.on("chunk", ({ choices }) => {
        thoughts.reasoning_content += choices[0]?.delta.reasoning_content ?? "";
        thoughts.reasoning_details.push(...(choices[0]?.delta.reasoning_details ?? []));
      });
      const got = await runner.finalChatCompletion();
      return this.read({ ...got.choices[0].message, ...thoughts }, got.usage);
    },
    next(model, { message }) {
      const results = message.tool_calls.map(({ id }) => ({ role: "tool", tool_call_id: id, content: "grey" }));
      const request = this.request(model);
      return { ...request, messages: [...request.messages, message, ...results] };
    },
    send: (gateway, request) => gateway.client().chat.completions.create(request),
    read: (message, usage) => ({
      message,
      text: message.content,
      thought: message.reasoning_content,
      calls: message.tool_calls.map((call) => [call.function.name, JSON.parse(call.function.arguments)]),
      input: usage.prompt_tokens,
      output: usage.completion_tokens,
    }),
    request: (model) => ({
      model,
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: [{ type: "text", text: "Look." }, { type: "image_url", image_url: { url: `data:image/png;base64,${pixel}` } }] },
      ],
      tools: [{ type: "function", function: { name: "weather", parameters: schema } }],
      reasoning_effort: "low",
    }),
    rateLimit: OpenAI.RateLimitError,
  },
  "openai responses": {
    async whole(gateway, model) {
      return this.read(await gateway.client().responses.create(this.request(model)));
    },
    async stream(gateway, model) {
      const stream = gateway.client().responses.stream(this.request(model));
      const response = await stream.finalResponse();
      if (response.status === "failed") throw new Error(response.error.message);
      return this.read(response);
    },
    next(model, { items }) {
      const results = items.filter(({ type }) => type === "function_call").map(({ call_id }) => ({ type: "function_call_output", call_id, output: "grey" }));
      const request = this.request(model);
      return { ...request, store: false, input: [...request.input, ...items, ...results] };
    },
    send: (gateway, request) => gateway.client().responses.create(request),
    read: (response) => ({
      items: response.output.map(({ parsed_arguments, ...item }) => item),
      text: response.output_text,
      thought: response.output.filter(({ type }) => type === "reasoning").flatMap(({ summary }) => summary.map(({ text }) => text)).join("\n\n"),
      calls: response.output.filter(({ type }) => type === "function_call").map((call) => [call.name, JSON.parse(call.arguments)]),
      input: response.usage.input_tokens,
      output: response.usage.output_tokens,
    }),
    request: (model) => ({
      model,
      instructions: "Be brief.",
      input: [{ role: "user", content: [{ type: "input_text", text: "Look." }, { type: "input_image", image_url: `data:image/png;base64,${pixel}`, detail: "auto" }] }],
      tools: [{ type: "function", name: "weather", parameters: schema, strict: false }],
      reasoning: { effort: "low" },
    }),
    rateLimit: OpenAI.RateLimitError,
  },
  anthropic: {
    client: (gateway) => new Anthropic({ baseURL: gateway.url, apiKey: clientKey, maxRetries: 0 }),
    async whole(gateway, model) {
      return this.read(await this.client(gateway).messages.create(this.request(model)));
    },
    async stream(gateway, model) {
      return this.read(await this.client(gateway).messages.stream(this.request(model)).finalMessage());
    },
    next(model, { content }) {
      const results = content.filter(({ type }) => type === "tool_use").map(({ id }) => ({ type: "tool_result", tool_use_id: id, content: "grey" }));
      const request = this.request(model);
      return { ...request, messages: [...request.messages, { role: "assistant", content }, { role: "user", content: results }] };
    },
    send(gateway, request) {
      return this.client(gateway).messages.create(request);
    },
    read: (message) => ({
      content: message.content,
      thought: message.content.filter(({ type }) => type === "thinking").map(({ thinking }) => thinking).join(""),
      text: message.content.filter(({ type }) => type === "text").map(({ text }) => text).join(""),
      calls: message.content.filter(({ type }) => type === "tool_use").map(({ name, input }) => [name, input]),
      input: message.usage.input_tokens + (message.usage.cache_read_input_tokens ?? 0) + (message.usage.cache_creation_input_tokens ?? 0),
      output: message.usage.output_tokens,
    }),
    request: (model) => ({
      model,
      max_tokens: 4000,
      system: "Be brief.",
      messages: [{ role: "user", content: [{ type: "text", text: "Look." }, { type: "image", source: { type: "base64", media_type: "image/png", data: pixel } }] }],
      tools: [{ name: "weather", input_schema: schema }],
      thinking: { type: "enabled", budget_tokens: 1024 },
    }),
    rateLimit: Anthropic.RateLimitError,
  },
  "google genai": {
    client: (gateway) => new GoogleGenAI({ apiKey: clientKey, httpOptions: { baseUrl: gateway.url } }),
    async whole(gateway, model) {
      return this.read([await this.client(gateway).models.generateContent(this.request(model))]);
    },
    async stream(gateway, model) {
      const chunks = [];
      for await (const chunk of await this.client(gateway).models.generateContentStream(this.request(model))) chunks.push(chunk);
      return this.read(chunks);
    },
    next(model, { parts }) {
      const results = parts.filter(({ functionCall }) => functionCall).map(({ functionCall: { id, name } }) => ({ functionResponse: { id, name, response: { output: "grey" } } }));
      const request = this.request(model);
      return { ...request, contents: [...request.contents, { role: "model", parts }, { role: "user", parts: results }] };
    },
    send(gateway, request) {
      return this.client(gateway).models.generateContent(request);
    },
    read(chunks) {
      const parts = chunks.flatMap((chunk) => chunk.candidates?.[0]?.content?.parts ?? []);
      const usage = chunks.at(-1).usageMetadata;
      return {
        parts,
        thought: parts.filter(({ thought }) => thought).map(({ text }) => text).join(""),
        text: parts.filter(({ text, thought }) => text && !thought).map(({ text }) => text).join(""),
        calls: parts.filter(({ functionCall }) => functionCall).map(({ functionCall }) => [functionCall.name, functionCall.args]),
        input: usage.promptTokenCount,
        output: usage.candidatesTokenCount + (usage.thoughtsTokenCount ?? 0),
      };
    },
    request: (model) => ({
      model,
      contents: [{ role: "user", parts: [{ text: "Look." }, { inlineData: { mimeType: "image/png", data: pixel } }] }],
      config: {
        systemInstruction: "Be brief.",
        tools: [{ functionDeclarations: [{ name: "weather", parametersJsonSchema: schema }] }],
        thinkingConfig: { thinkingBudget: 1024, includeThoughts: true },
      },
    }),
    rateLimit: (error) => error.status === 429,
  },
};

/** What a provider must find of its own thoughts in the second turn. */
const thoughtsOf = {
  "openai-chat": ({ messages }) => assert.equal(messages.find(({ role }) => role === "assistant").reasoning_content, "The sky first."),
  "openai-responses": ({ input }) => {
    const { summary, encrypted_content } = input.find(({ type }) => type === "reasoning");
    assert.equal(encrypted_content, "gAAAA-opaque");
    assert.match(summary.map(({ text }) => text).join("\n\n"), /^The sky first\.\n\nThen the clock\.$/);
  },
  "anthropic-messages": ({ messages }) =>
    assert.deepEqual(messages[1].content.slice(0, 2), JSON.parse(fixture("answers/anthropic-messages.json")).content.slice(0, 2)),
  gemini: ({ contents }) => {
    const [weather, clock] = contents[1].parts.filter(({ functionCall }) => functionCall);
    assert.equal(weather.thoughtSignature, "c2lnbmF0dXJl");
    assert.equal(clock.thoughtSignature, undefined);
  },
  "ollama-chat": ({ messages }) => assert.equal(messages.find(({ role }) => role === "assistant").thinking, "The sky first."),
};

const target = (protocol, url) => `
[library.${protocol}]
type = "${providers[protocol].type}"
config = { base_url = "${url}${providers[protocol].base}", api_keys = ["${upstreamKey}"] }

[[routes]]
id = "${protocol}"
pattern = { model = "^to-${protocol}$" }
modules = [
  { type = "llmSwitch", config = { type = "llmswitch-conversion-router", config = {} } },
  { type = "provider", config = "${protocol}" },
]
`;

describe("conversion", () => {
  let gateway;
  let upstream;
  before(async () => {
    upstream = await ScriptedUpstream.start();
    const url = upstream.url.replace(/\/v1$/, "");
    gateway = await Gateway.start({ server: withClientKey, toml: protocols.map((protocol) => target(protocol, url)).join("") });
  });
  beforeEach(() => {
    upstream.reset();
    upstream.script = answer;
  });
  after(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  for (const [name, client] of Object.entries(clients)) {
    for (const protocol of protocols) {
      const model = `to-${protocol}`;
      for (const form of ["whole", "stream"]) {
        test(`${name}, ${form}, from ${protocol}`, async () => {
          const got = await client[form](gateway, model);
          assert.match(got.text, /see the source\.$/);
          assert.deepEqual(got.calls[0], ["weather", { city: "Paris" }]);
          assert.equal(got.calls[1][0], "clock");
          assert.deepEqual({ input: got.input, output: got.output }, { input: 100, output: 40 });
          assert.match(got.thought, /^The sky first\./);
          assert.equal(protocolOf(upstream.last.path), protocol);
          assert.ok(upstream.last.body.includes(pixel), "the image did not arrive");
        });

        test(`${name}, ${form}: thoughts of ${protocol} come back to it in the next turn`, async () => {
          const first = await client[form](gateway, model);
          await client.send(gateway, client.next(model, first));
          thoughtsOf[protocol](JSON.parse(upstream.last.body));
        });
      }

      test(`${name}: ${protocol} breaks down in the middle of a stream`, async () => {
        upstream.script = breakDown;
        await assert.rejects(client.stream(gateway, model), /no luck/);
      });

      test(`${name}: a refusal of ${protocol} has the client's own shape`, async () => {
        upstream.script = (_request, response) => json(response, 429, errors[protocol], { "retry-after": "7" });
        await assert.rejects(client.whole(gateway, model), (error) => {
          assert.ok(client.rateLimit.prototype ? error instanceof client.rateLimit : client.rateLimit(error), `${error.constructor.name}: ${error.message}`);
          return /slow down/.test(error.message);
        });
      });
    }
  }

  test("previous_response_id brings the conversation back for a provider that keeps none", async () => {
    const first = await gateway.client().responses.create(clients["openai responses"].request("to-openai-chat"));
    await gateway.client().responses.create({
      model: "to-openai-chat",
      previous_response_id: first.id,
      input: first.output.filter(({ type }) => type === "function_call").map(({ call_id }) => ({ type: "function_call_output", call_id, output: "grey" })),
    });
    const roles = JSON.parse(upstream.last.body).messages.map(({ role }) => role);
    assert.deepEqual(roles, ["user", "assistant", "tool", "tool"]);
    assert.equal((await gateway.client().responses.retrieve(first.id)).id, first.id);
    await gateway.client().responses.delete(first.id);
    await assert.rejects(gateway.client().responses.retrieve(first.id), OpenAI.NotFoundError);
  });

  test("tokens are counted, by the gateway if the provider cannot", async () => {
    const { input_tokens } = await clients.anthropic.client(gateway).messages.countTokens({ model: "to-openai-chat", messages: [{ role: "user", content: "x".repeat(4000) }] });
    assert.ok(input_tokens > 900 && input_tokens < 1100, `${input_tokens}`);
    const { totalTokens } = await clients["google genai"].client(gateway).models.countTokens({ model: "to-openai-chat", contents: "x".repeat(4000) });
    assert.ok(totalTokens > 900 && totalTokens < 1100, `${totalTokens}`);
  });

  test("what the provider cannot be told is in a header", async () => {
    const response = await gateway.post("/v1/chat/completions", JSON.stringify({ ...clients["openai chat"].request("to-anthropic-messages"), seed: 1, logit_bias: { 1: 2 } }));
    assert.equal(response.headers.get("x-patchbay-fidelity"), "seed, logit_bias");
  });

  test("a stream that breaks off ends with the client's own terminal event", async () => {
    upstream.script = (_request, response) => {
      openStream(response);
      response.write(`data: ${fixture("streams/openai-chat.txt").split("\n")[3]}\n\n`);
      setTimeout(() => response.destroy(), 50);
    };
    const text = await (await gateway.post("/v1/responses", JSON.stringify({ model: "to-openai-chat", input: "x", stream: true }))).text();
    assert.match(text, /event: response\.failed\ndata: \{"type":"response\.failed".*\n\n$/);
    const messages = await (await gateway.post("/v1/messages", JSON.stringify({ model: "to-openai-chat", max_tokens: 9, messages: [{ role: "user", content: "x" }], stream: true }))).text();
    assert.match(messages, /event: error\ndata: \{"type":"error".*\n\n$/);
  });

  test("embeddings of Ollama for OpenAI's client", async () => {
    upstream.script = ({ path }, response) => json(response, 200, { model: path, embeddings: [[0.5, -1]], prompt_eval_count: 3 });
    const { data, usage } = await gateway.client().embeddings.create({ model: "to-ollama-chat", input: "Look." });
    assert.deepEqual({ vector: data[0].embedding, tokens: usage.prompt_tokens }, { vector: [0.5, -1], tokens: 3 });
    assert.equal(upstream.last.path, "/api/embed");
  });

  test("a tool that the client executes comes back as the client's own item", async () => {
    upstream.script = (_request, response) =>
      json(response, 200, {
        id: "chatcmpl-1",
        model: "m",
        choices: [{ index: 0, message: { role: "assistant", content: null, tool_calls: [{ id: "call_1", type: "function", function: { name: "local_shell", arguments: '{"command":["ls"]}' } }] }, finish_reason: "tool_calls" }],
      });
    const { output } = await gateway.client().responses.create({ model: "to-openai-chat", input: "List.", tools: [{ type: "local_shell" }] });
    assert.deepEqual(output[0].action, { type: "exec", command: ["ls"], env: {} });
  });

  test("text completions of before", async () => {
    const got = await gateway.client().completions.create({ model: "to-anthropic-messages", prompt: "Look.", max_tokens: 9 });
    assert.equal(got.choices[0].text, "Grey, see the source.");
    let text = "";
    for await (const chunk of await gateway.client().completions.create({ model: "to-gemini", prompt: "Look.", stream: true })) text += chunk.choices[0]?.text ?? "";
    assert.equal(text, "Grey, see the source.");
  });
});
