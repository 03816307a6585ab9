// @ts-check
import { make } from "./dom.js";
import { icon } from "./icons.js";
import { opener } from "./popover.js";

/** @typedef {{ words?: string, diff?: string }} ShownChange */

/**
 * The latest change of the file, where it was made: what it was, its lines, and what takes it back. It stays as long
 * as it can be undone, or until it is dismissed.
 * @param {(change: ShownChange) => void} onDismiss draws without it
 * @param {() => void} undo
 */
export function changeLine(onDismiss, undo) {
  /** @type {ShownChange} */
  let dismissed = {};
  /**
   * @param {ShownChange} change
   * @returns {Element[]}
   */
  const draw = (change) => {
    const { words = "", diff = "" } = change;
    if (!diff || (dismissed.diff === diff && dismissed.words === words)) return [];
    const show = make("button", { type: "button", class: "knb-small" }, "Show Change", icon("down"));
    const lines = () => make("div", { class: "knb-pad" }, make("div", { class: "knb-h4" }, words), make("div", { class: "knb-raw knb-change", tabindex: 0, role: "group", "aria-label": "Changed lines" }, diff));
    const { box } = opener(show, lines, { label: "The change of the file", align: "end", style: "knb-pop-stage" });
    const dismiss = () => {
      dismissed = change;
      onDismiss(change);
    };
    return [
      icon("ok"),
      make("span", { class: "knb-ellipsis knb-grow", title: words }, words),
      make("button", { type: "button", class: "knb-small", onclick: undo }, "Undo"),
      show,
      make("button", { type: "button", class: "knb-iconbutton", onclick: dismiss }, icon("close", "Dismiss")),
      box,
    ];
  };
  return draw;
}
