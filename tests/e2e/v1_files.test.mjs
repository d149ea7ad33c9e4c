// Files that users of the static architecture wrote over time, in whatever dialect: each is migrated, and the result checked, proved equal and
// dry-run beside the file that it came from. The files are not part of the project: without them, and on slow builds, nothing is tested here.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { binary, pluginPath } from "./gateway.mjs";

const fixtures = process.env.PATCHBAY_FIXTURES ?? fileURLToPath(new URL("../../../shared/fixtures", import.meta.url));
const folder = join(fixtures, "v1-configs");
const files = existsSync(folder)
  ? readdirSync(folder).flatMap((dialect) => readdirSync(join(folder, dialect)).map((name) => join(folder, dialect, name)))
  : [];
const skip = files.length === 0 ? `no files at ${folder}` : process.env.PATCHBAY_OPTIMISED ? false : "wants an optimised build and PATCHBAY_OPTIMISED=1";

/** What is no configuration of a user, or has nothing that could serve, and what the refusal must say. */
const refusals = {
  "config__stage-1.system": /system configuration/,
  "config__v2-config-example": /RouteCodex's own V2/,
  "config__routecodex@2025-09-22": /there is no provider/,
  "src__config__default-config": /no pipeline can serve/,
};

describe("files of the static architecture", { skip }, () => {
  let made;
  before(async () => {
    made = await mkdtemp(join(tmpdir(), "patchbay-v1-"));
  });
  after(() => rm(made, { recursive: true, force: true }));

  const run = (variables, ...words) =>
    spawnSync(binary, words, { encoding: "utf8", env: { ...process.env, HOME: made, PATCHBAY_PLUGIN_PATH: pluginPath.join(":"), ...variables } });
  const succeeds = ({ status, stdout, stderr }) => assert.equal(status, 0, stdout + stderr);

  for (const file of files) {
    const name = basename(file, ".json");
    const refusal = Object.entries(refusals).find(([beginning]) => name.startsWith(beginning))?.[1];
    if (refusal)
      test(`${name} is refused with the reason`, () => {
        const { status, stderr } = run({}, "migrate", file, "-o", join(made, `${name}.toml`));
        assert.notEqual(status, 0);
        assert.match(stderr, refusal);
      });
    else
      test(`${name} is migrated, and V2 does what V1 does`, () => {
        const toml = join(made, `${name}.toml`);
        succeeds(run({}, "migrate", file, "-o", toml, "--check"));
        const texts = [file, toml].map((path) => readFileSync(path, "utf8"));
        const variables = Object.fromEntries(texts.flatMap((text) => [...text.matchAll(/\$\{?([A-Z][A-Z0-9_]+)/g)].map(([, variable]) => [variable, "none"])));
        succeeds(run(variables, "check", toml));
        succeeds(run(variables, "prerun", toml, "--against", file));
      });
  }
});
