// @ts-check

/**
 * The name of the kernel for Python: the default one if it is, else the first; undefined if there is none.
 * @param {{ default: string, kernelspecs: Record<string, { language: string }> } | null} specs
 */
export function pythonKernel(specs) {
  const all = specs?.kernelspecs ?? {};
  const isPython = (/** @type {string} */ name) => all[name]?.language.toLowerCase() === "python";
  return specs && isPython(specs.default) ? specs.default : Object.keys(all).find(isPython);
}
