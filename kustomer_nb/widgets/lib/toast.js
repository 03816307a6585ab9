// @ts-check
import { make } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {{ text: string, isBad?: boolean, action?: { title: string, act: () => void } }} Toast */

const SHOWN_FOR = 8000;

/**
 * The place of short messages: the newest replaces the one before, and goes away unless it is hovered or
 * focused.
 * @param {AbortSignal} signal
 */
export function toasts(signal) {
  const root = make("div", { class: "knb-toasts", role: "status" });
  let timer = 0;
  let isHeld = false;

  const hide = () => {
    clearTimeout(timer);
    root.replaceChildren();
  };
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
    hideLater();
  };
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  return { root, show, hide };
}
