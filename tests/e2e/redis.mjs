// A real Redis on a free port of the loopback, with nothing on disk.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { eventually, freePort } from "./gateway.mjs";

export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;

export class Redis {
  #process;

  static async start(port) {
    const redis = new Redis();
    redis.port = port ?? (await freePort());
    redis.url = `redis://:sesame-of-redis@127.0.0.1:${redis.port}/2`;
    redis.#process = spawn("redis-server", ["--port", redis.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--requirepass", "sesame-of-redis"], {
      stdio: "ignore",
    });
    await eventually(() => redis.#answers(), "redis-server answers");
    return redis;
  }

  #answers() {
    return new Promise((resolve) => {
      const socket = connect(this.port, "127.0.0.1", () => socket.end("PING\r\n"));
      socket.on("data", () => resolve(true)).on("error", () => resolve(false));
    });
  }

  /** Sends a command as a person would, and waits for its +OK. */
  async command(line) {
    const socket = connect(this.port, "127.0.0.1", () => socket.write(`AUTH sesame-of-redis\r\n${line}\r\n`));
    let text = "";
    socket.setEncoding("utf8").on("data", (piece) => (text += piece));
    await eventually(() => text === "+OK\r\n+OK\r\n", () => `Redis answered ${text}`);
    socket.destroy();
  }

  async kill() {
    this.#process.kill("SIGKILL");
    await once(this.#process, "exit");
  }

  async stop() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill("SIGTERM");
    const [status] = await once(this.#process, "exit");
    assert.equal(status, 0);
  }
}
