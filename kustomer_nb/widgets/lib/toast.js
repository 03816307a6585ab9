// @ts-check
import { make } from "./dom.js";
import { icon } from "./icons.js";
import { isShown } from "./popover.js";

/** Pixels between a message and the edges of what is in sight. */
const DISTANCE = 16;

/** @typedef {{ text: string, isBad?: boolean, action?: { title: string, act: () => void } }} Toast */

const SHOWN_FOR = 8000;

/**
 * The place of short messages: the newest replaces the one before, and goes away unless it is hovered or
 * focused.
 * @param {AbortSignal} signal
 */
export function toasts(signal) {
  // In the top layer: a message below the window, or below what the notebook shows, would not be seen.
  const root = make("div", { class: "knb-toasts", role: "status", popover: "manual" });
  let timer = 0;
  let isHeld = false;

  /** What had the focus before the message did. @type {EventTarget | null} */
  let before = null;
  const hide = () => {
    clearTimeout(timer);
    const hadFocus = root.contains(document.activeElement);
    root.replaceChildren();
    if (!hadFocus) return;
    const scope = root.parentElement?.querySelector("[role=tab][tabindex='0']");
    const back = before instanceof HTMLElement && before.isConnected ? before : scope;
    if (back instanceof HTMLElement) back.focus({ preventScroll: true });
  };
  root.addEventListener("focusin", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node) || !root.contains(relatedTarget)) before = relatedTarget;
  });
  const hideLater = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => (isHeld ? hideLater() : hide()), SHOWN_FOR);
  };
  /** @param {Toast} toast */
  const show = ({ text, isBad = false, action }) => {
    const box = make("div", { class: `knb-toast${isBad ? " knb-toast-bad" : ""}` });
    box.append(icon(isBad ? "error" : "ok"), make("span", { class: "knb-grow" }, text));
    if (action) {
      const { title, act } = action;
      const run = () => {
        hide();
        act();
      };
      box.append(make("button", { type: "button", class: "knb-small", onclick: run }, title));
    }
    box.append(make("button", { type: "button", class: "knb-iconbutton", onclick: hide }, icon("close", "Dismiss")));
    for (const name of ["pointerenter", "focusin"]) box.addEventListener(name, () => (isHeld = true));
    for (const name of ["pointerleave", "focusout"]) box.addEventListener(name, () => (isHeld = false));
    isHeld = false;
    root.replaceChildren(box);
    if (root.isConnected && !isShown(root)) root.showPopover();
    placeInSight(root);
    hideLater();
  };
  const follow = () => {
    if (root.firstChild) placeInSight(root);
  };
  // A workbench may be taller than the window, and be scrolled or grow while the message is shown.
  const around = new ResizeObserver(follow);
  requestAnimationFrame(() => root.parentElement && around.observe(root.parentElement));
  window.addEventListener("scroll", follow, { capture: true, passive: true, signal });
  window.addEventListener("resize", follow, { signal });
  signal.addEventListener(
    "abort",
    () => {
      clearTimeout(timer);
      around.disconnect();
    },
    { once: true },
  );
  return { root, show, hide };
}

/**
 * Put an element at the lowest place of the part around it that is in sight.
 * @param {HTMLElement} root
 */
function placeInSight(root) {
  const around = root.parentElement;
  if (!around) return;
  const { bottom, right } = around.getBoundingClientRect();
  let lowest = Math.min(bottom, innerHeight);
  for (let at = around.parentElement; at; at = at.parentElement) {
    // What scrolls or cuts off shows nothing below its own end. The body of JupyterLab has no height of its own.
    const cuts = at.clientHeight > 0 && getComputedStyle(at).overflowY !== "visible";
    if (cuts) lowest = Math.min(lowest, at.getBoundingClientRect().bottom);
  }
  // Never above the window either, where the part is scrolled out of it.
  const height = root.offsetHeight + 2 * DISTANCE;
  root.style.bottom = `${innerHeight - Math.min(innerHeight, Math.max(lowest, height)) + DISTANCE}px`;
  root.style.right = `${Math.max(DISTANCE, innerWidth - right + DISTANCE)}px`;
}
