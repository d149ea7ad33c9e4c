// A certificate authority of our own and a certificate of it for "localhost", made by the openssl program in a temporary directory.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** { ca, key, cert } as PEM text; the certificate is good for `days`. */
export function makeCertificates({ days = 2, names = "DNS:localhost" } = {}) {
  const directory = mkdtempSync(join(tmpdir(), "patchbay-tls-"));
  const at = (name) => join(directory, name);
  const openssl = (...words) => execFileSync("openssl", words, { cwd: directory, stdio: "pipe" });
  const elliptic = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  try {
    openssl("req", "-x509", ...elliptic, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Patchbay test authority");
    openssl("req", ...elliptic, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost");
    writeFileSync(at("names"), `subjectAltName=${names}\n`);
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", String(days), "-extfile", "names", "-out", "server.pem");
    return { ca: readFileSync(at("ca.pem"), "utf8"), key: readFileSync(at("server.key"), "utf8"), cert: readFileSync(at("server.pem"), "utf8") };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
