// Sends, for each JSON line, what an author wrote with the real packages, and answers what a service reads.
"use strict";

const http = require("node:http");
const readline = require("node:readline");
const handlebars = require("handlebars");
const request = require("request");

/** @type {(read: unknown) => void} */
let answer = () => {};

const server = http.createServer((incoming, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  incoming.on("data", (chunk) => chunks.push(chunk));
  incoming.on("end", () => {
    const body = Buffer.concat(chunks).toString("utf8");
    answer({ ...parts(incoming.url ?? ""), body, form: [...new URLSearchParams(body)], json: parsed(body) });
    response.end();
  });
});

/** What the URL standard makes of a request target. @param {string} target */
function parts(target) {
  const url = new URL(target, "http://service");
  try {
    return { path: url.pathname.split("/").map(decodeURIComponent), query: [...url.searchParams] };
  } catch (error) {
    return { path: String(error), query: [...url.searchParams] };
  }
}

/** @param {string} text */
function parsed(text) {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { error: "not JSON" };
  }
}

/** @param {unknown} written @param {unknown} context @returns {any} */
function rendered(written, context) {
  if (typeof written === "string") return handlebars.compile(written)(context);
  if (written === null || typeof written !== "object") return written;
  return Object.fromEntries(Object.entries(written).map(([key, value]) => [key, rendered(value, context)]));
}

process.on("uncaughtException", (error) => answer({ error: String(error) }));

server.listen(0, "127.0.0.1", async () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { template, context } = JSON.parse(line);
    const options = rendered(template, context);
    const uri = options.uri.replace("http://service", `http://127.0.0.1:${port}`);
    const read = new Promise((resolve) => {
      answer = resolve;
      // A request that the parser of Node's server refuses does not reach the service.
      request({ ...options, uri }, (error, response) => {
        if (error || response.statusCode !== 200) resolve({ error: String(error ?? response.statusCode) });
      });
    });
    process.stdout.write(`${JSON.stringify(await read)}\n`);
  }
});
