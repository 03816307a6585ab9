// @ts-check

/** The shape of the last response of each action, as `shape_of` of kustomer_nb/language has it. @typedef {Record<string, object>} Shapes */

/** What the workbenches of this page know of the responses of each file, for its editors. @type {Map<string, Shapes>} */
const SHAPES = new Map();

/** @param {string} path @param {Shapes | undefined} shapes none, if an earlier kustomer_nb is in the kernel */
export function publishShapes(path, shapes) {
  if (shapes) SHAPES.set(path, shapes);
}

/** @param {string} path @returns {Shapes} */
export function publishedShapes(path) {
  return SHAPES.get(path) ?? {};
}
