// @ts-check
import { make } from "./dom.js";
import { ORIGIN_WORDS } from "./json_view.js";
import { KEYS } from "./keys.js";

/** @type {[string, string][]} */
const KEY_MAP = [
  [KEYS.runWords, "Run, or go to what prevents it"],
  ["Esc", "Cancel a run; close a popover"],
  ["F6, Shift+F6", "Next and previous pane"],
  [`${KEYS.mod}K`, "Choose an action"],
  [`${KEYS.mod}F`, "Find in this pane; filter inputs"],
  [`${KEYS.mod}.`, "What is sent for this field"],
  [KEYS.unset, "Field is not set"],
  ["↑ ↓ ← →", "Move and fold in trees and code"],
  ["Enter", "Origin of a value; actions of a row; a value of the response to the output"],
  ["Ctrl+Space, F8", "In the definition: complete; next problem"],
  [`${KEYS.mod}S`, "Save the definition if it has changes, else the notebook"],
  [`${KEYS.mod}Z, ${KEYS.redo}`, "In the definition: undo, redo"],
];

/**
 * The keys, and the colours of origins.
 * @param {() => void} close
 */
export function helpContent(close) {
  const rows = KEY_MAP.map(([keys, words]) => make("div", { role: "listitem" }, make("kbd", {}, keys), make("span", {}, words)));
  const list = make("div", { role: "list", class: "knb-terms knb-keys" }, ...rows);
  const kinds = Object.entries(ORIGIN_WORDS).filter(([kind]) => kind !== "unknown");
  const legend = kinds.map(([kind, words]) => make("span", { class: "knb-leg" }, make("i", { class: `knb-o-${kind}` }, "ab"), words));
  return make(
    "div",
    { class: "knb-pad" },
    make("div", { class: "knb-h4" }, "Keys"),
    list,
    make("div", { class: "knb-h4" }, "Origins in the request"),
    make("div", { class: "knb-legend" }, ...legend),
    make("div", { class: "knb-actions" }, make("button", { type: "button", onclick: close }, "Close")),
  );
}
