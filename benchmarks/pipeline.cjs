// Times the same case in Node with the packages the platform seems to use: ajv, handlebars, JSON.
"use strict";

const util = require("node:util");
const [, , modules, input] = process.argv;
const handlebars = require(`${modules}/handlebars`);
const Ajv = require(`${modules}/ajv`).default ?? require(`${modules}/ajv`);

const REPEATS = 15;
const { action, inputs, body, sample, rounds } = JSON.parse(require("node:fs").readFileSync(input, "utf8"));

/** A value of templates as a function of the data. @param {any} value @returns {(data: any) => any} */
function compiled(value) {
  if (typeof value === "string" && value.startsWith("/#")) {
    const path = value.slice(2).split(".");
    return (data) => path.reduce((found, key) => found?.[key], data);
  }
  if (typeof value === "string") return handlebars.compile(value);
  if (Array.isArray(value)) {
    const items = value.map(compiled);
    return (data) => items.map((item) => item(data));
  }
  if (value !== null && typeof value === "object") {
    const members = Object.entries(value).map(([key, item]) => /** @type {const} */ ([key, compiled(item)]));
    return (data) => Object.fromEntries(members.map(([key, item]) => [key, item(data)]));
  }
  return () => value;
}

const coerce = new Ajv({ coerceTypes: true, strict: false }).compile(action.inputSchema);
const project = new Ajv({ coerceTypes: true, removeAdditional: true, allErrors: true, strict: false }).compile(
  action.outputSchema,
);
const render = compiled(action.inputTemplate);
const map = compiled(action.outputTemplate);

function once() {
  const given = { ...inputs };
  if (!coerce(given)) throw new Error("the inputs are rejected");
  const request = render({ ...given, authToken: "token" });
  const parsed = JSON.parse(body);
  const output = map({ response: { statusCode: 200 }, body: parsed });
  project(output);
  return { request, output, same: util.isDeepStrictEqual(output, sample) };
}

const found = [];
for (let repeat = 0; repeat < REPEATS; repeat += 1) {
  const start = process.hrtime.bigint();
  for (let round = 0; round < rounds; round += 1) once();
  found.push(Number(process.hrtime.bigint() - start) / 1000 / rounds);
}
const median = found.sort((left, right) => left - right)[REPEATS >> 1];
process.stdout.write(JSON.stringify({ ...once(), microseconds: median }));
