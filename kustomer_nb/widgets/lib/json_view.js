// @ts-check
import { grouped, make, plural } from "./dom.js";
import { icon } from "./icons.js";
import { keepOneStop, resetStops, rove } from "./rove.js";

/**
 * A part of a rendered string: its text, the kind, name, template source and line of its origin, how it was
 * escaped, its text before that, and the fixes for its template, each an id and a title.
 * @typedef {{ x: string, k?: string, n?: string, s?: string, l?: number | null, e?: string, b?: string, f?: [string, string][] }} Piece
 */
/**
 * A value as Python sends it. `v` of a number is its text: JavaScript would round it. `c` are the children that
 * are here, `n` how many there are, `g` a glance at them while none is here, and `m` the characters left out of
 * a long string.
 * @typedef {{
 *   t: "object" | "array" | "string" | "number" | "boolean" | "null" | "invalid" | "setting",
 *   v?: unknown, c?: [string | number, JsonNode][], n?: number, g?: string, m?: number, p?: Piece[],
 * }} JsonNode
 */
/**
 * @typedef {{
 *   label: string,
 *   depth?: number,
 *   ask?: (pointer: string, from: number) => void,
 *   folds?: Map<string, boolean>,
 *   choose?: (pointer: string, value: HTMLElement) => void,
 * }} JsonViewOptions
 */
/** @typedef {{ options: JsonViewOptions, lists: Map<string, ItemList>, root: HTMLElement }} ViewContext */
/** @typedef {{ add: (from: number, nodes: [string | number, JsonNode][]) => void }} ItemList */
/** @typedef {{ node: JsonNode, key: string | number | null, depth: number, comma: string, pointer: string }} Position */

/** So many children of an object or array are drawn at a time. */
export const PAGE = 100;
const STOP = "[data-stop]";
const GLANCE_ITEMS = 3;
const GLANCE_CHARACTERS = 24;

/** How an origin is named to a person. */
export const ORIGIN_WORDS = /** @type {Record<string, string>} */ ({
  input: "Input",
  setting: "App Setting",
  env: "_env",
  helper: "Helper",
  default: "Default",
  override: "Override",
  missing: "Not Set",
  invalid: "Invalid",
  unknown: "Unknown Name",
});

/** The origin that a stretch of text shows. @type {WeakMap<Element, Piece>} */
const ORIGINS = new WeakMap();
/** How a fold is opened and closed by others than a click. @type {WeakMap<Element, (isOpen: boolean) => void>} */
const FOLDS = new WeakMap();

/**
 * A JSON value, coloured and foldable. Children are built when they are opened, a page at a time; what Python
 * has not sent yet is asked for, and comes back by `add`.
 * @param {JsonNode} node
 * @param {JsonViewOptions} options
 */
export function jsonView(node, options) {
  const root = make("div", { class: "knb-json", role: "group", "aria-label": options.label });
  /** @type {ViewContext} */
  const context = { options, lists: new Map(), root };
  root.append(...linesOf(context, { node, key: null, depth: 0, comma: "", pointer: "" }));
  keepOneStop(root, STOP);
  rove(root, STOP);
  root.addEventListener("keydown", foldByKey);
  return {
    root,
    /**
     * Add children that came from Python.
     * @param {string} pointer
     * @param {number} from
     * @param {[string | number, JsonNode][]} nodes
     */
    add: (pointer, from, nodes) => context.lists.get(pointer)?.add(from, nodes),
  };
}

/**
 * The parts of a text, those with an origin as buttons.
 * @param {Piece[]} pieces
 * @param {boolean} isQuoted
 * @returns {(Node | string)[]}
 */
export function stretches(pieces, isQuoted) {
  return pieces.map((piece) => {
    const text = isQuoted ? escaped(piece.x) : piece.x;
    if (!piece.k || piece.k === "literal") return text;
    const words = `${piece.x}, ${ORIGIN_WORDS[piece.k] ?? piece.k} ${piece.n ?? ""}`.trim();
    const stretch = make(
      "span",
      { class: `knb-origin knb-o-${piece.k}`, "data-stop": true, tabindex: -1, role: "button", "aria-label": words },
      text,
    );
    ORIGINS.set(stretch, piece);
    return stretch;
  });
}

