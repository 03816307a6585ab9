// @ts-check
import { make } from "./dom.js";

/** @typedef {{ message: string, fix: string, start: number, end: number }} CommandProblem */

/** Characters before and after a problem that are shown with it. */
const BEFORE = 24;
const AFTER = 40;

/**
 * Why a command is refused: each problem as a whole, with the part of the command that it is about, which only
 * the page has.
 * @param {CommandProblem[]} problems
 * @param {string} text the command
 * @param {(start: number, end: number) => void} select show a part of the command in its box
 */
export function refusedCommand(problems, text, select) {
  return problems.map(({ message, fix, start, end }) =>
    make(
      "li",
      { class: "knb-refused" },
      make("span", {}, message),
      fix && make("span", {}, make("b", {}, "Fix: "), fix),
      end > start && excerpt(text, start, end, () => select(start, end)),
    ),
  );
}

/**
 * The line of the command in which a problem is, with that part marked.
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @param {() => void} select
 */
function excerpt(text, start, end, select) {
  const { line, before, marked, after } = partAt(text, start, end);
  return make(
    "button",
    { type: "button", class: "knb-refusedplace knb-mono", title: "Show it in the command", onclick: select },
    make("small", { class: "knb-quiet" }, `line ${line} `),
    before,
    make("mark", {}, marked),
    after,
  );
}

/**
 * A part of a text with the rest of its line.
 * @param {string} text
 * @param {number} start
 * @param {number} end
 */
export function partAt(text, start, end) {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const found = text.indexOf("\n", start);
  const lineEnd = found < 0 ? text.length : found;
  const from = Math.max(lineStart, start - BEFORE);
  const last = Math.min(end, lineEnd);
  const to = Math.min(lineEnd, last + AFTER);
  return {
    line: text.slice(0, start).split("\n").length,
    before: `${from > lineStart ? "…" : ""}${text.slice(from, start)}`,
    marked: text.slice(start, last) || " ",
    after: `${text.slice(last, to)}${to < lineEnd ? "…" : ""}`,
  };
}
