import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { json } from "./scripted_upstream.mjs";
import { overHttpAndHttps } from "./setups.mjs";

const vector = [0.25, -1.5, 3];

/** What OpenAI does: floats as a list, or their little-endian bytes in base64. */
const embed = (request, response) => {
  const base64 = JSON.parse(request.body).encoding_format === "base64";
  const embedding = base64 ? Buffer.from(Float32Array.from(vector).buffer).toString("base64") : vector;
  const data = [{ object: "embedding", index: 0, embedding }];
  json(response, 200, { object: "list", model: "scripted-model", data, usage: { prompt_tokens: 2, total_tokens: 2 } });
};

overHttpAndHttps("embeddings and models", (setup) => {
  test("embeddings as lists of numbers", async () => {
    setup.upstream.script = embed;
    const got = await setup.gateway.client().embeddings.create({ model: "scripted-model", input: "text", encoding_format: "float" });
    assert.deepEqual(got.data[0].embedding, vector);
    assert.equal(setup.upstream.last.path, "/v1/embeddings");
  });

  test("embeddings in base64, as the SDK asks for them by itself", async () => {
    setup.upstream.script = embed;
    const got = await setup.gateway.client().embeddings.create({ model: "scripted-model", input: ["text"] });
    assert.deepEqual([...got.data[0].embedding], vector);
    assert.equal(JSON.parse(setup.upstream.last.body).encoding_format, "base64");
  });

  test("the list of models comes from the configuration", async () => {
    const ids = [];
    for await (const model of await setup.gateway.client().models.list()) ids.push(model.id);
    assert.deepEqual(ids.sort(), ["scripted-model", "vendor/scripted-model"]);
    assert.equal(setup.upstream.requests.length, 0);
  });

  test("one model is retrieved by its name", async () => {
    const model = await setup.gateway.client().models.retrieve("scripted-model");
    assert.equal(model.id, "scripted-model");
    assert.equal(model.object, "model");
  });

  test("a model's name may hold a slash", async () => {
    assert.equal((await setup.gateway.client().models.retrieve("vendor/scripted-model")).id, "vendor/scripted-model");
  });

  test("a model that no provider has is a NotFoundError", async () => {
    await assert.rejects(setup.gateway.client().models.retrieve("no-such-model"), OpenAI.NotFoundError);
  });
});
