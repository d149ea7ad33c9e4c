// Runs a command of the executable while this process goes on answering it.

import { execFile } from "node:child_process";
import { binary } from "./gateway.mjs";

/** { status, stdout, stderr } of `patchbay WORDS…`; `env` is laid over the environment. */
export const patchbay = (words, env = {}) =>
  new Promise((resolve) => {
    execFile(binary, words, { encoding: "utf8", env: { ...process.env, ...env }, maxBuffer: 16 << 20 }, (error, stdout, stderr) =>
      resolve({ status: error ? error.code : 0, stdout, stderr }),
    );
  });
