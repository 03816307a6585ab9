// @ts-check

/**
 * A notebook that loads a definition and opens its workbench, as its file has it.
 * @param {string} file the name of the definition, in the same folder
 * @param {string} action the selected action; "" for none
 * @param {{ name: string, display_name: string } | null} kernel
 */
export function notebookOf(file, action, kernel) {
  const short = action.split(".").pop() ?? "";
  // A string of JSON is one of Python.
  const chosen = short ? `, ${JSON.stringify(short)}` : "";
  const title = short ? `${short} of ${file}` : file;
  const cells = [
    { cell_type: "markdown", metadata: {}, source: `# ${title}` },
    codeCell(`import kustomer_nb as knb\n\napp = knb.load(${JSON.stringify(file)})\napp`),
    codeCell(`knb.workbench(app${chosen})`),
  ];
  const kernelspec = kernel ? { kernelspec: { ...kernel, language: "python" } } : {};
  return { cells, metadata: { ...kernelspec, language_info: { name: "python" } }, nbformat: 4, nbformat_minor: 4 };
}

/** @param {string} source */
function codeCell(source) {
  return { cell_type: "code", execution_count: null, metadata: {}, outputs: [], source };
}

/**
 * The name of the notebook of a definition that no file of its folder has.
 * @param {string} file such as shop.kustomer.json
 * @param {string} action
 * @param {Iterable<string>} names
 */
export function notebookName(file, action, names) {
  // On macOS and Windows, names that differ in their case alone are one file.
  const folded = (/** @type {string} */ name) => name.normalize().toLowerCase();
  const used = new Set([...names].map(folded));
  const stem = file.replace(/(\.kustomer)?\.json$/i, "");
  const short = action.split(".").pop() ?? "";
  const base = (short ? `${stem}-${short}` : stem).replace(/[^\p{L}\p{N}._-]+/gu, "_");
  let name = `${base}.ipynb`;
  for (let count = 1; used.has(folded(name)); count += 1) name = `${base}-${count}.ipynb`;
  return name;
}
