// @ts-check
import { make, plural } from "./dom.js";
import { icon } from "./icons.js";

/** More of them are counted. */
const MOST_LINKS = 30;

/** @typedef {{ pointer: string, path: string, words: string }} FieldFault */

/**
 * The fields that need attention, as links to them: below the fields, which stay where they are when it appears.
 * @param {(pointer: string) => void} reveal
 */
export function formSummary(reveal) {
  // It is announced, so it is there before it has something to say.
  const words = make("span", { class: "knb-summarywords", role: "status" });
  const links = make("span", { class: "knb-summarylinks" });
  const root = make("div", { class: "knb-summary knb-summary-bad", role: "group", "aria-label": "Fields that need attention" }, words, links);
  let shown = "";

  /** @param {FieldFault[]} faults */
  const paint = (faults) => {
    root.classList.toggle("knb-summary-none", !faults.length);
    const key = JSON.stringify(faults);
    if (key === shown) return;
    shown = key;
    const text = faults.length ? `${plural(faults.length, "field")} ${faults.length === 1 ? "needs" : "need"} attention:` : "";
    // The same words are not announced again with each key that is typed.
    if (words.textContent !== text) words.replaceChildren(...(text ? [icon("error"), text] : []));
    const active = document.activeElement;
    const focused = active instanceof HTMLElement && links.contains(active) ? active.dataset.field : undefined;
    const made = faults.slice(0, MOST_LINKS).map(({ pointer, path, words: fault }) => {
      const link = make("button", { type: "button", class: "knb-link", title: fault, onclick: () => reveal(pointer) }, path);
      link.dataset.field = pointer;
      return link;
    });
    const rest = faults.length - made.length;
    links.replaceChildren(...made, ...(rest > 0 ? [make("span", {}, `and ${rest} more`)] : []));
    if (focused !== undefined) (made.find((link) => link.dataset.field === focused) ?? made[0])?.focus();
  };
  paint([]);
  return { root, paint };
}
