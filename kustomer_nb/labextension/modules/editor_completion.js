// @ts-check

/** @typedef {{ label: string, kind: string, detail: string, insert: string }} AnsweredItem */
/** @typedef {{ start: number, end: number, items: AnsweredItem[] }} AnsweredItems */
/** What the completer of JupyterLab shows. @typedef {{ start: number, end: number, items: { label: string, insertText: string, type: string, documentation?: string }[] }} CompleterReply */

const LONGEST_DETAIL = 60;

/**
 * Proposals as the completer of JupyterLab wants them. It compares what is typed with their labels, which have no
 * quote, so an opening quote is not replaced.
 * @param {AnsweredItems | null} answer
 * @param {string} text
 * @param {number} offset the caret, in UTF-16
 * @param {(offset: number, text: string) => number} count how this JupyterLab counts: an emoji is one character in 4.6, and two in 4.2
 * @returns {CompleterReply}
 */
export function completerReply(answer, text, offset, count) {
  const { start, end, items } = answer ?? { start: offset, end: offset, items: [] };
  const quote = /["'`]/.exec(text.charAt(start))?.[0] ?? "";
  const isQuoted = quote !== "" && start < offset && items.length > 0 && items.every(({ insert }) => insert.startsWith(quote));
  return {
    start: count(start + (isQuoted ? 1 : 0), text),
    end: count(end, text),
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
