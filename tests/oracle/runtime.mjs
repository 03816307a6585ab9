// One action from inputs to output, made of the npm packages the platform is believed to be made of.
//
// A JSON line in, a JSON line out: the action, its inputs, settings by variable name, _env, the outputs of earlier
// steps; back come /#response and the output, or that the inputs were rejected, or the error. Whatever host a
// request names, its connection ends at the port given as argument, where the tests record and answer it.
import http from "node:http";
import https from "node:https";
import net from "node:net";
import readline from "node:readline";
import { Ajv } from "ajv";
import handlebars from "handlebars";
import request from "request";

// The answers alone go to stdout; a helper that logs writes there too.
console.log = console.info = console.debug = console.error;

const PORT = Number(process.argv[2]);

// In milliseconds.
const PATIENCE = 100_000;
const LATER = 5;

const KEYWORDS = ["type", "required"];
const BOTH = { response: "/#response", body: "/#body" };

const rejecting = new Ajv({ coerceTypes: true, strict: false, logger: false });
const filtering = new Ajv({
  coerceTypes: true,
  strict: false,
  logger: false,
  allErrors: true,
  removeAdditional: true,
});

/** @typedef {Record<string, any>} Values */
/** @typedef {{ inputTemplate: Values, inputSchema?: any, outputTemplate?: unknown, outputSchema?: any }} Action */
/** @typedef {{ action: Action, inputs: Values, settings: Values, env: Values, steps?: Values, spread?: boolean }} Given */

/** @param {unknown} value @returns {value is Values} */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A schema down to the keywords Kustomer documents; without ``required`` where nothing is rejected for it.
 * @param {any} schema @param {boolean} rejects @returns {any} */
function supported(schema, rejects) {
  if (!isObject(schema)) return schema;
  /** @type {Values} */
  const kept = {};
  for (const name of KEYWORDS) {
    if (name in schema && (rejects || name !== "required")) kept[name] = schema[name];
  }
  if (isObject(schema.properties)) {
    const members = Object.entries(schema.properties).map(([name, one]) => [name, supported(one, rejects)]);
    kept.properties = Object.fromEntries(members);
  }
  for (const name of ["additionalProperties", "items"]) {
    if (name in schema) kept[name] = supported(schema[name], rejects);
  }
  if (rejects || !("type" in kept)) return kept;
  // A value that cannot be converted is kept whole: what is asked of its members is asked of the right type alone.
  const types = [kept.type].flat();
  if (!types.includes("array")) delete kept.items;
  if (!types.includes("object")) {
    delete kept.properties;
    delete kept.additionalProperties;
  }
  return kept;
}

/** A value in which nothing is shared: what one place is converted to must not show in another.
 * @param {any} value @returns {any} */
function copied(value) {
  if (Array.isArray(value)) return value.map(copied);
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, copied(one)])) : value;
}

/** Ajv changes values in place, so the value stands in an object; a root without type is an object.
 * @param {Ajv} ajv @param {unknown} value @param {any} schema @param {boolean} rejects */
function held(ajv, value, schema, rejects) {
  if (schema === undefined || schema === null || schema === true) return { is_good: true, value };
  const root = supported(schema, rejects);
  const whole = { properties: { value: { type: "object", ...root } } };
  const given = { value: copied(value) };
  const is_good = ajv.validate(whole, given);
  ajv.removeSchema(whole);
  return { is_good, value: given.value };
}

/** The value a bare path names; own keys alone, undefined where the way ends.
 * @param {string} path @param {any} context */
function named(path, context) {
  let value = context;
  for (const key of path.split(".")) {
    if (value === null || value === undefined || !Object.hasOwn(Object(value), key)) return undefined;
    value = value[key];
  }
  return value;
}

