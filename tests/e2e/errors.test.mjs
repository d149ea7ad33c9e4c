import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { chunk, completion, json, openStream, sse } from "./scripted_upstream.mjs";
import { overHttpAndHttps } from "./setups.mjs";

const asked = { model: "scripted-model", messages: [{ role: "user", content: "Hi" }] };
const failure = (type, code, message = "As scripted.") => ({ error: { message, type, param: null, code } });

/** The error that a call ends with. */
const errorOf = async (call, type) => {
  let caught;
  await assert.rejects(call, (error) => {
    caught = error;
    return error instanceof type;
  });
  return caught;
};

const drain = async (events) => {
  let text = "";
  for await (const event of events) text += event.choices[0]?.delta.content ?? "";
  return text;
};

overHttpAndHttps("errors", (setup) => {
  const create = (more = {}, options = {}) => setup.gateway.client(options).chat.completions.create({ ...asked, ...more });
  const answerWith = (status, body, headers) => (setup.upstream.script = (_request, response) => json(response, status, body, headers));

  test("a client with a wrong key is an AuthenticationError, and the provider is not asked", async () => {
    const error = await errorOf(create({}, { apiKey: "sk-wrong" }), OpenAI.AuthenticationError);
    assert.equal(error.status, 401);
    assert.equal(setup.upstream.requests.length, 0);
  });

  test("a gateway with a wrong key is an AuthenticationError with the provider's words", async () => {
    answerWith(401, failure("invalid_request_error", "invalid_api_key", "Incorrect API key provided."));
    const error = await errorOf(create(), OpenAI.AuthenticationError);
    assert.equal(error.code, "invalid_api_key");
    assert.match(error.message, /Incorrect API key provided/);
  });

  test("a model without a route is a NotFoundError that lists the routes", async () => {
    const error = await errorOf(create({ model: "nobody-serves-this" }), OpenAI.NotFoundError);
    assert.match(error.message, /nobody-serves-this/);
    assert.match(error.message, /scripted/);
    assert.equal(setup.upstream.requests.length, 0);
  });

  test("a rate limit is a RateLimitError and keeps its Retry-After", async () => {
    answerWith(429, failure("requests", "rate_limit_exceeded"), { "retry-after": "17" });
    const error = await errorOf(create(), OpenAI.RateLimitError);
    assert.equal(error.headers.get("retry-after"), "17");
    assert.equal(error.code, "rate_limit_exceeded");
  });

  test("the SDK's own retry finds the provider recovered", async () => {
    setup.upstream.script = (_request, response) =>
      setup.upstream.requests.length === 1
        ? json(response, 500, failure("server_error", null))
        : json(response, 200, completion({ content: "again" }));
    const got = await create({}, { maxRetries: 1 });
    assert.equal(got.choices[0].message.content, "again");
  });

  test("a request that the provider refuses is a BadRequestError with code and param", async () => {
    const body = failure("invalid_request_error", "context_length_exceeded");
    body.error.param = "messages";
    answerWith(400, body);
    const error = await errorOf(create(), OpenAI.BadRequestError);
    assert.equal(error.code, "context_length_exceeded");
    assert.equal(error.param, "messages");
  });

  test("a body that is not JSON is refused before the provider hears of it", async () => {
    const reply = await setup.gateway.post("/v1/chat/completions", '{"model":"scripted-model","messages":[');
    assert.equal(reply.status, 400);
    assert.equal((await reply.json()).error.type, "invalid_request_error");
    assert.equal(setup.upstream.requests.length, 0);
  });

  test("a failing provider is an InternalServerError", async () => {
    answerWith(500, failure("server_error", null));
    const error = await errorOf(create(), OpenAI.InternalServerError);
    assert.equal(error.status, 500);
  });

  test("an overloaded provider keeps its 503", async () => {
    answerWith(503, failure("server_error", "overloaded"));
    assert.equal((await errorOf(create(), OpenAI.InternalServerError)).status, 503);
  });

  test("an HTML error page becomes a readable error", async () => {
    setup.upstream.script = (_request, response) => response.writeHead(502, { "content-type": "text/html" }).end("<html><h1>Bad Gateway</h1></html>");
    const error = await errorOf(create(), OpenAI.InternalServerError);
    assert.equal(error.status, 502);
    assert.ok(error.error.message.length > 0);
  });

  test("an error before the first event of a stream is thrown by the call itself", async () => {
    answerWith(429, failure("requests", "rate_limit_exceeded"));
    await errorOf(create({ stream: true }), OpenAI.RateLimitError);
  });

  test("a connection that breaks before the answer is a 502", async () => {
    setup.upstream.script = (_request, response) => response.socket.destroy();
    assert.equal((await errorOf(create(), OpenAI.InternalServerError)).status, 502);
  });

  test("a whole answer that is cut off is a 502", async () => {
    setup.upstream.script = (_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"id":"x"', () => response.socket.destroy());
    };
    assert.equal((await errorOf(create(), OpenAI.InternalServerError)).status, 502);
  });

  for (const [how, cut] of Object.entries({
    "whose connection breaks": (response) => response.socket.destroy(),
    "that ends without finish_reason and [DONE]": (response) => response.end(),
    "that ends within an event": (response) => response.end('data: {"id":"chatcmpl-scr'),
  })) {
    test(`a stream ${how} throws in the SDK after what had arrived`, async () => {
      setup.upstream.script = (_request, response) => {
        openStream(response);
        response.write(sse(chunk({ role: "assistant", content: "Half a " })), () => cut(response));
      };
      let text = "";
      const read = async () => {
        for await (const event of await create({ stream: true })) text += event.choices[0]?.delta.content ?? "";
      };
      await errorOf(read(), OpenAI.APIError);
      assert.equal(text, "Half a ");
    });
  }

  test("a malformed event throws in the SDK", async () => {
    setup.upstream.script = (_request, response) => {
      openStream(response);
      response.write(sse(chunk({ role: "assistant", content: "Fine so far" })));
      response.end(sse('{"id": broken') + sse("[DONE]"));
    };
    await errorOf(create({ stream: true }).then(drain), OpenAI.APIError);
  });

  test("an error event within a stream throws in the SDK with the provider's words", async () => {
    setup.upstream.script = (_request, response) => {
      openStream(response);
      response.write(sse(chunk({ role: "assistant", content: "Then " })));
      response.end(sse(failure("server_error", "overloaded", "The engine is on fire.")));
    };
    const error = await errorOf(create({ stream: true }).then(drain), OpenAI.APIError);
    assert.match(error.message, /on fire/);
  });
});