/**
 * The origin that a stretch shows.
 * @param {Element} stretch
 */
export function originOf(stretch) {
  return ORIGINS.get(stretch);
}

/**
 * Fold or unfold all objects and arrays below the outermost; returns whether they are open now.
 * @param {HTMLElement} scope
 */
export function foldAll(scope) {
  const folds = [...scope.querySelectorAll(".knb-fold")].slice(1);
  const opens = !folds.some((fold) => fold.getAttribute("aria-expanded") === "true");
  for (const fold of folds) FOLDS.get(fold)?.(opens);
  return opens;
}

/** @param {string} text */
function escaped(text) {
  return JSON.stringify(text).slice(1, -1);
}

/** @param {KeyboardEvent} event */
function foldByKey(event) {
  const stop = document.activeElement;
  if (!(stop instanceof HTMLElement) || !stop.matches(STOP)) return;
  if (stop.matches(".knb-fold") && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    event.preventDefault();
    FOLDS.get(stop)?.(event.key === "ArrowRight");
  }
}

/**
 * @param {ViewContext} context
 * @param {Position} position
 * @returns {HTMLElement[]}
 */
function linesOf(context, position) {
  const { node } = position;
  if (node.t !== "object" && node.t !== "array") return [scalarLine(context, position)];
  if (countOf(node) > 0) return containerLines(context, position);
  const brackets = node.t === "object" ? "{}" : "[]";
  return [lineOf(position.depth, ...keyOf(position), brackets + position.comma)];
}

/**
 * @param {number} depth
 * @param {(Node | string)[]} content
 */
function lineOf(depth, ...content) {
  const line = make("div", { class: "knb-l" }, ...content);
  line.style.setProperty("--d", String(depth));
  return line;
}

/** @param {Position} position */
function keyOf({ key }) {
  return typeof key === "string" ? [make("span", { class: "knb-k" }, JSON.stringify(key)), ": "] : [];
}

/** @param {JsonNode} node */
function countOf(node) {
  return node.n ?? node.c?.length ?? 0;
}

/**
 * @param {ViewContext} context
 * @param {Position} position
 */
function scalarLine(context, position) {
  const { node } = position;
  const isQuoted = node.t === "string";
  const quote = isQuoted ? '"' : "";
  const plain = String(node.v ?? (node.t === "null" ? "null" : ""));
  const text = node.p ? stretches(node.p, isQuoted) : [isQuoted ? escaped(plain) : plain];
  const value = make("span", { class: `knb-v knb-${node.t}` }, quote, ...text, quote);
  if (context.options.choose) makeChoosable(value, position, context.options.choose);
  if (node.t === "invalid") value.prepend(icon("error", "Invalid"));
  if (node.m) value.append(make("small", { class: "knb-quiet" }, ` ${grouped(node.m)} more characters`));
  return lineOf(position.depth, ...keyOf(position), value, position.comma);
}

/**
 * Let a value be chosen by a click or with Enter; selecting its text is no choice.
 * @param {HTMLElement} value
 * @param {Position} position
 * @param {(pointer: string, value: HTMLElement) => void} choose
 */
function makeChoosable(value, { pointer }, choose) {
  value.classList.add("knb-choosable");
  value.dataset.stop = "true";
  value.tabIndex = -1;
  value.setAttribute("role", "button");
  value.addEventListener("click", () => {
    if (getSelection()?.isCollapsed !== false) choose(pointer, value);
  });
  value.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    choose(pointer, value);
  });
}

/**
 * @param {ViewContext} context
 * @param {Position} position
 */
