// @ts-check
import { copyText, hidden, make, withCode } from "../../widgets/lib/dom.js";
import { icon } from "../../widgets/lib/icons.js";
import { foldAll, jsonView } from "../../widgets/lib/json_view.js";
import { jsonTree } from "./json_text.js";

/** A stretch of text, and the kind and the words of its origin. @typedef {[text: string, kind?: string, origin?: string]} CardPiece */
/** @typedef {{ title: string, note?: string, is_folded?: boolean }} Titled */
/** @typedef {Titled & { kind: "request", method?: string, url?: CardPiece[], authored?: string, redirected?: string }} RequestPart */
/** @typedef {Titled & { kind: "sent", headers?: [string, CardPiece[]][], body?: CardPiece[] }} SentPart */
/** @typedef {Titled & { kind: "json", text: string, is_text?: boolean }} JsonPart */
/** The first cell of a row is its mark. @typedef {Titled & { kind: "table", columns: string[], rows: string[][], is_prose?: boolean }} TablePart */
/** @typedef {Titled & { kind: "lines", rows: [mark: string, number: string, line: string][] }} LinesPart */
/** @typedef {RequestPart | SentPart | JsonPart | TablePart | LinesPart} CardPart */

/** So many levels of a value are open at first. */
const DEPTH = 2;
/** The marks of rows, by which they get a line and an icon. @type {Record<string, [icon: import("../../widgets/lib/icons.js").IconName, words: string]>} */
const MARKS = {
  added: ["added", "Added"],
  changed: ["changed", "Changed"],
  removed: ["missing", "Missing"],
  error: ["error", "Error"],
  warning: ["warning", "Warning"],
  hint: ["hint", "Hint"],
};

/**
 * A part of a card; null for one of a kind that this version does not know.
 * @param {CardPart} part
 * @returns {HTMLElement | null}
 */
export function cardPart(part) {
  switch (part.kind) {
    case "request":
      return requestLine(part);
    case "sent":
      return section(part, copyOf(sentText(part)), sentTable(part), codeOf(part.body ?? []));
    case "json":
      return jsonPart(part);
    case "table":
      return section(part, null, table(part));
    case "lines":
      return section(part, null, lines(part));
    default:
      return null;
  }
}

/**
 * The mark of a row or of a sentence: an icon with words, as colour alone says nothing.
 * @param {string} mark
 */
export function markIcon(mark) {
  const known = MARKS[mark];
  return known ? icon(known[0], known[1]) : null;
}

/** @param {RequestPart} part */
function requestLine({ method = "", url = [], authored, redirected }) {
  return make(
    "p",
    { class: "knb-cardline" },
    make("span", { class: "knb-method", "data-method": method.toUpperCase() }, method),
    " ",
    make("code", {}, ...stretchesOf(url)),
    authored && make("span", { class: "knb-quiet" }, " in the file: ", make("code", {}, authored), " (host override)"),
    redirected && make("span", {}, " → ", make("code", {}, redirected)),
  );
}

/** @param {CardPiece[]} pieces */
function stretchesOf(pieces) {
  return pieces.map(([text, kind, origin]) => (kind ? make("span", { class: `knb-origin knb-o-${kind}`, title: origin }, text) : text));
}

/** @param {CardPiece[]} pieces */
function codeOf(pieces) {
  return pieces.length > 0 && make("div", { class: "knb-cardcode", tabindex: 0, role: "group", "aria-label": "Body" }, ...stretchesOf(pieces));
}

/** @param {SentPart} part */
function sentText({ headers = [], body = [] }) {
  /** @param {CardPiece[]} pieces */
  const plain = (pieces) => pieces.map(([text]) => text).join("");
  const head = headers.map(([name, pieces]) => `${name}: ${plain(pieces)}`).join("\n");
  return [head, plain(body)].filter(Boolean).join("\n\n");
}

/** @param {SentPart} part */
function sentTable({ headers = [] }) {
  const rows = headers.map(([name, pieces]) => make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, make("code", {}, ...stretchesOf(pieces)))));
  return rows.length > 0 && make("table", { class: "knb-table" }, make("colgroup", {}, make("col"), make("col")), make("tbody", {}, ...rows));
}

/** @param {JsonPart} part */
function jsonPart(part) {
  const { title, text, is_text: isText } = part;
  const tree = isText ? null : jsonTree(text);
  if (tree === null) return section(part, copyOf(text), make("div", { class: "knb-cardcode", tabindex: 0, role: "group", "aria-label": title }, text || "(none)"));
  const { root } = jsonView(tree, { label: title, depth: DEPTH });
  const canFold = root.querySelectorAll(".knb-fold").length > 1;
  const folder = canFold && make("button", { type: "button", class: "knb-small", onclick: () => foldAll(root) }, "Fold or Unfold All", hidden(` of ${title}`));
  return section(part, make("span", { class: "knb-side" }, folder, copyOf(text)), make("div", { class: "knb-cardjson" }, root));
}

/** @param {TablePart} part */
function table({ title, columns, rows, is_prose: isProse }) {
  const draw = isProse ? prose : (/** @type {string} */ text) => [text];
  const head = make("tr", {}, ...columns.map((name) => make("th", { scope: "col" }, name)));
  const body = rows.map(([mark = "", ...cells]) =>
    make(
      "tr",
      { "data-mark": mark },
      ...cells.map((text, index) =>
        index === 0 ? make("th", { scope: "row" }, markIcon(mark), markIcon(mark) && " ", ...draw(text)) : make("td", {}, ...draw(text)),
      ),
    ),
  );
  return make("table", { class: isProse ? "knb-cardtable" : "knb-cardtable knb-cardvalues", "aria-label": title || columns.join(", ") }, make("thead", {}, head), make("tbody", {}, ...body));
}

/**
 * A sentence with its code, and below it lines of a file.
 * @param {string} text
 */
function prose(text) {
  const [sentence = "", ...below] = text.split("\n");
  return [...withCode(sentence), below.length > 0 && make("span", { class: "knb-mono knb-cardexcerpt" }, below.join("\n"))];
}

/** @param {LinesPart} part */
function lines({ title, rows }) {
  const drawn = rows.map(([mark, number, line]) =>
    make("div", { class: "knb-cardsource", "data-mark": mark }, make("span", { class: "knb-quiet" }, `${mark} ${number} `), line),
  );
  return make("div", { class: "knb-cardcode", tabindex: 0, role: "group", "aria-label": title }, ...drawn);
}

/**
 * A titled part that folds, with its tools beside the title; without a title, the content alone.
 * @param {Titled} part
 * @param {HTMLElement | null} tools
 * @param {(HTMLElement | false)[]} content
 */
function section({ title, note, is_folded: isFolded = false }, tools, ...content) {
  const body = [...content, note && make("p", { class: "knb-quiet" }, note)];
  if (!title) return make("div", { class: "knb-section" }, tools, ...body);
  const details = make("details", { class: "knb-section knb-cardsection" }, make("summary", {}, title), tools, ...body);
  details.open = !isFolded;
  return details;
}

/** @param {string} text */
function copyOf(text) {
  if (!text) return null;
  const button = make("button", { type: "button", class: "knb-iconbutton knb-copy", title: "Copy", onclick: () => void copyText(button, text) }, icon("copy", "Copy"));
  return button;
}
