// Answers, a JSON line for each JSON line, what JavaScript and the npm packages make of the cases given.
"use strict";

const http = require("node:http");
const https = require("node:https");
const net = require("node:net");
const readline = require("node:readline");
const handlebars = require("handlebars");
const JSON5 = require("json5");
const request = require("request");
require("../conformance/handlebars_helpers.js");

// The answers alone go to stdout; the helper named log writes there too.
console.log = console.info = console.debug = console.error;

/** @type {Record<string, Function>} */
const shared = /** @type {any} */ (globalThis).makeHelpers(handlebars);
// Those that name their options, and read them past the arguments they declare.
const OPTIONS = ["hashlist", "wrap", "when", "idx", "pair", "list", "raw", "hname"];

// Both in milliseconds.
const PATIENCE = 100_000;
const LATER = 5;

/** @type {Record<string, (given: any) => unknown>} */
const answers = {
  string: String,
  number: (text) => String(Number(text)),
  stringify: (value) => JSON.stringify(value),
  parse,
  json5,
  handlebars: rendered,
  places,
  request: sent,
};

/** @param {string} text */
function parse(text) {
  try {
    return { value: JSON.stringify(JSON.parse(text)) };
  } catch (error) {
    return { error: String(error) };
  }
}

/** The value of a JSON5 text, each number as the object of what JavaScript prints. @param {string} text */
function json5(text) {
  try {
    return { value: JSON5.parse(text, (_, value) => (typeof value === "number" ? { number: String(value) } : value)) };
  } catch (error) {
    return { error: String(error) };
  }
}

/**
 * What a template gives; ``helpers`` are the shared ones of the conformance data, by name.
 * @param {{ template: string, context: unknown, noEscape?: boolean, strict?: boolean, helpers?: string[] }} given
 */
function rendered({ template, context, noEscape = false, strict = false, helpers = [] }) {
  const named = Object.fromEntries(helpers.map((name) => [name, called(name)]));
  try {
    return { text: handlebars.compile(template, { noEscape, strict })(context, { helpers: named }) };
  } catch (error) {
    return { error: String(error) };
  }
}

/** A helper with as many arguments as it declares, as a Python function has them. @param {string} name */
function called(name) {
  const helper = shared[name];
  const count = helper.length - Number(OPTIONS.includes(name));
  if (count === 0 && !OPTIONS.includes(name)) return helper;
  /** @this {unknown} @param {any[]} given */
  return function (...given) {
    const options = given.pop();
    return helper.call(this, ...Array.from({ length: count }, (_, at) => given[at]), options);
  };
}

const PLACED = ["MustacheStatement", "BlockStatement", "CommentStatement", "SubExpression"];

/** The type of each node of a template, with the line and column of its start and end. @param {string} template */
function places(template) {
  /** @type {unknown[]} */
  const found = [];
  const visitor = new handlebars.Visitor();
  const accept = visitor.accept;
  visitor.accept = function (/** @type {any} */ node) {
    if (node && PLACED.includes(node.type)) {
      const { start, end } = node.loc;
      found.push([node.type, start.line, start.column, end.line, end.column]);
    }
    return accept.call(this, node);
  };
  try {
    visitor.accept(handlebars.parse(template));
  } catch (error) {
    return { error: String(error) };
  }
  return { places: found };
}

/** The bytes of the latest request; every connection of the agents below ends here, whatever its host. */
let received = Buffer.alloc(0);

const server = net.createServer((socket) => {
  received = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    if (isWhole(received)) socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
  });
});

/** @param {Buffer} bytes */
function isWhole(bytes) {
  const head = bytes.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString("latin1", 0, head));
  return bytes.length - head - 4 >= Number(length?.[1] ?? 0);
}

// Those that npm request takes by itself, so that it is given nothing but what an author wrote.
for (const agent of [http.globalAgent, https.globalAgent]) {
  // @ts-expect-error: Node documents createConnection, its types leave it out
  agent.createConnection = () => net.connect(/** @type {net.AddressInfo} */ (server.address()).port, "127.0.0.1");
  // The server closes each connection, which must not be taken for the next request.
  agent.maxFreeSockets = 0;
}

/** What becomes of an error that npm request throws when nobody can catch it. @type {(error: unknown) => void} */
let failed = () => {};
process.on("uncaughtException", (error) => failed(error));

/** @param {{ uri?: unknown }} options */
function sent(options) {
  return new Promise((resolve) => {
    // What npm request throws later belongs to the same case, so the next one waits for it.
    failed = (error) => setTimeout(() => resolve({ error: String(error) }), LATER);
    try {
      request({ ...options, timeout: PATIENCE }, (/** @type {any} */ error, /** @type {any} */ response) => {
        if (error) return failed(error);
        resolve({ raw: received.toString("base64"), json: response.toJSON().request });
      }).on("error", failed);
    } catch (error) {
      failed(error);
    }
  });
}

async function main() {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { ask, of } = JSON.parse(line);
    const found = [];
    for (const given of of) found.push(await answers[ask](given));
    process.stdout.write(JSON.stringify(found) + "\n");
  }
  server.close();
}

main();
