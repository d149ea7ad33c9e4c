// A server that keeps what is posted to it: a collector of traces, or who is told by a webhook.

import { once } from "node:events";
import http from "node:http";

/** Takes whatever is posted to it. */
export class Collector {
  posts = [];
  static async start() {
    const collector = new Collector();
    collector.server = http.createServer(async (request, response) => {
      const pieces = [];
      for await (const piece of request) pieces.push(piece);
      collector.posts.push({ path: request.url, headers: request.headers, body: JSON.parse(Buffer.concat(pieces).toString()) });
      response.end("{}");
    });
    collector.server.listen(0, "127.0.0.1");
    await once(collector.server, "listening");
    collector.url = `http://127.0.0.1:${collector.server.address().port}`;
    return collector;
  }
  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
