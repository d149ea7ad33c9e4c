import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Gateway, clientKey, eventually, upstreamKey } from "./gateway.mjs";
import { openaiProvider, route, scripted, withClientKey } from "./routes.mjs";
import { ScriptedUpstream, chunk, completion, json, openStream, sse } from "./scripted_upstream.mjs";

const ask = (model, more = {}) => ({ model, messages: [{ role: "user", content: "Hi" }], ...more });

let upstream;
before(async () => (upstream = await ScriptedUpstream.start()));
after(() => upstream.stop());

describe("SIGTERM", () => {
  test("a stream in flight is finished before the process ends", async () => {
    const gateway = await Gateway.start({ toml: scripted(upstream.url) });
    let finish;
    upstream.script = (_request, response) => {
      openStream(response);
      response.write(sse(chunk({ role: "assistant", content: "first " })));
      finish = () => response.end(sse(chunk({ content: "last" })) + sse(chunk({}, "stop")) + sse("[DONE]"));
    };
    let text = "";
    for await (const event of await gateway.client().chat.completions.create(ask("scripted-model", { stream: true }))) {
      if (text === "") {
        gateway.signal("SIGTERM");
        await eventually(() => fetch(`${gateway.url}/health`).then(() => false, () => true), "new connections are refused");
        finish();
      }
      text += event.choices[0].delta.content ?? "";
    }
    assert.equal(text, "first last");
    assert.equal(await gateway.exit(), 0);
    await gateway.stop();
  });

  test("an idle gateway ends at once, open keep-alive connections or not", async () => {
    const gateway = await Gateway.start({ toml: scripted(upstream.url) });
    await fetch(`${gateway.url}/health`).then((reply) => reply.text());
    const began = Date.now();
    await gateway.stop();
    assert.ok(Date.now() - began < 5_000);
  });
});

describe("reload", () => {
  const models = async (gateway) => (await gateway.client().models.list()).data.map((model) => model.id);
  const newRoute = () => scripted(upstream.url) + route("second", "^second-model$", "scripted");
  const answers = (gateway, model) => gateway.client().chat.completions.create(ask(model)).then(() => true, () => false);
  let gateway;

  before(() => (upstream.script = (_request, response) => json(response, 200, completion({ content: "ok" }))));
  const withGateway = (name, body) =>
    test(name, async () => {
      gateway = await Gateway.start({ toml: scripted(upstream.url), server: withClientKey });
      try {
        await body();
      } finally {
        await gateway.stop();
      }
    });

  withGateway("a saved file brings its new route to life", async () => {
    assert.equal(await answers(gateway, "second-model"), false);
    await gateway.save(newRoute());
    await eventually(() => answers(gateway, "second-model"), () => `the new route does not answer:\n${gateway.log}`);
  });

  withGateway("SIGHUP reads the file again", async () => {
    await gateway.save(newRoute());
    gateway.signal("SIGHUP");
    await eventually(() => answers(gateway, "second-model"), () => `the new route does not answer:\n${gateway.log}`);
  });

  withGateway("a faulty file changes nothing and the log says what is wrong and where", async () => {
    await gateway.save(scripted(upstream.url).replace("base_url", "base_ulr"));
    gateway.signal("SIGHUP");
    await eventually(() => /base_ulr/.test(gateway.log), () => `the log does not name the fault:\n${gateway.log}`);
    assert.match(gateway.log, /gateway\.toml:\d+:\d+/);
    assert.match(gateway.log, /base_url/);
    assert.equal(await answers(gateway, "scripted-model"), true);
  });

  withGateway("a stream in flight goes on through a reload", async () => {
    const usual = upstream.script;
    let finish;
    upstream.script = (_request, response) => {
      openStream(response);
      response.write(sse(chunk({ role: "assistant", content: "before " })));
      finish = () => response.end(sse(chunk({ content: "after" }, "stop")) + sse("[DONE]"));
    };
    let text = "";
    for await (const event of await gateway.client().chat.completions.create(ask("scripted-model", { stream: true }))) {
      if (text === "") {
        upstream.script = usual;
        await gateway.save(newRoute());
        gateway.signal("SIGHUP");
        await eventually(() => answers(gateway, "second-model"), () => `the new route does not answer:\n${gateway.log}`);
        finish();
      }
      text += event.choices[0].delta.content ?? "";
    }
    assert.equal(text, "before after");
  });

  withGateway("a route that left the file is gone, and so are its models", async () => {
    const other = openaiProvider("other", upstream.url).replace(/models = \[[^\]]*\]/, 'models = ["other-model"]');
    await gateway.save(other + route("other", "^other-model$", "other"));
    gateway.signal("SIGHUP");
    await eventually(async () => (await models(gateway)).includes("other-model"), () => `the new model is not listed:\n${gateway.log}`);
    assert.deepEqual(await models(gateway), ["other-model"]);
    assert.equal(await answers(gateway, "scripted-model"), false);
  });
});

describe("start", () => {
  const startFails = async (toml, server) => {
    const error = await Gateway.start({ toml, server }).then((gateway) => gateway.stop().then(() => undefined), (caught) => caught);
    assert.ok(error, "a faulty configuration started");
    return error.message;
  };

  test("a faulty file ends the process with file, line, column and the nearest key", async () => {
    const message = await startFails(scripted(upstream.url).replace("[[routes]]", "[[routes]]\npriorty = 3"));
    assert.match(message, /gateway\.toml:\d+:\d+/);
    assert.match(message, /priorty/);
    assert.match(message, /priority/);
  });

  test("an unset environment variable is an error with its line", async () => {
    assert.match(await startFails(scripted(`\${PATCHBAY_E2E_UNSET}`)), /gateway\.toml:\d+.*PATCHBAY_E2E_UNSET/s);
  });
});

describe("logs", () => {
  test("no key is in the log, at the highest level, whatever fails", async () => {
    const gateway = await Gateway.start({ toml: '[log]\nlevel = "debug"\n' + scripted(upstream.url), server: withClientKey });
    const failing = (status) => (_request, response) => json(response, status, { error: { message: `bad key ${upstreamKey}`, type: "x" } });
    for (const status of [401, 429, 500]) {
      upstream.script = failing(status);
      await gateway.client().chat.completions.create(ask("scripted-model")).catch(() => {});
    }
    upstream.script = (_request, response) => response.socket.destroy();
    await gateway.client().chat.completions.create(ask("scripted-model")).catch(() => {});
    await gateway.save(scripted(upstream.url).replace("base_url", "base_ulr"));
    gateway.signal("SIGHUP");
    await eventually(() => /base_ulr/.test(gateway.log), () => `the log does not name the fault:\n${gateway.log}`);
    assert.ok(!gateway.log.includes(clientKey) && !gateway.log.includes(upstreamKey));
    await gateway.stop(); // checks the log once more
  });
});