function containerLines(context, position) {
  const { node, depth, comma } = position;
  const [open, close] = node.t === "object" ? ["{", "}"] : ["[", "]"];
  const what = plural(countOf(node), node.t === "object" ? "key" : "item");
  const fold = make(
    "button",
    { type: "button", class: "knb-fold", "data-stop": true, tabindex: -1, "aria-label": `${position.key ?? "All"}: ${what}` },
    icon("down"),
  );
  const glance = node.g ?? glanceOf(node);
  const folded = make("span", { class: "knb-folded" }, ` ${glance || "…"} ${close}${comma} `, make("small", {}, what));
  const children = make("div", { class: "knb-kids" });
  const end = lineOf(depth, close + comma);
  const list = itemList(context, position, children);
  let isBuilt = false;

  /** @param {boolean} isOpen */
  const setOpen = (isOpen) => {
    fold.setAttribute("aria-expanded", String(isOpen));
    if (isOpen && !isBuilt) list.showMore();
    isBuilt ||= isOpen;
    children.hidden = !isOpen;
    end.hidden = !isOpen;
    folded.hidden = isOpen;
  };
  FOLDS.set(fold, setOpen);
  fold.addEventListener("click", () => {
    const isOpen = fold.getAttribute("aria-expanded") !== "true";
    // What a person folded stays folded when the value is drawn again.
    context.options.folds?.set(position.pointer, isOpen);
    setOpen(isOpen);
  });
  const isNear = context.options.depth === undefined || depth < context.options.depth;
  // What is not here yet is not asked for before a person opens it.
  setOpen(node.c !== undefined && (context.options.folds?.get(position.pointer) ?? isNear));
  return [lineOf(depth, fold, ...keyOf(position), open, folded), children, end];
}

/**
 * The first scalar children in one line.
 * @param {JsonNode} node
 */
function glanceOf(node) {
  const children = node.c ?? [];
  const scalars = children.slice(0, GLANCE_ITEMS).filter(([, child]) => child.t !== "object" && child.t !== "array");
  const texts = scalars.map(([key, child]) => {
    const text = child.t === "string" ? JSON.stringify(textOf(child)) : textOf(child);
    const short = text.length > GLANCE_CHARACTERS ? `${text.slice(0, GLANCE_CHARACTERS - 1)}…` : text;
    return node.t === "object" ? `${key}: ${short}` : short;
  });
  return texts.join(", ") + (texts.length > 0 && countOf(node) > texts.length ? ", …" : "");
}

/** @param {JsonNode} node */
function textOf(node) {
  return node.p ? node.p.map((piece) => piece.x).join("") : String(node.v ?? null);
}

/**
 * The children of an object or array, a page at a time.
 * @param {ViewContext} context
 * @param {Position} position
 * @param {HTMLElement} children
 */
function itemList(context, { node, depth, pointer }, children) {
  const total = countOf(node);
  const nodes = [...(node.c ?? [])];
  let drawn = 0;
  /** @type {HTMLElement | null} */
  let last = null;

  const draw = () => {
    const hadFocus = last?.contains(document.activeElement) ?? false;
    last?.remove();
    last = null;
    const before = children.childElementCount;
    const page = nodes.slice(drawn, drawn + PAGE);
    for (const [key, child] of page) {
      drawn += 1;
      const at = `${pointer}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const comma = drawn < total ? "," : "";
      children.append(...linesOf(context, { node: child, key, depth: depth + 1, comma, pointer: at }));
    }
    if (drawn < total) children.append((last = moreLine(total - drawn)));
    if (hadFocus) focusFrom(children, before);
    resetStops(context.root, STOP);
  };
  const showMore = () => {
    if (nodes.length > drawn || !context.options.ask) draw();
    else {
      // Python has the rest: it answers with the next page, which `add` draws.
      if (last === null) children.append((last = lineOf(depth + 1, "Loading…")));
      context.options.ask(pointer, drawn);
    }
  };
  /** @param {number} left */
  const moreLine = (left) => {
    const words = `Show ${grouped(Math.min(PAGE, left))} More (${grouped(left)} left)`;
    const attributes = { type: "button", class: "knb-link", "data-stop": true, tabindex: -1, onclick: showMore };
    return lineOf(depth + 1, make("button", attributes, words));
  };
  context.lists.set(pointer, {
    add: (from, added) => {
      // A page that came twice, to two views of one leaf, is drawn once.
      if (from !== nodes.length || drawn !== nodes.length) return;
      nodes.push(...added);
      draw();
    },
  });
  return { showMore };
}

/**
 * Focus the first stop at or after a child, so that the keyboard goes on where the button was.
 * @param {HTMLElement} children
 * @param {number} index
 */
function focusFrom(children, index) {
  for (const child of [...children.children].slice(index)) {
    const stop = child.querySelector(STOP);
    if (stop instanceof HTMLElement) {
      stop.focus();
      return;
    }
  }
}
