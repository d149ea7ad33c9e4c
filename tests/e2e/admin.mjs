// Asks the admin API over its Unix socket.

import http from "node:http";

/** GET of a path; the text that comes back. */
export const adminAt = (socketPath) => (path) =>
  new Promise((resolve, reject) => {
    http
      .get({ socketPath, path }, async (response) => {
        let text = "";
        for await (const piece of response.setEncoding("utf8")) text += piece;
        resolve(text);
      })
      .on("error", reject);
  });
