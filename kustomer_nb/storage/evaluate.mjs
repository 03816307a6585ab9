// Evaluates one module and writes its default export as JSON. What could reach another machine fails first; files and
// processes are limited by the permission flags of Node that the caller sets.
import childProcess from "node:child_process";
import dgram from "node:dgram";
import dns from "node:dns";
import fs from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import inspector from "node:inspector";
import Module, { createRequire, syncBuiltinESMExports } from "node:module";
import net from "node:net";
import tls from "node:tls";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import workers from "node:worker_threads";

const write = process.stdout.write.bind(process.stdout);
const stringify = JSON.stringify;
const { path, text, answer, most } = JSON.parse(fs.readFileSync(0, "utf8"));
const require = createRequire(path);

/** @param {string} name */
const refused = (name) =>
  // Not an arrow function: some are called with `new`.
  function () {
    throw new Error(`${name} is not available while kustomer-nb evaluates a module`);
  };
/** @param {any} owner @param {string} title @param {string[]} names */
function refuse(owner, title, names) {
  for (const name of names) {
    if (owner && name in owner) {
      Object.defineProperty(owner, name, { value: refused(`${title}.${name}`), configurable: false, writable: false });
    }
  }
}
const functionsOf = (/** @type {any} */ owner) => Object.keys(owner).filter((name) => typeof owner[name] === "function");

refuse(net.Socket.prototype, "net.Socket", ["connect"]);
refuse(net.Server.prototype, "net.Server", ["listen"]);
refuse(net, "net", ["connect", "createConnection", "createServer"]);
refuse(tls, "tls", ["connect", "createServer"]);
refuse(http, "http", ["request", "get", "createServer"]);
refuse(https, "https", ["request", "get", "createServer"]);
refuse(http2, "http2", ["connect", "createServer", "createSecureServer"]);
refuse(dgram.Socket.prototype, "dgram.Socket", ["bind", "connect", "send"]);
refuse(dns, "dns", functionsOf(dns));
refuse(dns.promises, "dns.promises", functionsOf(dns.promises));
refuse(childProcess, "child_process", functionsOf(childProcess));
refuse(workers, "worker_threads", ["Worker"]);
refuse(inspector, "inspector", ["open", "Session"]);
refuse(process, "process", ["binding", "_linkedBinding", "dlopen", "execve", "kill"]);
refuse(globalThis, "globalThis", ["fetch", "WebSocket", "EventSource"]);
syncBuiltinESMExports();
process.stdout.write = process.stderr.write = () => true;

/** @param {string} source */
function required(source) {
  const module = new Module(path);
  module.filename = path;
  // @ts-expect-error: Node uses both, its types leave them out
  module.paths = Module._nodeModulePaths(path.replace(/[\\/][^\\/]*$/, ""));
  // @ts-expect-error: see above
  module._compile(source, path);
  const exported = module.exports;
  // What compilers write for `export default`.
  const isDefault = exported && (exported.__esModule || Object.keys(exported).join() === "default");
  return isDefault && "default" in exported ? exported.default : exported;
}

/** @param {string} specifier */
function located(specifier) {
  if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, pathToFileURL(path)).href;
  const resolved = require.resolve(specifier);
  return resolved.startsWith("node:") || Module.builtinModules.includes(resolved) ? resolved : pathToFileURL(resolved).href;
}

/** @param {string} source */
async function imported(source) {
  const url = pathToFileURL(path).href;
  const module = new vm.SourceTextModule(source, {
    identifier: url,
    initializeImportMeta: (meta) => Object.assign(meta, { url, filename: path }),
    importModuleDynamically: (/** @type {string} */ specifier) => import(located(specifier)),
  });
  await module.link(async (specifier, _, extra) => {
    // @ts-ignore: older versions of Node call the attributes `assert`
    const namespace = await import(located(specifier), { with: extra.attributes ?? extra.assert });
    const names = Object.keys(namespace);
    return new vm.SyntheticModule(names, function () {
      for (const name of names) this.setExport(name, namespace[name]);
    });
  });
  await module.evaluate();
  return module.namespace.default;
}

/** @param {string} source */
async function evaluated(source) {
  if (/\.[cm]?ts$/i.test(path)) {
    // @ts-ignore: only newer versions of Node have it
    if (!Module.stripTypeScriptTypes) throw new Error("TYPESCRIPT");
    // @ts-ignore: see above
    source = Module.stripTypeScriptTypes(source);
  }
  const isScript = /\.cjs$/i.test(path) || !/^\s*(?:export|import)\b/m.test(source);
  return isScript && !/\.mjs$/i.test(path) ? required(source) : imported(source);
}

let result;
try {
  const json = stringify(await evaluated(text));
  if (json === undefined) throw new TypeError("the module has no default export that JSON can express");
  result = json.length > most ? { error: `its value has more than ${most} characters` } : { json };
} catch (error) {
  result = { error: String(error instanceof Error ? `${error.name}: ${error.message}` : error).slice(0, 300) };
}
write(`\n${answer}${stringify(result)}\n`, () => process.exit(0));
