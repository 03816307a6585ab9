// @ts-check
import { toCharacters } from "./positions.js";

/** @typedef {{ label: string, kind: string, detail: string, insert: string }} AnsweredItem */
/** @typedef {{ start: number, end: number, items: AnsweredItem[] }} AnsweredItems */
/** What the completer of JupyterLab shows; it counts characters. @typedef {{ start: number, end: number, items: { label: string, insertText: string, type: string, documentation?: string }[] }} CompleterReply */

const LONGEST_DETAIL = 60;

/**
 * Proposals as the completer of JupyterLab wants them. It compares what is typed with their labels, which have no
 * quote, so an opening quote is not replaced.
 * @param {AnsweredItems | null} answer
 * @param {string} text
 * @param {number} offset the caret, in UTF-16
 * @returns {CompleterReply}
 */
export function completerReply(answer, text, offset) {
  const { start, end, items } = answer ?? { start: offset, end: offset, items: [] };
  const quote = /["'`]/.exec(text.charAt(start))?.[0] ?? "";
  const isQuoted = quote !== "" && start < offset && items.length > 0 && items.every(({ insert }) => insert.startsWith(quote));
  return {
    start: toCharacters(text, start + (isQuoted ? 1 : 0)),
    end: toCharacters(text, end),
    items: items.map((item) => ({
      label: labelOf(item),
      insertText: isQuoted ? item.insert.slice(1) : item.insert,
      type: item.kind,
      ...(item.detail ? { documentation: item.detail } : {}),
    })),
  };
}

/**
 * What the list shows of a proposal. What follows a bracket is not compared with what is typed: there JupyterLab has
 * the arguments of functions. A key has a whole sentence, which is shown beside the list.
 * @param {AnsweredItem} item
 */
function labelOf({ label, kind, detail }) {
  return kind === "key" || detail === "" || detail.length > LONGEST_DETAIL || label.includes("(") ? label : `${label} (${detail})`;
}
