// @ts-check
import { make } from "./dom.js";
import { menuItem } from "./popover.js";

/** @typedef {{ name: string, title: string, words: string, group: string }} Fault */

/**
 * The failures that can be simulated, in groups, with a search.
 * @param {Fault[]} faults
 * @param {(name: string) => void} choose
 */
export function faultPalette(faults, choose) {
  const search = make("input", { type: "search", placeholder: "Find: 429, timeout, html…", autofocus: true, "aria-label": "Find a failure" });
  const names = [...new Set(faults.map((fault) => fault.group))];
  const groups = names.map((name) => {
    const items = faults
      .filter((fault) => fault.group === name)
      .map((fault) => ({
        item: menuItem(fault.title, fault.words, () => choose(fault.name)),
        text: `${fault.title} ${fault.words}`.toLowerCase(),
      }));
    const section = make("section", { "aria-label": name }, make("div", { class: "knb-h4" }, name), ...items.map(({ item }) => item));
    return { section, items };
  });
  search.addEventListener("input", () => {
    const query = search.value.toLowerCase();
    for (const { section, items } of groups) {
      for (const { item, text } of items) item.hidden = !text.includes(query);
      section.hidden = items.every(({ item }) => item.hidden);
    }
  });
  const words = make("p", { class: "knb-quiet" }, "Shows what the next step gets if the service fails. Nothing is sent.");
  return [make("div", { class: "knb-pad" }, words, search), make("div", { class: "knb-faults" }, ...groups.map(({ section }) => section))];
}
