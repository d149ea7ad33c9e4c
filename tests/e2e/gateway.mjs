// Starts the real gateway process on a free port and stops it again.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import https from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import OpenAI from "openai";

const root = fileURLToPath(new URL("../..", import.meta.url));
export const binary = process.env.PATCHBAY_BIN ?? join(root, "build/runtime/patchbay");
export const pluginPath = (process.env.PATCHBAY_PLUGIN_PATH ?? join(root, "build/plugins")).split(":").map((path) => resolve(path));

/** What the client shows to the gateway, and what the gateway shows to the provider. Neither may ever be in a log. */
export const clientKey = "sk-client-7Yh2mQx0SecretOfTheClient";
export const upstreamKey = "sk-upstream-94kVbZSecretOfTheGateway";

export async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

/** Waits until `condition` gives something true; fails with `what` after `milliseconds`. */
export async function eventually(condition, what, milliseconds = 10_000) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) assert.fail(typeof what === "function" ? what() : `not within ${milliseconds} ms: ${what}`);
    await new Promise((wake) => setTimeout(wake, 10));
  }
}

export class Gateway {
  #log = "";
  #process;
  #directory;
  #exited;

  /**
   * `toml` is everything but [server] listen and [plugins]; `server` and `plugins` hold more lines for those two, `pluginDirectories` more
   * directories; `ca` is the authority of a gateway that speaks HTTPS, `identity`
   * what it is shown of its clients: { key, cert }.
   */
  static async start({ toml, server = "", plugins = "", pluginDirectories = [], files = {}, ca, identity = {} }) {
    assert.ok(existsSync(binary), `there is no gateway at ${binary}: build it, or set PATCHBAY_BIN and PATCHBAY_PLUGIN_PATH`);
    const gateway = new Gateway();
    gateway.port = await freePort();
    gateway.url = ca ? `https://localhost:${gateway.port}` : `http://127.0.0.1:${gateway.port}`;
    gateway.ca = ca;
    gateway.identity = identity;
    gateway.#directory = await mkdtemp(join(tmpdir(), "patchbay-e2e-"));
    gateway.file = join(gateway.#directory, "gateway.toml");
    gateway.serverLines = server;
    gateway.pluginLines = plugins;
    gateway.pluginDirectories = [...pluginPath, ...pluginDirectories];
    for (const [name, text] of Object.entries(files)) await writeFile(join(gateway.#directory, name), text);
    await gateway.save(toml);
    await gateway.#launch(["run", gateway.file]);
    return gateway;
  }

  /** Runs a configuration file as it stands, with more variables in its environment. */
  static async run(file, environment = {}) {
    assert.ok(existsSync(binary), `there is no gateway at ${binary}: build it, or set PATCHBAY_BIN and PATCHBAY_PLUGIN_PATH`);
    const gateway = new Gateway();
    gateway.port = await freePort();
    gateway.url = `http://127.0.0.1:${gateway.port}`;
    gateway.file = file;
    await gateway.#launch(["run", file, "--listen", `127.0.0.1:${gateway.port}`], {
      ...process.env,
      PATCHBAY_PLUGIN_PATH: pluginPath.join(":"),
      ...environment,
    });
    return gateway;
  }

  async #launch(args, env = process.env) {
    this.#process = spawn(binary, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    this.#exited = once(this.#process, "exit");
    const collect = (text) => (this.#log += text);
    this.#process.stdout.setEncoding("utf8").on("data", collect);
    this.#process.stderr.setEncoding("utf8").on("data", collect);
    // It answers before it has said where: tests read addresses from what it says.
    await eventually(async () => (await this.#isReady()) && this.#log.includes(" listens on http"), () => `the gateway did not become ready:\n${this.#log}`, 30_000);
  }

  /** Writes the configuration file, as an editor would. */
  async save(toml) {
    const directories = this.pluginDirectories.map((path) => JSON.stringify(path)).join(", ");
    const head =
      `[server]\nlisten = "127.0.0.1:${this.port}"\n${this.serverLines}\n\n` +
      `[plugins]\ndirectories = [${directories}]\n${this.pluginLines}\n\n`;
    await writeFile(this.file, head + toml);
  }

  async #isReady() {
    assert.equal(this.#process.exitCode, null, `the gateway ended with status ${this.#process.exitCode}:\n${this.#log}`);
    try {
      return this.ca ? (await this.secure("/ready")).status === 200 : (await fetch(`${this.url}/ready`)).ok;
    } catch {
      return false;
    }
  }

  /** Ends the process without a word, as a crash does, and starts another one on the same file. */
  async killAndStartAgain() {
    this.signal("SIGKILL");
    await this.exit();
    await this.#launch(["run", this.file]);
  }

  get log() {
    return this.#log;
  }

  /** An OpenAI client that does not retry, so that a test sees each answer of the gateway. */
  client(options = {}) {
    return new OpenAI({ baseURL: `${this.url}/v1`, apiKey: clientKey, maxRetries: 0, ...options });
  }

  /** A request as the wire has it, for what an SDK would not send. */
  post(path, body, headers = {}) {
    return fetch(this.url + path, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", authorization: `Bearer ${clientKey}`, ...headers },
    });
  }

  /** A request over HTTPS: { status, body, certificate }. `options` are those of https.request. */
  async secure(path, { body, ...options } = {}) {
    const request = https.request({ host: "127.0.0.1", servername: "localhost", port: this.port, path, ca: this.ca, agent: false, ...this.identity, ...options });
    request.end(body);
    const [response] = await once(request, "response");
    const certificate = response.socket.getPeerCertificate().fingerprint256;
    let text = "";
    for await (const piece of response.setEncoding("utf8")) text += piece;
    return { status: response.statusCode, body: text, certificate };
  }

  async write(name, text) {
    await writeFile(join(this.#directory, name), text);
  }

  signal(name) {
    this.#process.kill(name);
  }

  get pid() {
    return this.#process.pid;
  }

  rssKiB() {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, "utf8"))[1]);
  }

  /** Resolves to the exit status once the process is gone; a signal's name if one ended it. */
  async exit() {
    const [status, signal] = await this.#exited;
    return status ?? signal;
  }

  /** Ends the process and checks what every test takes for granted: it ends by itself, cleanly, and its log holds no key. */
  async stop() {
    this.signal("SIGTERM");
    const killer = setTimeout(() => this.signal("SIGKILL"), 20_000);
    const status = await this.exit();
    clearTimeout(killer);
    if (this.#directory) await rm(this.#directory, { recursive: true, force: true });
    assert.equal(status, 0, `the gateway ended with ${status}:\n${this.#log}`);
    for (const key of [clientKey, upstreamKey]) assert.ok(!this.#log.includes(key), `a key is in the log:\n${this.#log}`);
  }

  /** The text of the configuration file as it stands. */
  configuration() {
    return readFile(this.file, "utf8");
  }
}
