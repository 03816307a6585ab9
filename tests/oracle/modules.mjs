// Answers, a JSON line for each JSON line, what modules export by default, as JSON.stringify writes it.
import Module, { createRequire } from "node:module";
import readline from "node:readline";

const require = createRequire(import.meta.url);
const typescript = require("typescript");

// The answers alone go to stdout.
console.log = console.info = console.debug = console.error;

/** @type {Record<string, (text: string) => unknown>} */
const importers = {
  ".mjs": imported,
  ".js": imported,
  ".ts": (text) => imported(fromTypeScript(text)),
  ".cjs": required,
};

/** @param {string} text */
async function imported(text) {
  const module = await import(`data:text/javascript;charset=utf-8,${encodeURIComponent(text)}`);
  return module.default;
}

/** @param {string} text */
function required(text) {
  const module = new Module("shop.cjs");
  // @ts-expect-error: Node uses it, its types leave it out
  module._compile(text, "shop.cjs");
  const exported = module.exports;
  // What compilers write for `export default`, as in kustomer_nb/storage/evaluate.mjs.
  const isDefault = exported && (exported.__esModule || Object.keys(exported).join() === "default");
  return isDefault ? exported.default : exported;
}

/** @param {string} text */
function fromTypeScript(text) {
  const { outputText, diagnostics } = typescript.transpileModule(text, {
    reportDiagnostics: true,
    compilerOptions: { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ESNext },
  });
  if (diagnostics.length) throw new SyntaxError(typescript.flattenDiagnosticMessageText(diagnostics[0].messageText, " "));
  return outputText;
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const answers = [];
  for (const { text, suffix } of JSON.parse(line)) {
    try {
      answers.push({ value: JSON.stringify(await importers[suffix](text)) ?? "undefined" });
    } catch (error) {
      answers.push({ error: String(error) });
    }
  }
  process.stdout.write(JSON.stringify(answers) + "\n");
}
