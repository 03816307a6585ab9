// @ts-check
import { make, suppressShortcuts, withCode } from "../../widgets/lib/dom.js";
import { findIn } from "../../widgets/lib/find.js";
import { cardPart, markIcon } from "./card_parts.js";

/** @import { CardPart } from "./card_parts.js" */
/**
 * What Python writes of a value (kustomer_nb/reporting/cards.py).
 * @typedef {{
 *   title?: string, mark?: string, subject?: string, facts?: string,
 *   profile?: { name: string, colour?: string, guard?: string },
 *   notes?: { mark?: string, words: string }[], parts?: CardPart[],
 * }} Card
 */

/**
 * A saved result, drawn without a kernel. Whatever is in it becomes text, never HTML: it may be somebody else's.
 * @param {Card} card
 * @param {AbortSignal} signal
 */
export function drawCard(card, signal) {
  const parts = list(card.parts).map(safePart).filter((part) => part !== null);
  const body = make("div", { class: "knb-cardbody", tabindex: -1 }, ...list(card.notes).map(note), ...parts);
  const root = make("div", { class: "knb knb-card", role: "group", "aria-label": card.title || "Saved result" });
  suppressShortcuts(root, signal);
  const head = headOf(card);
  if (parts.length > 0) {
    const { bar, opener } = findIn(root, body, signal);
    // What is searched may be in a part that is folded.
    bar.addEventListener("input", () => openAll(body));
    head.append(make("span", { class: "knb-side" }, bar, opener));
  }
  root.append(head, body);
  return root;
}

/** @param {HTMLElement} body */
function openAll(body) {
  for (const details of body.querySelectorAll("details")) details.open = true;
}

/** @param {Card} card */
function headOf({ title, mark = "", subject, facts, profile }) {
  const badge = profile && make("span", { class: "knb-cardprofile", "data-colour": profile.colour ?? "", title: profile.guard }, profile.name);
  const words = [badge, title && make("strong", {}, title), facts && make("span", { class: "knb-quiet" }, facts), subject && make("span", { class: "knb-quiet" }, subject)];
  return make("div", { class: "knb-cardhead", "data-mark": mark }, make("span", { class: "knb-cardwords" }, ...words));
}

/** @param {{ mark?: string, words: string }} item */
function note({ mark = "", words }) {
  return make("p", { class: "knb-cardnote", "data-mark": mark }, markIcon(mark), markIcon(mark) && " ", ...withCode(String(words)));
}

/**
 * A part that a hand or another version has written in a way that cannot be drawn is left out, and the rest is seen.
 * @param {CardPart} part
 */
function safePart(part) {
  try {
    return cardPart(part);
  } catch {
    return make("p", { class: "knb-quiet" }, "A part of this result cannot be shown by this version of kustomer-nb.");
  }
}

/**
 * @template T
 * @param {T[] | undefined} items
 * @returns {T[]}
 */
function list(items) {
  return Array.isArray(items) ? items : [];
}
