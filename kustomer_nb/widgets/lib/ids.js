// @ts-check

/**
 * An id for labels and their controls. Each leaf has a copy of this module, so a counter would start again.
 * (crypto.randomUUID exists only in secure contexts, and JupyterLab is often served by plain HTTP.)
 */
export function newId() {
  return `knb-${Math.random().toString(36).slice(2)}`;
}
