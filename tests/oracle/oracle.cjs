// Answers, a JSON line for each JSON line, what JavaScript and the npm packages make of the cases given.
"use strict";

const http = require("node:http");
const https = require("node:https");
const net = require("node:net");
const readline = require("node:readline");
const handlebars = require("handlebars");
const request = require("request");

// The answers alone go to stdout; the helper named log writes there too.
console.log = console.info = console.error;

// Both in milliseconds.
const PATIENCE = 2000;
const LATER = 5;

const answers = {
  string: String,
  number: (text) => String(Number(text)),
  stringify: (value) => JSON.stringify(value),
  parse,
  handlebars: rendered,
  request: sent,
};

function parse(text) {
  try {
    return { value: JSON.stringify(JSON.parse(text)) };
  } catch (error) {
    return { error: String(error) };
  }
}

function rendered({ template, context, noEscape = false }) {
  try {
    return { text: handlebars.compile(template, { noEscape })(context) };
  } catch (error) {
    return { error: String(error) };
  }
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

function isWhole(bytes) {
  const head = bytes.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString("latin1", 0, head));
  return bytes.length - head - 4 >= Number(length?.[1] ?? 0);
}

function led(agent) {
  agent.createConnection = () => net.connect(server.address().port, "127.0.0.1");
  return agent;
}

const agents = { http: led(new http.Agent()), https: led(new https.Agent()) };

/** What becomes of an error that npm request throws when nobody can catch it. */
let failed = () => {};
process.on("uncaughtException", (error) => failed(error));

function sent(options) {
  const agent = /^\s*https:/i.test(String(options.uri)) ? agents.https : agents.http;
  return new Promise((resolve) => {
    // What npm request throws later belongs to the same case, so the next one waits for it.
    failed = (error) => setTimeout(() => resolve({ error: String(error) }), LATER);
    try {
      request({ ...options, agent, timeout: PATIENCE }, (error, response) => {
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
