// @ts-check
import { hidden, listenTo, make, plural, present, setUpLeaf } from "./lib/dom.js";
import { newId } from "./lib/ids.js";
import { icon } from "./lib/icons.js";
import { menuItem, opener, submitOnEnter } from "./lib/popover.js";
import { sendOrNotice } from "./lib/protocol.js";
import { secretPlaces } from "./lib/secret_places.js";

/** @import { Model } from "./lib/dom.js" */
/** @import { Message } from "./lib/protocol.js" */
/** @typedef {{ kind: "setting" | "account" | "env", name: string, key: string, facts: string, is_set: boolean, is_entered: boolean }} SettingRow */
/** @typedef {(message: Message) => void} SayOf */

/**
 * @param {{ model: Model, el: HTMLElement, signal: AbortSignal }} context
 */
function render({ model, el, signal }) {
  const notice = setUpLeaf(model, el, signal);
  /** @type {SayOf} */
  const say = (message) => {
    sendOrNotice(model, message, notice);
  };
  if (model.get("is_compact")) settingsChip(model, el, say, signal);
  else settingsList(model, el, say, signal);
  el.append(notice);
}

/**
 * All settings, each with a field.
 * @param {Model} model
 * @param {HTMLElement} el
 * @param {SayOf} say
 * @param {AbortSignal} signal
 */
function settingsList(model, el, say, signal) {
  const list = make("section", { class: "knb-settings", "aria-label": "App settings" });
  el.append(list);
  const paint = () => {
    /** @type {SettingRow[]} */
    const rows = model.get("rows");
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.setting : undefined;
    // One may be typed while another is set.
    const typed = new Map([...list.querySelectorAll("input")].map((input) => [input.dataset.setting, input.value]));
    const forms = rows.map((row) => settingForm(row, say, () => {}));
    list.replaceChildren(make("div", { class: "knb-h" }, "App Settings ", make("small", {}, chipWords(rows))), ...forms);
    for (const input of list.querySelectorAll("input")) input.value = typed.get(input.dataset.setting) ?? "";
    const again = [...list.querySelectorAll("input")].find((input) => input.dataset.setting === focused);
    if (focused !== undefined) (again ?? list.querySelector("input"))?.focus({ preventScroll: true });
  };
  listenTo(model, ["rows"], paint, signal);
}

/**
 * One chip, which opens the setting that is missing, or the list of all.
 * @param {Model} model
 * @param {HTMLElement} el
 * @param {SayOf} say
 * @param {AbortSignal} signal
 */
function settingsChip(model, el, say, signal) {
  const chip = make("button", { type: "button", class: "knb-chip" });
  let wanted = "";
  /** @returns {SettingRow[]} */
  const rows = () => model.get("rows");
  const popover = opener(
    chip,
    (close) => {
      const row = rows().find(({ key }) => key === wanted) ?? rows().find(({ is_set }) => !is_set);
      wanted = "";
      return row ? one(row, close) : all(close);
    },
    { label: "App settings", align: "end", style: "knb-pop-menu" },
  );
  /** @param {() => void} close */
  const all = (close) => {
    const items = rows().map((row) => {
      const open = () => show(one(row, close));
      const item = menuItem(row.key, row.facts, open);
      item.prepend(icon(row.is_set ? "ok" : "error", row.is_set ? "" : "missing"));
      return item;
    });
    return [make("div", { class: "knb-pad" }, make("div", { class: "knb-h4" }, "App Settings")), ...items];
  };
  /**
   * @param {SettingRow} row
   * @param {() => void} close
   */
  const one = (row, close) => {
    const form = settingForm(row, say, close, true);
    form.classList.add("knb-pad");
    const back = make("button", { type: "button", onclick: () => show(all(close)) }, "All Settings");
    form.querySelector(".knb-actions")?.prepend(back);
    return [form];
  };
  /** @param {HTMLElement[]} content */
  const show = (content) => {
    popover.box.replaceChildren(...content);
    popover.box.querySelector("input, button")?.dispatchEvent(new Event("knb-focus"));
    const first = popover.box.querySelector("input, button");
    if (first instanceof HTMLElement) first.focus();
  };
  const paint = () => {
    const missing = rows().filter(({ is_set }) => !is_set);
    chip.classList.toggle("knb-chip-bad", missing.length > 0);
    chip.replaceChildren(make("span", {}, chipWords(rows())), icon(missing.length > 0 ? "error" : "ok", missing.length > 0 ? "" : "all set"));
    el.hidden = rows().length === 0;
  };
  el.classList.add("knb-chips");
  el.append(chip, popover.box);
  el.addEventListener(
    "knb-open",
    (event) => {
      wanted = event instanceof CustomEvent ? String(event.detail ?? "") : "";
      popover.open();
    },
    { signal },
  );
  listenTo(model, ["rows"], paint, signal);
}

/** @param {SettingRow[]} rows */
function chipWords(rows) {
  const missing = rows.filter(({ is_set }) => !is_set);
  const [first] = missing;
  if (!first) return plural(rows.length, "setting");
  const name = first.kind === "env" ? first.key : first.name;
  return `${name} missing${missing.length > 1 ? ` and ${missing.length - 1} more` : ""}`;
}

/**
 * Where a value comes from, and a field that is emptied when it is submitted.
 * @param {SettingRow} row
 * @param {SayOf} say
 * @param {() => void} close
 * @param {boolean} [popover] whether the field is focused as soon as it is shown
 */
function settingForm(row, say, close, popover = false) {
  const id = newId();
  const secret = row.kind === "env" ? { type: "text", autocomplete: "off" } : { type: "password", autocomplete: "new-password" };
  const input = make("input", { id, "data-setting": row.key, "aria-describedby": `${id}-facts`, autofocus: popover, ...secret });
  const about = hidden(` ${row.key}`);
  // One that is set has its place already.
  const isKept = row.kind === "setting" && !row.is_set;
  const keeping = secretPlaces(`${id}-place`, "the project");
  /** @param {string} value */
  const tell = (value) => {
    if (row.kind === "env") say({ kind: "env", name: row.name, value });
    else if (row.kind === "account") say({ kind: "account", name: row.name, value });
    else say({ kind: "secret", key: row.key, value, place: value ? keeping.place() : "memory" });
  };
  const clear = () => {
    close();
    tell("");
  };
  const label = row.kind === "env" || isKept ? "Value" : "Value (kept in memory only)";
  const form = make(
    "form",
    { class: "knb-setting", autocomplete: "off" },
    make("div", { class: "knb-h4" }, row.name),
    row.key !== row.name && make("p", { class: "knb-quiet knb-mono" }, row.key),
    make("p", { id: `${id}-facts`, class: row.is_set ? "" : "knb-bad" }, row.facts),
    make("label", { for: id }, label, hidden(` of ${row.key}`)),
    input,
    ...(isKept ? [make("label", { for: keeping.select.id }, "Keep it", hidden(` (${row.key})`)), keeping.select] : []),
    make(
      "div",
      { class: "knb-actions" },
      ...present([row.is_entered && make("button", { type: "button", onclick: clear }, "Clear", hidden(` ${row.key}`))]),
      make("button", { type: "submit", class: "knb-primary" }, "Set", about),
    ),
  );
  submitOnEnter(input, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { value } = input;
    input.value = "";
    close();
    tell(value);
  });
  return form;
}

export default { render };
