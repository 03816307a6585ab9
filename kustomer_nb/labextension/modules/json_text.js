// @ts-check
/** @import { JsonNode } from "../../widgets/lib/json_view.js" */

/**
 * The tree of a JSON text; null if it is no JSON. Numbers keep the text that they have, where the browser tells it:
 * JavaScript would round them.
 * @param {string} text
 * @returns {JsonNode | null}
 */
export function jsonTree(text) {
  /** @param {string} _key @param {unknown} value @param {{ source?: string }} [context] */
  const keep = (_key, value, context) => {
    const source = context?.source;
    return typeof value === "number" ? new Numeral(source ?? String(value)) : value;
  };
  try {
    return nodeOf(JSON.parse(text, keep));
  } catch {
    return null;
  }
}

class Numeral {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/**
 * @param {unknown} value
 * @returns {JsonNode}
 */
function nodeOf(value) {
  if (value === null) return { t: "null" };
  if (value instanceof Numeral) return { t: "number", v: value.text };
  if (Array.isArray(value)) return { t: "array", c: value.map((item, index) => [index, nodeOf(item)]) };
  if (typeof value === "object") return { t: "object", c: Object.entries(value).map(([key, item]) => [key, nodeOf(item)]) };
  return typeof value === "boolean" ? { t: "boolean", v: value } : { t: "string", v: String(value) };
}
