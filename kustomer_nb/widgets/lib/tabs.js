// @ts-check
import { hidden, make } from "./dom.js";
import { newId } from "./ids.js";

/**
 * Tabs as the ARIA practices describe them: arrow keys move and select, and one tab is in the tab order.
 * @param {string} label
 * @param {{ name: string, title: string, panel: HTMLElement }[]} list
 * @param {(name: string) => void} [onSelect]
 */
export function tabs(label, list, onSelect = () => {}) {
  const id = newId();
  const strip = make("div", { role: "tablist", "aria-label": label, class: "knb-tabs" });
  const entries = list.map(({ name, title, panel }, index) => {
    const tab = make("button", {
      type: "button",
      role: "tab",
      id: `${id}-${index}`,
      "aria-controls": `${id}-panel-${index}`,
      "aria-selected": "false",
      tabindex: -1,
      onclick: () => select(name),
    });
    tab.append(make("span", {}, title));
    panel.id = `${id}-panel-${index}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    strip.append(tab);
    return { name, title, tab, panel };
  });
  let selected = "";

  /**
   * @param {string} name
   * @param {boolean} [focuses]
   */
  function select(name, focuses = false) {
    selected = name;
    // The tab that has the focus is the selected one, also when that changes by itself.
    const moves = focuses || strip.contains(document.activeElement);
    for (const entry of entries) {
      const isSelected = entry.name === name;
      entry.tab.setAttribute("aria-selected", String(isSelected));
      entry.tab.tabIndex = isSelected ? 0 : -1;
      entry.panel.hidden = !isSelected;
      if (isSelected && moves) entry.tab.focus({ preventScroll: true });
    }
    onSelect(name);
  }

  /**
   * Show a count beside a title; the words say to screen readers what is counted.
   * @param {string} name
   * @param {string} count
   * @param {string} [words]
   */
  function setCount(name, count, words = "") {
    const entry = entries.find((candidate) => candidate.name === name);
    if (!entry) return;
    const title = make("span", {}, entry.title);
    const parts = count ? [make("span", { class: "knb-count" }, count), ...(words ? [hidden(words)] : [])] : [];
    entry.tab.replaceChildren(title, ...parts);
  }

  strip.addEventListener("keydown", (event) => {
    const at = entries.findIndex((entry) => entry.name === selected);
    const last = entries.length - 1;
    /** @type {Record<string, number>} */
    const targets = { ArrowLeft: at > 0 ? at - 1 : last, ArrowRight: at < last ? at + 1 : 0, Home: 0, End: last };
    const target = entries[targets[event.key] ?? -1];
    if (!target) return;
    event.preventDefault();
    select(target.name, true);
  });
  return {
    strip,
    select,
    setCount,
    get selected() {
      return selected;
    },
  };
}
