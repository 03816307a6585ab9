// @ts-check
import { make } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {"restore" | "undo" | "discard" | "compare" | "dismiss"} DraftAct */
/** @typedef {{ state?: string, words?: string, diff?: string }} ShownDraft */

/** @type {Record<string, [DraftAct, string][]>} */
const ACTS = {
  restored: [["undo", "Undo"], ["compare", "Compare"], ["discard", "Discard"]],
  offered: [["restore", "Restore Unsaved Edits"], ["compare", "Compare"], ["discard", "Discard"]],
  elsewhere: [["compare", "Compare"]],
};

/**
 * Unsaved edits of an earlier session: what was done with them, and what else can be.
 * @param {HTMLElement} banner
 * @param {(act: DraftAct) => void} say
 * @returns {(draft: ShownDraft) => void} draws what Python tells
 */
export function draftBanner(banner, say) {
  return ({ state = "", words = "", diff = "" }) => {
    banner.hidden = !words;
    const button = (/** @type {[DraftAct, string]} */ [act, title]) => {
      const control = make("button", { type: "button", class: "knb-small", onclick: () => say(act) }, title);
      if (act === "compare") control.setAttribute("aria-expanded", String(diff !== ""));
      return control;
    };
    banner.replaceChildren(
      icon(state === "restored" ? "ok" : "warning"),
      make("span", { class: "knb-grow" }, words),
      ...(ACTS[state] ?? []).map(button),
      make("button", { type: "button", class: "knb-iconbutton", onclick: () => say("dismiss") }, icon("close", "Dismiss")),
      ...(diff ? [make("div", { class: "knb-raw knb-change knb-draftdiff", tabindex: 0, role: "group", "aria-label": "Changed lines" }, diff)] : []),
    );
  };
}
