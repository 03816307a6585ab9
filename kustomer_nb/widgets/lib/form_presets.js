// @ts-check
import { copyText, make } from "./dom.js";
import { menuItem } from "./popover.js";

/**
 * @typedef {{ action: string, pointer: string, path: string, text: string, type: string }} OutputValue
 * @typedef {{ id: string, label: string, note: string, group: string }} Preset
 * What the menus of a form list; Python sends it when one is opened.
 * @typedef {{ number?: number, presets?: Preset[], outputs?: OutputValue[], python?: string, json?: string }} Choices
 */

const MOST_LISTED = 40;

/**
 * The popover of presets: examples, earlier inputs, pasted JSON, a copy, and none.
 * @param {() => Choices} choices
 * @param {{ use: (id: string) => void, save: (name: string) => void, paste: (text: string) => void }} acts
 * @param {() => void} close
 */
export function presetMenu(choices, acts, close) {
  const list = make("div", { class: "knb-fromlist" });
  const name = make("input", { type: "text", "aria-label": "Name of the example", placeholder: "Name of the example" });
  const text = make("textarea", { rows: "1", class: "knb-mono", "aria-label": "Inputs as JSON to paste", placeholder: '{"orderId": 7}', spellcheck: "false" });
  /** @param {() => void} act */
  const closing = (act) => () => {
    act();
    close();
  };
  const save = closing(() => name.value.trim() && acts.save(name.value.trim()));
  const paste = closing(() => text.value.trim() && acts.paste(text.value));
  name.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    save();
  });
  const fill = () => {
    const items = (choices().presets ?? []).map((preset) =>
      menuItem(preset.label, preset.group === "Runs" ? preset.note : `example · ${preset.note}`, closing(() => acts.use(preset.id))),
    );
    list.replaceChildren(...(items.length ? items : [make("p", { class: "knb-pad knb-quiet" }, "No examples and no runs yet.")]));
  };
  fill();
  const copy = make("button", { type: "button", class: "knb-item" }, make("span", {}, "Copy as inputs="));
  copy.addEventListener("click", () => void copyText(copy, choices().python ?? ""));
  const content = [
    list,
    make("div", { class: "knb-pad knb-presetline" }, name, make("button", { type: "button", class: "knb-small", onclick: save }, "Save Example")),
    make("div", { class: "knb-pad knb-presetline" }, text, make("button", { type: "button", class: "knb-small", onclick: paste }, "Paste JSON")),
    copy,
    menuItem("Reset", "clear every field", closing(() => acts.use("reset"))),
  ];
  return { content, fill };
}

/**
 * Values of earlier outputs, those of a fitting type first.
 * @param {Choices} choices
 * @param {string} type
 * @param {string} query
 * @param {(value: OutputValue) => void} choose
 */
export function outputItems(choices, type, query, choose) {
  if (!choices.outputs) return [make("p", { class: "knb-pad knb-quiet" }, "Loading…")];
  const words = query.toLowerCase();
  const values = choices.outputs.filter((value) => linkWords(value).toLowerCase().includes(words));
  values.sort((first, second) => Number(second.type === type) - Number(first.type === type));
  const items = values.slice(0, MOST_LISTED).map((value) => {
    const item = menuItem("", "", () => choose(value));
    item.replaceChildren(make("code", {}, linkWords(value)));
    return item;
  });
  return items.length ? items : [make("p", { class: "knb-pad knb-quiet" }, choices.outputs.length ? "No value matches." : "No action has run yet.")];
}

/** @param {OutputValue} value */
export function linkWords({ action, path, text }) {
  return `${action} > ${path} = ${text}`;
}
