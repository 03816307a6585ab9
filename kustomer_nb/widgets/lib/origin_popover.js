// @ts-check
import { make } from "./dom.js";
import { newId } from "./ids.js";
import { originOf, ORIGIN_WORDS } from "./json_view.js";
import { closeOnEscape, isShown, place } from "./popover.js";

/** @import { Piece } from "./json_view.js" */

const SHOW_AFTER = 120;
const HIDE_AFTER = 160;

/**
 * Show the origin of a stretch of text while it is hovered or focused. Enter goes into the popover, Escape back.
 * @param {HTMLElement} scope
 * @param {{
 *   goTo: (line: number) => void, fix: (id: string) => void, place?: () => string,
 * }} options what to do with a line, and with a fix; the file's name
 * @param {AbortSignal} signal
 */
export function originPopover(scope, { goTo, fix, place: file = () => "" }, signal) {
  const id = newId();
  const box = make("div", { id, class: "knb-pop knb-xray", popover: "manual", role: "dialog", "aria-label": "Origin" });
  scope.after(box);
  let timer = 0;
  /** @type {HTMLElement | null} */
  let current = null;
  // The focus that Escape gives back shows nothing.
  let isReturning = false;

  const hide = () => {
    clearTimeout(timer);
    current?.removeAttribute("aria-describedby");
    current = null;
    if (box.isConnected && isShown(box)) box.hidePopover();
  };
  const hideSoon = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (!box.matches(":hover") && !box.contains(document.activeElement)) hide();
    }, HIDE_AFTER);
  };
  /** @param {HTMLElement} stretch */
  const show = (stretch) => {
    clearTimeout(timer);
    const origin = originOf(stretch);
    if (!origin || current === stretch) return;
    current?.removeAttribute("aria-describedby");
    current = stretch;
    const follow = (/** @type {number} */ line) => {
      hide();
      goTo(line);
    };
    const choose = (/** @type {string} */ id) => {
      back();
      fix(id);
    };
    box.replaceChildren(...originCard(origin, file(), follow, choose));
    if (!isShown(box)) box.showPopover();
    stretch.setAttribute("aria-describedby", id);
    place(box, stretch);
  };
  const back = () => {
    const stretch = current;
    hide();
    isReturning = true;
    stretch?.focus();
    isReturning = false;
  };

  scope.addEventListener("pointerover", (event) => {
    const stretch = stretchOf(event.target);
    if (!stretch) {
      hideSoon();
      return;
    }
    clearTimeout(timer);
    timer = window.setTimeout(() => show(stretch), SHOW_AFTER);
  });
  scope.addEventListener("pointerleave", hideSoon);
  scope.addEventListener("focusin", (event) => {
    const stretch = stretchOf(event.target);
    if (stretch && !isReturning) show(stretch);
  });
  scope.addEventListener("focusout", hideSoon);
  scope.addEventListener("scroll", hide);
  scope.addEventListener("click", (event) => {
    const stretch = stretchOf(event.target);
    if (stretch) show(stretch);
  });
  scope.addEventListener("keydown", (event) => {
    const stretch = stretchOf(event.target);
    if (stretch && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      show(stretch);
      focusIn(box);
    }
    if (event.key === "Escape" && isShown(box)) {
      event.stopPropagation();
      hide();
    }
  });
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", hideSoon);
  box.addEventListener("focusout", hideSoon);
  closeOnEscape(box, back);
  signal.addEventListener("abort", hide, { once: true });
}

/**
 * Go into a card: to what it offers, or else to the line of the file.
 * @param {HTMLElement} box
 */
export function focusIn(box) {
  const button = box.querySelector(".knb-fix") ?? box.querySelector("button");
  if (button instanceof HTMLElement) button.focus();
}

/** @param {EventTarget | null} target */
function stretchOf(target) {
  const stretch = target instanceof Element ? target.closest(".knb-origin") : null;
  return stretch instanceof HTMLElement ? stretch : null;
}

/**
 * What there is to say of a part of the request, and the fixes for its template.
 * @param {Piece} origin
 * @param {string} file
 * @param {((line: number) => void) | null} goTo
 * @param {(id: string) => void} fix
 * @returns {HTMLElement[]}
 */
export function originCard(origin, file, goTo, fix) {
  const { k: kind = "", l: line } = origin;
  const head = make("div", { class: "knb-xhead" }, make("i", { class: `knb-o-${kind}` }, ORIGIN_WORDS[kind] ?? kind), make("b", {}, origin.n ?? ""));
  const where = [file, line ? `line ${line}` : ""].filter(Boolean).join(", ");
  const link = line && goTo ? make("button", { type: "button", class: "knb-link", onclick: () => goTo(line) }, where) : null;
  const isChanged = origin.b !== undefined && origin.b !== origin.x;
  const rows = [
    ["Value", kind === "setting" ? "secret, never shown" : kind === "missing" && !origin.x ? "not set" : make("code", {}, origin.x)],
    ["Before", isChanged && kind !== "setting" ? make("code", {}, origin.b) : null],
    ["Template", origin.s ? make("code", {}, origin.s) : null],
    ["Escaping", origin.e],
    ["Defined at", link],
  ];
  const list = make("div", { role: "list", class: "knb-terms" });
  for (const [term, detail] of rows) {
    if (detail) list.append(make("div", { role: "listitem" }, make("span", {}, term), make("span", {}, detail)));
  }
  return [head, list, ...fixButtons(origin.f ?? [], fix)];
}

/**
 * @param {[string, string][]} fixes
 * @param {(id: string) => void} fix
 */
function fixButtons(fixes, fix) {
  if (fixes.length === 0) return [];
  return [make("div", { class: "knb-actions" }, ...fixes.map(([id, title]) => make("button", { type: "button", class: "knb-small knb-fix", onclick: () => fix(id) }, title)))];
}
