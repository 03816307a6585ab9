// @ts-check
import { isWithoutKernel, whenKernelGoes } from "./kernel_gone.js";
import { KERNEL_GONE } from "./protocol.js";
import { showRecordWhenDrawn } from "./saved_record.js";

/**
 * What the leaves need of a model of anywidget: its traits, its events and its channel to Python. Only some hosts
 * have a kernel to look at.
 * @typedef {{
 *   get(name: string): any,
 *   on(name: string, callback: (...values: any[]) => void): void,
 *   off(name: string, callback: (...values: any[]) => void): void,
 *   send(content: unknown): void,
 *   widget_manager?: object,
 * }} Model
 */
/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {string | number | boolean | null | undefined | ((event: any) => unknown)} Attribute */

/**
 * Make an element. Attributes named on… are listeners; a child that is null, undefined or false is left out.
 * Strings become text nodes: what a user wrote is never read as HTML.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, Attribute>} [attributes]
 * @param {(Child | Child[])[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const name in attributes) {
    const value = attributes[name];
    if (value === false || value === undefined || value === null) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = String(value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  // One by one and without lists of them: a large form makes thousands of elements.
  for (const child of children) {
    if (Array.isArray(child)) for (const one of child) addChild(element, one);
    else addChild(element, child);
  }
  return element;
}

/**
 * @param {Element} element
 * @param {Child} child
 */
function addChild(element, child) {
  if (child === null || child === undefined || child === false) return;
  element.append(typeof child === "number" ? String(child) : child);
}

/**
 * The children that are there, as nodes and texts.
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
export function present(children) {
  /** @type {(Node | string)[]} */
  const nodes = [];
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    nodes.push(typeof child === "number" ? String(child) : child);
  }
  return nodes;
}

/**
 * The words of a message of Python, in which code stands between backticks.
 * @param {string} words
 * @returns {Child[]}
 */
export function withCode(words) {
  // The last one of an odd number opens nothing.
  return words.split("\x60").map((part, index, { length }) => {
    if (index % 2 === 0) return part;
    return index < length - 1 ? make("code", {}, part) : `\x60${part}`;
  });
}

/**
 * Text for screen readers alone.
 * @param {string} text
 */
export function hidden(text) {
  return make("span", { class: "knb-hidden" }, text);
}

/**
 * Call paint now, and each time one of these traits changes, until the signal aborts.
 * @param {Pick<Model, "on" | "off">} model
 * @param {string[]} names
 * @param {() => void} paint
 * @param {AbortSignal} signal
 */
export function listenTo(model, names, paint, signal) {
  if (signal.aborted) return;
  for (const name of names) model.on(`change:${name}`, paint);
  signal.addEventListener(
    "abort",
    () => {
      for (const name of names) model.off(`change:${name}`, paint);
    },
    { once: true },
  );
  paint();
}

/**
 * Keep JupyterLab's shortcuts, such as D D, from keys that are pressed in an element. JupyterLab looks at what has
 * the focus before it looks at what that is in, so each control is marked as it gets the focus.
 * @param {HTMLElement} el
 * @param {AbortSignal} signal
 */
export function suppressShortcuts(el, signal) {
  el.dataset.lmSuppressShortcuts = "true";
  /** @param {FocusEvent} event */
  const mark = ({ target }) => {
    if (target instanceof HTMLElement) target.dataset.lmSuppressShortcuts = "true";
  };
  el.addEventListener("focusin", mark, { signal });
  /** @param {KeyboardEvent} event */
  const pass = (event) => {
    if (!isSave(event) || !(event.target instanceof Element) || !el.contains(event.target)) return;
    // The definition has changes: the key saves those.
    if (event.target.closest("[data-knb-unsaved]")) return;
    /** @type {HTMLElement[]} */
    const marked = [];
    for (let at = event.target.closest("[data-lm-suppress-shortcuts]"); at; at = at.parentElement?.closest("[data-lm-suppress-shortcuts]") ?? null) {
      if (at instanceof HTMLElement) marked.push(at);
    }
    for (const one of marked) delete one.dataset.lmSuppressShortcuts;
    // JupyterLab looks for them while the key goes down through the document, which is after the window.
    setTimeout(() => {
      for (const one of marked) one.dataset.lmSuppressShortcuts = "true";
    });
  };
  window.addEventListener("keydown", pass, { capture: true, signal });
}

/**
 * Whether a key saves the notebook: the one shortcut of JupyterLab that a workbench does not keep to itself.
 * @param {KeyboardEvent} event
 */
function isSave({ key, ctrlKey, metaKey, altKey }) {
  return key.toLowerCase() === "s" && (ctrlKey || metaKey) && !altKey;
}

/**
 * Make an element the root of a leaf, and return the place of its notice, which the leaf appends.
 * @param {Model} model
 * @param {HTMLElement} el
 * @param {AbortSignal} signal
 */
export function setUpLeaf(model, el, signal) {
  el.classList.add("knb");
  suppressShortcuts(el, signal);
  const notice = make("p", { class: "knb-notice", role: "alert" });
  const paint = () => {
    notice.textContent = String(model.get("notice") ?? "");
  };
  listenTo(model, ["notice"], paint, signal);
  const sayGone = () => {
    notice.textContent = KERNEL_GONE;
  };
  whenKernelGoes(model, el, sayGone, signal);
  if (isWithoutKernel(el)) showRecordWhenDrawn(el, signal);
  return notice;
}

/**
 * A number with its noun: 1 key, 2 keys, 2 losses.
 * @param {number} count
 * @param {string} noun
 */
export function plural(count, noun) {
  const ending = noun.endsWith("s") ? "es" : "s";
  return `${grouped(count)} ${noun}${count === 1 ? "" : ending}`;
}

/**
 * A number with commas between thousands.
 * @param {number} count
 */
export function grouped(count) {
  return count.toLocaleString("en");
}

/**
 * What a pane shows when it has nothing to show.
 * @param {string} title
 * @param {string} [text]
 * @param {HTMLElement[]} actions
 */
export function emptyState(title, text = "", ...actions) {
  const buttons = actions.length > 0 && make("div", { class: "knb-actions" }, ...actions);
  return make("div", { class: "knb-empty" }, make("strong", {}, title), text && make("p", {}, text), buttons);
}

/**
 * Copy text to the clipboard, and say beside the button whether that was possible.
 * @param {HTMLElement} button
 * @param {string} text
 * @param {string} [done]
 */
export async function copyText(button, text, done = "Copied") {
  let words = done;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without HTTPS, or without leave, a page has no clipboard.
    words = "Not copied: the browser does not allow it here";
  }
  const message = make("span", { class: "knb-said", role: "status" }, words);
  button.append(message);
  setTimeout(() => message.remove(), 1200);
}
