// A real browser with the page of a real gateway.

import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { Gateway, eventually } from "../e2e/gateway.mjs";

export const token = "admin-token-of-the-ui-test";
export const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const missing = existsSync(chromium) ? false : `no browser at ${chromium}`;

const pictures = process.env.PATCHBAY_SCREENSHOTS;

/** Keeps a picture of the whole page, if somebody wants to look at it. */
export async function picture(session, name) {
  if (!pictures) return;
  await mkdir(pictures, { recursive: true });
  await session.page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}

export const adminTable = (more = "") => `[admin]\nlisten = "127.0.0.1:0"\ntoken = "${token}"\n${more}\n`;

const twoRoutes = `${adminTable('uploads = "uploads"')}
[library.mock]
type = "provider-mock"
config = { text = "One two three four five six.", token_delay = "150ms" }

[[routes]]
id = "mock"
priority = 5
pattern = { model = "^mock-" }
modules = [
  { type = "llmSwitch", config = { type = "llmswitch-conversion-router" } },
  { type = "provider", config = "mock" },
]

[[routes]]
id = "other"
pattern = { model = "^other-" }
modules = [
  { type = "compatibility", config = { type = "compatibility-passthrough" } },
  { type = "provider", config = "mock" },
]
`;

/** A gateway, and a page that has signed in. */
export class Session {
  static async start({ toml = twoRoutes } = {}) {
    const session = new Session();
    session.gateway = await Gateway.start({ toml });
    try {
      await session.#browse();
    } catch (error) {
      await session.stop(); // a gateway that nobody stops keeps the tests from ending
      throw error;
    }
    return session;
  }

  async #browse() {
    this.admin = /look at it: (http:\S+?)\/admin\/ui\//.exec(this.gateway.log)[1];
    this.browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
    this.page = await this.browser.newPage();
    await this.look("light", { width: 1280, height: 800 });
    this.origins = new Set();
    this.faults = [];
    this.page.on("request", (request) => this.origins.add(new URL(request.url()).origin));
    this.page.on("pageerror", (error) => this.faults.push(error.message));
    await this.page.goto(`${this.admin}/admin/ui/`);
  }

  async signIn() {
    await this.page.waitForSelector("dialog[open]");
    await this.page.type("#token", token);
    await this.page.keyboard.press("Enter");
    await this.says(/generation 1/);
  }

  /** How the person has it: the colour scheme, and the size of the window. */
  async look(scheme, size) {
    await this.page.setViewport(size);
    await this.page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: scheme },
      { name: "prefers-reduced-motion", value: "reduce" },
    ]);
  }

  /** Waits until the status line says something. */
  says(pattern) {
    return eventually(async () => pattern.test(await this.text("#status")), `a status like ${pattern}`);
  }

  text(selector) {
    return this.page.$eval(selector, (element) => element.textContent);
  }

  async open(view) {
    await this.page.click(`nav a[href="#${view}"]`);
    await this.page.waitForSelector(`nav a[href="#${view}"][aria-current]`);
  }

  async stop() {
    await this.browser?.close();
    await this.gateway.stop();
  }
}
