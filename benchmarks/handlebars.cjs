// Times handlebars.js: a JSON line {template, context, rounds} in, {render, compile} in microseconds out.
"use strict";

const readline = require("node:readline");
const handlebars = require(`${process.argv[2]}/handlebars`);

const REPEATS = 15;

/** The median time of one call, in microseconds. @param {() => unknown} work @param {number} rounds */
function timed(work, rounds) {
  const found = [];
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const start = process.hrtime.bigint();
    for (let round = 0; round < rounds; round += 1) work();
    found.push(Number(process.hrtime.bigint() - start) / 1000 / rounds);
  }
  return found.sort((left, right) => left - right)[REPEATS >> 1];
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { template, context, rounds } = JSON.parse(line);
    const compiled = handlebars.compile(template);
    const text = compiled(context);
    const render = timed(() => compiled(context), rounds);
    // It compiles when it first renders.
    const compile = timed(() => handlebars.compile(template)(context), rounds >> 4) - render;
    process.stdout.write(JSON.stringify({ text, render, compile }) + "\n");
  }
}

main();