/** @param {any} template @param {Values} context @returns {any} */
function render(template, context) {
  if (typeof template === "string") {
    if (template.startsWith("/#")) return named(template.slice(2), context);
    return handlebars.compile(template)(context);
  }
  if (Array.isArray(template)) return template.map((one) => render(one, context) ?? null);
  if (!isObject(template)) return template;
  const members = Object.entries(template).map(([name, one]) => [name, render(one, context)]);
  return Object.fromEntries(members.filter(([, one]) => one !== undefined));
}

/** The options of npm request for a rendered inputTemplate.
 * @param {Values} template @param {boolean} spread @returns {Values} */
function options({ data = null, json, method, qs, uri, ...others }, spread) {
  /** @type {Values} */
  const made = { ...others, uri, method };
  if (typeof qs === "string" && !spread) made.uri = extended(uri, qs);
  else if (qs !== undefined) made.qs = qs;
  if (typeof json === "object" && json !== null) return { ...made, json };
  if (!json) return data === null ? made : { ...made, body: data };
  // A string or number is taken for the body, if there are no data.
  if (data === null) return { ...made, json };
  // What npm request would take for its switch, or for nothing at all, stands in the place of the body.
  return typeof data === "boolean" || !data ? { ...made, json: true, body: data } : { ...made, json: data };
}

/** A uri with more query, before its fragment. @param {string} uri @param {string} query */
function extended(uri, query) {
  const more = query.replace(/^\?/, "");
  if (!more) return uri;
  const [, before, fragment] = /** @type {RegExpExecArray} */ (/^([^#]*)(.*)$/s.exec(uri));
  const joint = !before.includes("?") ? "?" : before.endsWith("?") ? "" : "&";
  return before + joint + more + fragment;
}

/** The connections of the latest run. @type {net.Socket[]} */
let lines = [];

// Those that npm request takes by itself, so that it is given nothing but what an author wrote.
for (const agent of [http.globalAgent, https.globalAgent]) {
  // @ts-expect-error: Node documents createConnection, its types leave it out
  agent.createConnection = () => {
    const line = net.connect(PORT, "127.0.0.1");
    lines.push(line);
    return line;
  };
  // The server closes each connection, which must not be taken for the next request.
  agent.maxFreeSockets = 0;
}

/** What becomes of an error that npm request throws when nobody can catch it. @type {(error: unknown) => void} */
let failed = () => {};
process.on("uncaughtException", (error) => failed(error));

/** @param {Values} given @returns {Promise<any>} */
function sent(given) {
  return new Promise((resolve, reject) => {
    /** @type {net.Socket[]} */
    const own = (lines = []);
    failed = (error) => {
      // The server takes one connection at a time, and npm request leaves one open when it throws. It may fail
      // twice, and the connection of the next run is not to be closed for that.
      for (const line of own) line.destroy();
      // What npm request throws later belongs to the same run, so the next one waits for it.
      setTimeout(() => reject(error), LATER);
    };
    try {
      const asked = /** @type {any} */ ({ ...given, timeout: PATIENCE });
      request(asked, (/** @type {any} */ error, /** @type {any} */ response) => {
        if (error) failed(error);
        else resolve(response);
      }).on("error", failed);
    } catch (error) {
      failed(error);
    }
  });
}

/** @param {Given} given */
async function run({ action, inputs, settings, env, steps, spread = false }) {
  const params = steps === undefined ? inputs : render(inputs, { steps });
  const taken = held(rejecting, params, action.inputSchema, true);
  if (!taken.is_good) return { rejected: true };
  const template = render(action.inputTemplate, { .../** @type {Values} */ (taken.value), ...settings, _env: env });
  const answer = await sent(options(template, spread));
  const response = JSON.parse(JSON.stringify(answer.toJSON()));
  const body = answer.body;
  try {
    const mapped = render(action.outputTemplate ?? BOTH, { response, body });
    const output = held(filtering, mapped, action.outputSchema, false).value;
    return { response, output: output ?? null };
  } catch (error) {
    return { response, unmapped: String(error) };
  }
}

for await (const given of readline.createInterface({ input: process.stdin })) {
  /** @type {unknown} */
  let answer;
  try {
    answer = await run(JSON.parse(given));
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
