// @ts-check
import { make, present } from "./dom.js";
import { rove } from "./rove.js";

/** @import { Attribute, Child } from "./dom.js" */

const GAP = 4;
const MARGIN = 8;

/**
 * What follows which anchor, if it is open.
 * @type {WeakMap<HTMLElement, { anchor: Element, align: "start" | "end" }>}
 */
const PLACED = new WeakMap();

/**
 * Put a popover, which is in the top layer, under its anchor, inside the window and no wider than the workbench. It
 * stays there while the page is scrolled.
 * @param {HTMLElement} box
 * @param {Element} anchor
 * @param {"start" | "end"} [align]
 */
export function place(box, anchor, align = "start") {
  if (!PLACED.has(box)) followAnchor(box);
  PLACED.set(box, { anchor, align });
  putAt(box, anchor, align);
}

/** @param {HTMLElement} box */
function followAnchor(box) {
  /** @param {Event} event */
  const follow = (event) => {
    const placed = PLACED.get(box);
    if (!placed?.anchor.isConnected || (event.target instanceof Node && box.contains(event.target))) return;
    putAt(box, placed.anchor, placed.align);
  };
  const listen = () => {
    if (isShown(box)) document.addEventListener("scroll", follow, { capture: true, passive: true });
    else document.removeEventListener("scroll", follow, { capture: true });
  };
  box.addEventListener("toggle", listen);
  listen();
}

/**
 * @param {HTMLElement} box
 * @param {Element} anchor
 * @param {"start" | "end"} align
 */
function putAt(box, anchor, align) {
  const target = anchor.getBoundingClientRect();
  const bench = anchor.closest(".knb-shell")?.getBoundingClientRect();
  const from = Math.max(MARGIN, bench?.left ?? 0);
  const to = Math.min(innerWidth - MARGIN, bench?.right ?? innerWidth);
  box.style.maxWidth = `${to - from}px`;
  const size = box.getBoundingClientRect();
  const left = align === "end" ? target.right - size.width : target.left;
  const lowest = innerHeight - size.height - MARGIN;
  const below = target.bottom + GAP;
  const hasRoomBelow = below <= lowest || target.top < size.height;
  const top = hasRoomBelow ? Math.min(below, lowest) : target.top - GAP - size.height;
  box.style.left = `${Math.max(from, Math.min(left, to - size.width))}px`;
  box.style.top = `${Math.max(MARGIN, top)}px`;
}

/**
 * @param {HTMLElement} box
 */
export function isShown(box) {
  return box.matches(":popover-open");
}

/**
 * Make the popover of a button: a dialog that the button opens and closes, and whose content `fill` makes each
 * time. Escape gives the focus back to the button. The caller appends `box` to the leaf.
 * @param {HTMLElement} button
 * @param {(close: () => void) => Child | Child[]} fill
 * @param {{ label: string, style?: string, align?: "start" | "end", anchor?: () => Element }} options
 */
export function opener(button, fill, { label, style = "", align = "start", anchor = () => button }) {
  const box = make("div", { class: `knb-pop ${style}`.trim(), popover: "auto", role: "dialog", "aria-label": label });
  button.setAttribute("aria-haspopup", "dialog");
  button.setAttribute("aria-expanded", "false");
  const close = () => {
    const hasFocus = box.contains(document.activeElement);
    if (isShown(box)) box.hidePopover();
    if (hasFocus) button.focus();
  };
  const open = () => {
    box.replaceChildren(...present([fill(close)].flat()));
    box.showPopover();
    place(box, anchor(), align);
    const first = box.querySelector("[autofocus]") ?? box.querySelector("input, select, button, [tabindex='0']");
    if (first instanceof HTMLElement) first.focus();
  };
  button.addEventListener("click", () => (isShown(box) ? close() : open()));
  box.addEventListener("toggle", () => button.setAttribute("aria-expanded", String(isShown(box))));
  closeOnEscape(box, close);
  rove(box, ".knb-item");
  return { box, open, close };
}

/**
 * Close a popover with Escape; the key goes no further, where it would cancel a run or leave the cell.
 * @param {HTMLElement} box
 * @param {() => void} close
 */
export function closeOnEscape(box, close) {
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    event.preventDefault();
    close();
  });
}

/**
 * Submit a form with Enter in its field. In JupyterLab the browser does not do so by itself.
 * @param {HTMLInputElement} input
 * @param {HTMLFormElement} form
 */
export function submitOnEnter(input, form) {
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.repeat || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    form.requestSubmit();
  });
}

/**
 * An entry of a menu, with a note under its title.
 * @param {string} title
 * @param {string} note
 * @param {() => void} act
 * @param {Record<string, Attribute>} [attributes]
 */
export function menuItem(title, note, act, attributes = {}) {
  const words = make("span", {}, title);
  return make(
    "button",
    { type: "button", class: "knb-item", onclick: act, ...attributes },
    words,
    note && make("small", {}, note),
  );
}
