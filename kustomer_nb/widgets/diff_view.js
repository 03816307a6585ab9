// @ts-check
import { emptyState, grouped, hidden, listenTo, make, plural, setUpLeaf } from "./lib/dom.js";
import { findIn } from "./lib/find.js";
import { icon } from "./lib/icons.js";

/** @typedef {"added" | "changed" | "removed"} DifferenceKind */
/**
 * @typedef {{
 *   path: string, kind: DifferenceKind, words: string,
 *   expected: string | null, actual: string | null, expectedType: string, actualType: string,
 * }} DifferenceRow
 */

/** The mark of each kind: an icon and a line of a colour; the word is in the row. */
const DIFFERENCE_MARKS = /** @type {const} */ ({
  added: { symbol: "added", style: "knb-d-added" },
  changed: { symbol: "changed", style: "knb-d-changed" },
  removed: { symbol: "missing", style: "knb-d-missing" },
});
const SHOWN_AT_ONCE = 200;

/**
 * @param {{ model: any, el: HTMLElement, signal: AbortSignal }} view
 */
function renderDiffView({ model, el, signal }) {
  const notice = setUpLeaf(model, el, signal);
  const tools = make("div", { class: "knb-tools" });
  const body = make("div", { class: "knb-scroll", tabindex: 0, role: "group", "aria-label": "Differences" });
  const find = findIn(el, body, signal);
  el.append(make("section", { class: "knb-pane knb-diffpane", "aria-label": "Differences" }, tools, find.bar, notice, body));

  function paint() {
    /** @type {DifferenceRow[]} */
    const rows = model.get("rows");
    /** @type {Record<DifferenceKind, number>} */
    const counts = model.get("counts");
    const total = counts.added + counts.changed + counts.removed;
    tools.replaceChildren(...tallies(counts));
    tools.hidden = total === 0;
    const hadFocus = body.contains(document.activeElement);
    body.replaceChildren(total === 0 ? emptyState("No differences.") : differenceTable(rows, model.get("titles"), total));
    if (hadFocus) body.focus({ preventScroll: true });
  }
  listenTo(model, ["rows", "counts", "titles"], paint, signal);
}

/** @param {Record<DifferenceKind, number>} counts */
function tallies(counts) {
  return [
    tally("added", counts.added, "added"),
    tally("changed", counts.changed, "changed"),
    tally("removed", counts.removed, "missing"),
  ].filter((part) => part !== null);
}

/**
 * @param {DifferenceKind} kind
 * @param {number} count
 * @param {string} words
 */
function tally(kind, count, words) {
  if (count === 0) return null;
  const { symbol, style } = DIFFERENCE_MARKS[kind];
  return make("span", { class: `knb-tally ${style}` }, icon(symbol), `${grouped(count)} ${words}`);
}

/**
 * @param {DifferenceRow[]} rows
 * @param {[string, string]} titles
 * @param {number} total
 */
function differenceTable(rows, titles, total) {
  const heads = ["Path", "Change", ...titles].map((title) => make("th", { scope: "col" }, title));
  const list = make("tbody");
  const table = make("table", { class: "knb-diff" }, make("caption", {}, hidden(plural(total, "difference"))), make("thead", {}, make("tr", {}, ...heads)), list);
  const more = make("button", { type: "button", class: "knb-link", onclick: () => showMore() });
  const end = make("p", { class: "knb-quiet" }, more);
  let drawn = 0;
  function showMore() {
    const hadFocus = document.activeElement === more;
    const first = list.childElementCount;
    list.append(...rows.slice(drawn, drawn + SHOWN_AT_ONCE).map(differenceRow));
    drawn = list.childElementCount;
    const left = rows.length - drawn;
    more.textContent = `Show ${grouped(Math.min(SHOWN_AT_ONCE, left))} More (${grouped(left)} left)`;
    if (left > 0) return;
    const unsent = total - rows.length;
    end.replaceChildren(unsent > 0 ? `${plural(unsent, "more difference")}: all of them are in the diff.` : "");
    const next = list.children[first];
    if (hadFocus && next instanceof HTMLElement) {
      next.tabIndex = -1;
      next.focus();
    }
  }
  showMore();
  return make("div", {}, table, end);
}

/** @param {DifferenceRow} row */
function differenceRow(row) {
  const { symbol, style } = DIFFERENCE_MARKS[row.kind];
  return make(
    "tr",
    { class: style },
    make("th", { scope: "row", class: "knb-mono" }, row.path || "(the whole value)"),
    make("td", {}, make("span", { class: "knb-tag" }, icon(symbol), row.words)),
    make("td", {}, valueCell(row.expected, row.expectedType)),
    make("td", {}, valueCell(row.actual, row.actualType)),
  );
}

/**
 * @param {string | null} text
 * @param {string} type
 */
function valueCell(text, type) {
  if (text === null) return make("span", { class: "knb-quiet" }, "none");
  return make("span", { class: `knb-mono knb-vals knb-${type}` }, text);
}

export default { render: renderDiffView };
