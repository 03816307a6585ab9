// Runs the coroutine main of a Python file in Pyodide, and prints what it prints: its one argument is JSON with
// pyodide (the folder of npm's package), script, folder (the working directory, as /work), wheels and options.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";

const { pyodide, script, folder, wheels, options } = JSON.parse(process.argv[2]);
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`).href);
const python = await loadPyodide({ indexURL: pyodide });
const packages = python.runPython("import site; site.getsitepackages()[0]");
for (const wheel of wheels) {
  python.unpackArchive(new Uint8Array(readFileSync(wheel)), "wheel", { extractDir: packages });
}
// Python has looked there before, and remembers that nothing was there.
python.runPython("import importlib; importlib.invalidate_caches()");
python.FS.mkdir("/work");
python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/work");
python.FS.chdir("/work");
let status = 0;
try {
  python.runPython(readFileSync(script, "utf8"), { filename: basename(script) });
  await python.globals.get("main")(...options);
} catch (error) {
  // Its own traceback would show Pyodide, which is one line of a megabyte.
  console.error(error.message);
  status = 1;
}
// Timers that Python has cancelled still run in JavaScript.
process.exit(status);
