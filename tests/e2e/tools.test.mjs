import assert from "node:assert/strict";
import { test } from "node:test";
import { chunk, completion, json, stream } from "./scripted_upstream.mjs";
import { overHttpAndHttps } from "./setups.mjs";

const weather = {
  type: "function",
  function: { name: "get_weather", parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } },
};
const asked = { model: "scripted-model", messages: [{ role: "user", content: "Weather in Oslo and Rome?" }], tools: [weather] };
const call = (id, city) => ({ id, type: "function", function: { name: "get_weather", arguments: JSON.stringify({ city }) } });

overHttpAndHttps("tool calls", (setup) => {
  test("a whole answer with two tool calls", async () => {
    const calls = [call("call_1", "Oslo"), call("call_2", "Rome")];
    setup.upstream.script = (_request, response) => json(response, 200, completion({ content: null, tool_calls: calls }, "tool_calls"));
    const got = await setup.gateway.client().chat.completions.create(asked);
    assert.deepEqual(got.choices[0].message.tool_calls, calls);
    assert.deepEqual(JSON.parse(setup.upstream.last.body).tools, [weather]);
  });

  test("streamed fragments of two tool calls add up", async () => {
    const fragment = (index, more) => chunk({ tool_calls: [{ index, ...more }] });
    setup.upstream.script = (_request, response) =>
      stream(response, [
        chunk({ role: "assistant", content: null }),
        fragment(0, { id: "call_1", type: "function", function: { name: "get_weather", arguments: "" } }),
        fragment(0, { function: { arguments: '{"ci' } }),
        fragment(1, { id: "call_2", type: "function", function: { name: "get_weather", arguments: "" } }),
        fragment(0, { function: { arguments: 'ty":"Oslo"}' } }),
        fragment(1, { function: { arguments: '{"city":"Rome"}' } }),
        chunk({}, "tool_calls"),
      ]);
    const final = await setup.gateway.client().chat.completions.stream(asked).finalChatCompletion();
    const calls = final.choices[0].message.tool_calls.map(({ id, function: { arguments: text } }) => [id, JSON.parse(text)]);
    assert.deepEqual(calls, [["call_1", { city: "Oslo" }], ["call_2", { city: "Rome" }]]);
    assert.equal(final.choices[0].finish_reason, "tool_calls");
  });

  test("the answers of tools travel back to the provider", async () => {
    setup.upstream.script = (_request, response) => json(response, 200, completion({ content: "Rain." }));
    const messages = [
      asked.messages[0],
      { role: "assistant", content: null, tool_calls: [call("call_1", "Oslo")] },
      { role: "tool", tool_call_id: "call_1", content: '{"sky":"rain"}' },
    ];
    const got = await setup.gateway.client().chat.completions.create({ ...asked, messages });
    assert.equal(got.choices[0].message.content, "Rain.");
    assert.deepEqual(JSON.parse(setup.upstream.last.body).messages, messages);
  });
});
