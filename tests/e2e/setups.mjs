// The two ways to the scripted upstream; every test of a real provider runs over both.

import { after, before, beforeEach, describe } from "node:test";
import { makeCertificates } from "./certificates.mjs";
import { Gateway } from "./gateway.mjs";
import { scripted, withClientKey } from "./routes.mjs";
import { ScriptedUpstream } from "./scripted_upstream.mjs";

const kinds = {
  http: () => ({ listen: {}, toml: "", files: {} }),
  https: () => {
    const { ca, key, cert } = makeCertificates();
    return { listen: { tls: { key, cert }, host: "localhost" }, toml: '[upstream]\nca_file = "ca.pem"\n', files: { "ca.pem": ca } };
  },
};

/** Runs `tests(setup)` for each kind; `setup.gateway` and `setup.upstream` are there once a test runs. */
export function overHttpAndHttps(name, tests) {
  for (const [kind, prepare] of Object.entries(kinds)) {
    describe(`${name}, provider over ${kind}`, () => {
      const setup = {};
      before(async () => {
        const { listen, toml, files } = prepare();
        setup.upstream = await ScriptedUpstream.start(listen);
        setup.gateway = await Gateway.start({ server: withClientKey, toml: toml + scripted(setup.upstream.url), files });
      });
      beforeEach(() => setup.upstream.reset());
      after(async () => {
        await setup.gateway?.stop();
        await setup.upstream?.stop();
      });
      tests(setup);
    });
  }
}
