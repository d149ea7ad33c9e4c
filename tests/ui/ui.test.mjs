// The page at /admin/ui as a person meets it. PATCHBAY_SCREENSHOTS=DIRECTORY keeps a picture of every view.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { copyFile, mkdtemp } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { eventually } from "../e2e/gateway.mjs";
import { Session, missing, picture, token } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const views = ["patchbay", "routes", "traffic", "requests", "plugins", "mode", "playground"];

/** What keeps somebody from using what the page shows, as axe finds it. */
async function barriers(page) {
  await page.evaluate(axe); // not as a script of the page, which its policy forbids
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" | ")}`);
}

describe("the web page", { skip: missing }, () => {
  let session;
  before(async () => {
    session = await Session.start();
    await session.signIn();
  });
  after(() => session?.stop());

  test("a wrong token is asked for again", async () => {
    const other = await session.browser.createBrowserContext();
    const page = await other.newPage();
    await page.goto(`${session.admin}/admin/ui/`);
    await page.waitForSelector("dialog[open]");
    await page.type("#token", "wrong");
    await page.keyboard.press("Enter");
    await eventually(() => page.$eval("#token", (field) => field.value === "").catch(() => false), "an empty field");
    await page.waitForSelector("dialog[open]");
    assert.equal(await page.$eval("#refused", (line) => line.textContent), "The host refused that token.");
    await page.type("#token", token);
    await page.keyboard.press("Enter");
    await eventually(() => page.$eval("#status", (line) => /generation/.test(line.textContent)), "a status");
    await other.close();
    await session.page.bringToFront();
  });

  test("the drawing has a jack for each route and instance, and a cord for each connection", async () => {
    await session.open("patchbay");
    await session.page.waitForSelector(".patchbay .jack");
    const count = (selector) => session.page.$$eval(selector, (found) => found.length);
    assert.equal(await count(".patchbay .jack"), 5); // two routes, an llmSwitch, a compatibility, one provider for both
    assert.equal(await count(".patchbay .cord"), 4);
    assert.match(await session.text("#view table"), /provider-mock/);
  });

  test("a cord touches no jack that it is not plugged into", async () => {
    await session.open("patchbay");
    await session.page.waitForSelector(".patchbay .cord");
    const crossed = await session.page.evaluate(() => {
      const jacks = [...document.querySelectorAll(".patchbay .jack")].map((jack) => ({ name: jack.textContent, box: jack.querySelector("rect").getBoundingClientRect() }));
      const found = new Set();
      for (const cord of document.querySelectorAll(".patchbay .cord"))
        for (let at = 1; at < cord.getTotalLength() - 1; at += 2) {
          const { x, y } = cord.getPointAtLength(at).matrixTransform(cord.getScreenCTM());
          for (const { name, box } of jacks) if (x > box.left + 1 && x < box.right - 1 && y > box.top && y < box.bottom) found.add(`${cord.textContent} crosses ${name}`);
        }
      return [...found];
    });
    assert.deepEqual(crossed, []);
  });

  test("a host that does not answer is told, and so is its return", async () => {
    await session.page.setOfflineMode(true);
    await session.says(/^the host does not answer: what is shown may be old$/);
    assert.equal(await session.page.$eval("#status", (line) => line.className), "bad");
    await session.page.setOfflineMode(false);
    await session.says(/generation 1/);
  });

  test("the form of the mode begins with what is in force, and asks for shares only where they count", async () => {
    await session.open("mode");
    await session.page.waitForSelector("#mode", { visible: true });
    const seen = () => session.page.$eval("#percentage", (field) => field.checkVisibility());
    assert.equal(await session.page.$eval("#mode", (field) => field.value), "v2");
    assert.equal(await seen(), false);
    await session.page.select("#mode", "gradual");
    assert.equal(await seen(), true);
  });

  test("a plugin is removed only after a question", async () => {
    await session.open("plugins");
    const button = await session.page.waitForSelector('[id="remove-dev.patchbay.provider-ollama"]');
    const asked = new Promise((resolve) => session.page.once("dialog", (dialog) => resolve(dialog.dismiss().then(() => dialog.message()))));
    await Promise.all([asked, button.click()]);
    assert.equal(await asked, "Remove dev.patchbay.provider-ollama, until it is added again?");
    assert.ok(await session.page.$('[id="remove-dev.patchbay.provider-ollama"]'));
  });

  test("cords light up while a request passes", async () => {
    await session.open("patchbay");
    const stream = await session.gateway.client().chat.completions.create({ model: "mock-model", stream: true, messages: [{ role: "user", content: "Hi" }] });
    const lit = eventually(() => session.page.$$eval(".cord.lit", (cords) => cords.length > 0), "a lit cord");
    for await (const chunk of stream) void chunk;
    await lit;
  });

  test("the playground streams an answer and says which route it took", async () => {
    await session.open("playground");
    await eventually(() => session.page.$eval("#model", (field) => field.value !== ""), "a model that is offered");
    await session.page.$eval("#model", (field) => (field.value = "mock-model"));
    await session.page.click("#send");
    await eventually(async () => /One two three four five six\./.test(await session.text(".answer")), "the whole answer");
    await eventually(async () => /Route\s*mock/.test(await session.text(".facts")), "its route");
    await picture(session, "playground");
    await session.page.click(".facts a");
    await session.page.waitForSelector("#trace .waterfall");
    await session.page.waitForFunction(() => document.activeElement.id === "trace"); // where reading goes on
    assert.match(await session.text("#trace"), /mock/);
    assert.deepEqual(await barriers(session.page), []);
    await picture(session, "trace");
  });

  test("an error of the gateway is shown as one", async () => {
    await session.open("playground");
    await session.page.$eval("#message", (field) => field.removeAttribute("required"));
    await session.page.$eval("#model", (field) => (field.value = ""));
    await session.page.$eval("#model", (field) => field.removeAttribute("required"));
    await session.page.click("#send");
    await eventually(async () => (await session.page.$(".answer .bad")) !== null, "an error");
  });

  test("a gateway that the browser gets no answer from is told with what may be the cause", async () => {
    await session.open("mode");
    await session.open("playground");
    await eventually(() => session.page.$eval("#model", (field) => field.value !== ""), "a model that is offered");
    await session.page.setOfflineMode(true);
    await session.page.click("#send");
    await eventually(async () => /127\.0\.0\.1:\d+ does not answer this page; .* cors_origins$/.test(await session.text(".answer")), "the cause");
    await session.page.setOfflineMode(false);
  });

  test("a plugin that is chosen in the drop zone serves", async () => {
    await session.open("plugins");
    const folder = await mkdtemp(join(tmpdir(), "patchbay-ui-"));
    const file = join(folder, "hook-request-log.so");
    await copyFile(join(process.env.PATCHBAY_PLUGIN_PATH.split(":")[0], "hook-request-log.so"), file);
    await (await session.page.waitForSelector("#plugin-file")).uploadFile(file);
    await eventually(async () => /serves as generation/.test(await session.text(".notice")), "the outcome");
  });

  test("what is no plugin is refused with the reason, and nothing changes", async () => {
    await session.open("plugins");
    const folder = await mkdtemp(join(tmpdir(), "patchbay-ui-"));
    const file = join(folder, "nonsense.so");
    await copyFile(new URL(import.meta.url).pathname, file);
    await (await session.page.waitForSelector("#plugin-file")).uploadFile(file);
    await eventually(async () => (await session.page.$(".notice.bad")) !== null, "a refusal");
    assert.match(await session.text(".notice"), /nonsense\.so/);
  });

  test("the keyboard alone goes from view to view", async () => {
    await session.page.focus('nav a[href="#patchbay"]');
    await session.page.keyboard.press("Tab");
    await session.page.keyboard.press("Enter");
    await session.page.waitForSelector('nav a[href="#routes"][aria-current]');
    await eventually(async () => /Targets/.test(await session.text("#view")), "the routes");
  });

  for (const scheme of ["light", "dark"])
    for (const size of [{ width: 1280, height: 800 }, { width: 360, height: 740 }])
      for (const view of views)
        test(`${view}: no barrier and no overflow, ${scheme}, ${size.width} wide`, async () => {
          await session.look(scheme, size);
          await session.open(view);
          await eventually(() => session.page.$eval("#view", (root) => root.children.length > 0), "the view");
          await picture(session, `${view}-${scheme}-${size.width}`);
          const wide = await session.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          assert.ok(wide <= 0, `the page is ${wide} pixels too wide`);
          assert.deepEqual(await barriers(session.page), []);
        });

  test("nothing comes from anywhere else, and no script failed", () => {
    assert.deepEqual([...session.origins].sort(), [session.admin, session.gateway.url].sort());
    assert.deepEqual(session.faults, []);
  });
});
