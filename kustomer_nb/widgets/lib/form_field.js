// @ts-check
import { hidden, make, present, withCode } from "./dom.js";
import { newId } from "./ids.js";
import { choiceIndex, isTextField } from "./entry_tree.js";
import { icon } from "./icons.js";
import { KEYS } from "./keys.js";
import { menuItem } from "./popover.js";
import { segment } from "./segment.js";

/** @import { Child } from "./dom.js" */
/** @import { Choice, FormEntry, InputField } from "./entry_tree.js" */
/**
 * What there is to say of a field.
 * @typedef {{ fault?: string, sent?: string, loss?: string, escaped?: { after: string, fix: string } }} FieldState
 * A row of the form: a field or a group. A field hears of the events in it from the form: listeners of its own would
 * take a good part of the time that a large form takes.
 * @typedef {{
 *   root: HTMLElement, pointer: string, path: string, required: boolean, isGroup: boolean,
 *   isSet: () => boolean, paint: () => void, focus: () => void, unfold: () => void, hear?: (event: Event) => void,
 * }} FormRow
 * What the rows of a form share.
 * @typedef {{
 *   entry: (pointer: string) => FormEntry,
 *   state: (pointer: string) => FieldState,
 *   isTouched: (pointer: string) => boolean,
 *   touch: (pointer: string) => void,
 *   change: (pointer: string, entry: FormEntry) => void,
 *   fix: (pointer: string) => void,
 *   convert: (pointer: string, to: "json" | "form") => void,
 *   item: (pointer: string, op: "add" | "remove" | "move", index: number, to?: number) => void,
 *   openMenu: (anchor: Element, name: string, items: (close: () => void) => Child[], back: () => void) => void,
 *   openPicker: (anchor: Element, field: InputField, pointer: string, back: () => void) => void,
 *   addRow: (row: FormRow) => void,
 *   hasRow: (pointer: string) => boolean,
 *   dropRows: (pointer: string, withOwn?: boolean) => void,
 *   settle: (act: () => void) => void,
 *   openOthers: Set<string>,
 *   isLarge: boolean,
 * }} FormContext
 * The control of a field: how it shows an entry, what has the focus, and what it does at an event in it.
 * @typedef {{
 *   root: HTMLElement, target: () => HTMLElement, show: (entry: FormEntry) => void, describe: (id: string) => void,
 *   hear: (event: Event) => void,
 * }} Control
 */

/** What the rows of a form hear of. */
export const ROW_EVENTS = ["focusout", "keydown", "pointerdown", "click", "input", "change"];

/** Strings that are often long. */
const LONG_NAMES = /comment|note|message|body|text|html|description/i;
const JSON_WORDS = { object: "a JSON object: {…}", array: "a JSON array: […]", any: 'any JSON value: "text", 7, true, {…}' };
const NULL_WORDS = { number: "0", boolean: "false", string: '""' };

/**
 * What null is sent as, as far as the type says.
 * @param {InputField} field
 */
export function nullWords(field) {
  return `sent as ${NULL_WORDS[/** @type {keyof typeof NULL_WORDS} */ (field.type)] ?? "null"}`;
}

/** @param {InputField} field */
function takesRow(field) {
  const isJson = ["object", "array", "any"].includes(field.type);
  return !field.choices && (isJson || (field.type === "string" && LONG_NAMES.test(field.name)));
}

/**
 * The button of a field or group that opens its menu; Ctrl+. opens it too, so it is no tab stop.
 * @param {string} name
 * @param {(() => void) | undefined} open
 */
export function entryMenuButton(name, open) {
  const common = { type: "button", class: "knb-more", tabindex: "-1", "aria-haspopup": "dialog", title: `What is sent (${KEYS.mod}.)` };
  return make("button", { ...common, onclick: open }, menuWords(name));
}

/**
 * The words are cut off behind the wide space: an element of their own for each field would cost more.
 * @param {string} name
 */
function menuWords(name) {
  return `⋯\u2003what is sent for ${name}`;
}

/**
 * The parts of a row that all rows of its kind have in common.
 * @typedef {{ root: HTMLElement, labelRow: HTMLElement, label: HTMLElement, menu: HTMLElement, control: HTMLElement }} RowFrame
 * @type {Map<string, HTMLElement>}
 */
const FRAMES = new Map();
/** So many kinds are kept: each list of choices is one. */
const MOST_FRAMES = 200;

/**
 * A row that is not set, and has nothing to say. It is a copy of the first one of its kind: to make each element
 * anew takes most of the time that a large form takes.
 * @param {InputField} field
 * @param {string} name
 * @returns {RowFrame}
 */
function rowFrame(field, name) {
  const isWide = takesRow(field);
  const kind = JSON.stringify([field.type, field.required, isWide, field.default?.label, field.choices?.map((choice) => choice.label)]);
  let frame = FRAMES.get(kind);
  if (!frame) {
    const label = make(field.type === "boolean" ? "span" : "label", { class: "knb-label", title: field.type }, ...titleOf(field, ""));
    const labelRow = make("div", { class: "knb-labelrow" }, label, entryMenuButton("", undefined));
    frame = make("div", { class: `knb-field${isWide ? " knb-wide" : ""}`, "data-state": "unset" }, labelRow, controlFrame(field, isWide));
    if (FRAMES.size >= MOST_FRAMES) FRAMES.clear();
    FRAMES.set(kind, frame);
  }
  const root = /** @type {HTMLElement} */ (frame.cloneNode(true));
  const [labelRow, control] = /** @type {HTMLElement[]} */ ([root.firstChild, root.lastChild]);
  const [label, menu] = /** @type {HTMLElement[]} */ ([labelRow.firstChild, labelRow.lastChild]);
  const title = /** @type {HTMLElement} */ (label.firstChild);
  title.textContent = name;
  title.title = `${name}: ${field.type}`;
  return { root, labelRow, label, menu, control };
}

/**
 * @param {InputField} field
 * @param {boolean} isWide
 */
function controlFrame(field, isWide) {
  if (field.type === "boolean") return booleanFrame();
  return field.choices ? choiceFrame(field, field.choices) : textFrame(field, isWide);
}

/**
 * @param {InputField} field
 * @param {string} name
 */
export function titleOf(field, name) {
  return [
    make("span", { class: "knb-name", title: name }, name),
    field.required ? make("span", { class: "knb-req", title: "Required" }, make("span", { "aria-hidden": "true" }, "*"), hidden(" required")) : null,
    make("span", { class: "knb-type" }, field.type),
  ];
}

function booleanFrame() {
  const { box } = segment(
    "",
    [
      ["true", "true"],
      ["false", "false"],
    ],
    "",
  );
  box.classList.add("knb-bool");
  for (const one of [box, ...box.querySelectorAll("input")]) one.setAttribute("aria-invalid", "false");
  return box;
}

/**
 * A choice of true or false. A second click on the chosen one makes it not set.
 * @param {HTMLElement} box
 * @param {string} name
 * @param {string} id
 * @param {(text: string) => void} set
 * @returns {Control}
 */
function booleanControl(box, name, id, set) {
  let chosen = "";
  const radios = [...box.getElementsByTagName("input")];
  /** @type {HTMLElement} */ (box.firstChild).textContent = name;
  box.id = id;
  for (const radio of radios) radio.name = id;
  return {
    root: box,
    target: () => radios.find((radio) => radio.checked) ?? radios[0],
    show: (entry) => {
      const text = entry.state === "value" ? (entry.text ?? "") : "";
      for (const radio of radios) radio.checked = radio.value === text;
    },
    describe: (message) => {
      for (const one of [box, ...radios]) one.setAttribute("aria-describedby", message);
    },
    hear: ({ type, target }) => {
      const radio = target instanceof Element ? radios.find((one) => one === target || one.parentElement?.contains(target)) : undefined;
      if (!radio) return;
      if (type === "change") set(radio.value);
      // The press and the click come before the change of another choice, and alone if it is the same one.
      else if (type === "pointerdown") chosen = radio.checked ? radio.value : "";
      else if (type === "click" && target === radio) {
        if (chosen === radio.value) set("");
        chosen = "";
      }
    },
  };
}

/**
 * @param {InputField} field
 * @param {Choice[]} choices
 */
function choiceFrame(field, choices) {
  const options = choices.map((choice, index) => make("option", { value: String(index) }, choice.label));
  const none = make("option", { value: "" }, field.default ? `Not set (default ${field.default.label})` : "Not set");
  const select = make("select", commonOf(field), none, ...options, make("option", { value: "other" }, "other…"));
  return make("div", { class: "knb-enum" }, select);
}

/**
 * A list of the choices, and a text field for any other value, which the platform takes too.
 * @param {HTMLElement} root
 * @param {InputField} field
 * @param {string} name
 * @param {string} id
 * @param {(entry: FormEntry) => void} change
 * @returns {Control}
 */
function choiceControl(root, field, name, id, change) {
  const choices = field.choices ?? [];
  const select = /** @type {HTMLSelectElement} */ (root.firstChild);
  select.id = id;
  /** @type {HTMLInputElement | null} */
  let other = null;
  const shownOther = () => {
    if (!other) {
      other = make("input", { type: "text", "aria-label": `${name}, other value`, placeholder: "Any other value", spellcheck: "false" });
      root.append(other);
    }
    other.hidden = false;
    return other;
  };
  const choose = () => {
    if (select.value === "other") {
      const input = shownOther();
      input.value = "";
      input.focus();
      change({ state: "unset" });
    } else {
      if (other) other.hidden = true;
      change(select.value ? { ...choices[Number(select.value)].entry } : { state: "unset" });
    }
  };
  /** @param {FormEntry} entry */
  const show = (entry) => {
    const index = choiceIndex(field, entry);
    const isOther = index < 0 && (entry.state === "value" || entry.state === "json");
    if (isOther) {
      const input = shownOther();
      if (input.value !== entry.text) input.value = entry.text ?? "";
    } else if (other && document.activeElement !== other) other.hidden = true;
    const value = index >= 0 ? String(index) : other && !other.hidden ? "other" : "";
    if (select.value !== value) select.value = value;
  };
  return {
    root,
    target: () => select,
    show,
    describe: (message) => select.setAttribute("aria-describedby", message),
    hear: ({ type, target }) => {
      if (type === "change" && target === select) choose();
      else if (type === "input" && other && target === other) change(other.value ? { state: "value", text: other.value } : { state: "unset" });
    },
  };
}

/** @param {InputField} field */
function commonOf(field) {
  return { spellcheck: "false", autocomplete: "off", "aria-required": String(field.required), "aria-invalid": "false" };
}

/** @param {InputField} field */
function isJsonField(field) {
  return ["object", "array", "any"].includes(field.type);
}

/**
 * @param {InputField} field
 * @param {boolean} isLong
 */
function textFrame(field, isLong) {
  const isJson = isJsonField(field);
  const style = isJson || field.type === "number" ? "knb-mono" : "";
  const words = unsetWords(field);
  const common = { ...commonOf(field), class: style, placeholder: words, title: words };
  if (isLong) return make("textarea", { ...common, rows: isJson ? "3" : "2" });
  return make("input", { ...common, type: "text", inputmode: field.type === "number" ? "decimal" : "text" });
}

/** @param {InputField} field */
function unsetWords(field) {
  if (field.default) return `Not set (default ${field.default.label})`;
  return isJsonField(field) ? `Not set · ${JSON_WORDS[/** @type {keyof typeof JSON_WORDS} */ (field.type)]}` : "Not set";
}

/**
 * A field of text; JSON and long texts have several lines.
 * @param {HTMLInputElement | HTMLTextAreaElement} input
 * @param {InputField} field
 * @param {string} id
 * @param {(text: string) => void} set
 * @returns {Control}
 */
function textControl(input, field, id, set) {
  input.id = id;
  /** @param {FormEntry} entry */
  const show = (entry) => {
    const isLinked = entry.state === "from";
    const text = isLinked ? (entry.from?.text ?? "") : ["value", "json"].includes(entry.state) ? (entry.text ?? "") : "";
    // A field of one line would drop the line ends.
    if (/[\r\n]/.test(text) && input instanceof HTMLInputElement) lengthen(input);
    if (input.readOnly !== isLinked) input.readOnly = isLinked;
    if (input.value !== text) input.value = text;
    input.placeholder = entry.state === "null" ? "null" : entry.state === "unset" ? unsetWords(field) : "";
    // In a narrow form there may be no room for all of it.
    input.title = input.placeholder;
  };
  /** @param {HTMLInputElement} short */
  const lengthen = (short) => {
    const longer = /** @type {HTMLTextAreaElement} */ (textFrame(field, true));
    longer.id = id;
    for (const name of ["aria-describedby", "aria-invalid"]) longer.setAttribute(name, short.getAttribute(name) ?? "");
    const hasFocus = document.activeElement === short;
    short.replaceWith(longer);
    input = longer;
    if (hasFocus) input.focus();
  };
  return {
    get root() {
      return input;
    },
    target: () => input,
    show,
    describe: (message) => input.setAttribute("aria-describedby", message),
    hear: ({ type, target }) => {
      if (type === "input" && target === input) set(input.value);
    },
  };
}

/** What is painted of a field that is not set, and of which there is nothing to say: what a frame shows. */
const BLANK = paintKey({ state: "unset" }, {}, false);

/**
 * What a row shows, as one text to compare.
 * @param {FormEntry} entry
 * @param {FieldState} state
 * @param {boolean} isVisible
 */
function paintKey(entry, state, isVisible) {
  return JSON.stringify([entry.state, entry.text, entry.from?.text, state, isVisible]);
}

/**
 * A field that is no group, with its label, its menu and what there is to say of it.
 * @param {FormContext} form
 * @param {InputField} field
 * @param {{ name: string, pointer: string, path: string, remove?: () => void }} place an item of an array is removed,
 *   where another field is not set
 */
export function scalarRow(form, field, { name, pointer, path, remove }) {
  const id = newId();
  const isText = isTextField(field);
  const entry = () => form.entry(pointer);
  /** @param {FormEntry} to */
  const change = (to) => {
    form.touch(pointer);
    form.change(pointer, to);
  };
  const unset = remove ?? (() => change({ state: "unset" }));
  // Typing means value; emptied means not set, except for a string, where "" is a value of its own.
  /** @param {string} text */
  const set = (text) => {
    // What is shown as JSON is edited as JSON, until it is emptied.
    const isJson = entry().state === "json";
    if (text === "" && (isJson || !isText)) change({ state: "unset" });
    else change({ state: isJson ? "json" : "value", text });
  };
  const frame = rowFrame(field, name);
  const { root, labelRow, label, menu } = frame;
  const control =
    field.type === "boolean"
      ? booleanControl(frame.control, name, id, set)
      : field.choices
        ? choiceControl(frame.control, field, name, id, change)
        : textControl(/** @type {HTMLInputElement} */ (frame.control), field, id, set);
  const focus = () => control.target().focus();
  const openMenu = () => form.openMenu(labelRow, path, (close) => fieldMenu(form, field, { pointer, remove }, change, close, openPicker), focus);
  const openPicker = () => form.openPicker(labelRow, field, pointer, focus);
  if (field.type !== "boolean") label.setAttribute("for", id);
  /** @type {Text} */ (menu.firstChild).data = menuWords(path);
  root.setAttribute("data-pointer", pointer);
  // Few fields ever have one.
  /** @type {HTMLElement | null} */
  let chip = null;
  /** @param {string} text */
  const showChip = (text) => {
    if (!text && !chip) return;
    if (!chip) {
      chip = make("span", { class: "knb-chipstate" });
      label.after(chip);
    }
    chip.textContent = text;
  };
  /** @type {HTMLElement | null} */
  let message = null;
  /**
   * @param {FormEntry} now
   * @param {FieldState} state
   * @param {string} [fault]
   */
  const say = (now, state, fault) => {
    const parts = present(messageOf(form, field, { pointer, path, now, state, fault, unset: { words: remove ? "Remove" : "Not set", act: unset }, focus }));
    const title = fault || now.state !== "unset" ? null : (field.description ?? "");
    // Most fields have nothing to say, now and before.
    if (!message && (parts.length || title)) {
      message = make("p", { class: "knb-msg", id: `${id}-m` });
      root.append(message);
      control.describe(message.id);
    }
    if (message) paintMessage(message, parts, title, fault ? " knb-bad" : state.loss || state.escaped ? " knb-warn" : "");
  };
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    const state = entry().state;
    const isErase = event.key === "Backspace" || event.key === "Delete";
    if (KEYS.isUnset(event)) {
      event.preventDefault();
      unset();
    } else if (KEYS.isMenu(event)) {
      event.preventDefault();
      event.stopPropagation();
      openMenu();
    } else if (event.target === control.target() && state === "from") {
      const isTyped = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
      // Typing over a link makes a value: the browser then puts the character into the emptied field.
      if (isErase) event.preventDefault();
      if (isErase || isTyped) change({ state: "unset" });
    } else if (isErase && field.type === "boolean" && state !== "unset") change({ state: "unset" });
  };
  /** @param {Event} event */
  const hear = (event) => {
    if (event.type === "focusout") {
      form.touch(pointer);
      // What it lacks is said now; not before the press that took the focus has come to its button.
      form.settle(() => {
        paint();
        if (!message?.hasChildNodes()) message?.classList.remove("knb-msg-held");
      });
    } else if (event instanceof KeyboardEvent) onKey(event);
    else if (event.type === "click" && event.target === menu) openMenu();
    else control.hear(event);
  };
  let painted = BLANK;
  const paint = () => {
    const now = entry();
    const state = form.state(pointer);
    const isVisible = form.isTouched(pointer) || Boolean(now.text);
    const key = paintKey(now, state, isVisible);
    if (key === painted) return;
    painted = key;
    root.dataset.state = now.state;
    control.show(now);
    showChip({ null: "null", from: "linked", json: "JSON", value: "", unset: "" }[now.state]);
    const fault = isVisible ? state.fault : undefined;
    const target = control.target();
    target.setAttribute("aria-invalid", String(Boolean(fault)));
    if (control.root !== target && field.type === "boolean") control.root.setAttribute("aria-invalid", String(Boolean(fault)));
    say(now, state, fault);
  };
  /** @type {FormRow} */
  const row = { root, pointer, path, required: field.required, isGroup: false, isSet: () => entry().state !== "unset", paint, focus, unfold: () => {}, hear };
  form.addRow(row);
  if (field.description || helpOf(field) || field.is_unused) say({ state: "unset" }, {});
  paint();
  return row;
}

/**
 * What is sent instead of what is typed: the menu of a field.
 * @param {FormContext} form
 * @param {InputField} field
 * @param {{ pointer: string, remove: (() => void) | undefined }} place
 * @param {(entry: FormEntry) => void} change
 * @param {() => void} close
 * @param {() => void} openPicker
 */
function fieldMenu(form, field, { pointer, remove }, change, close, openPicker) {
  const now = form.entry(pointer);
  /**
   * @param {string} title
   * @param {string} note
   * @param {FormEntry} to
   */
  const item = (title, note, to) => {
    const act = () => {
      change(to);
      close();
    };
    const isCurrent = now.state === to.state && (to.text === undefined || now.text === to.text);
    return menuItem(title, note, act, { "aria-current": String(isCurrent) });
  };
  return [
    remove
      ? menuItem("Remove", `the item is left out · ${KEYS.unset}`, () => {
          close();
          remove();
        })
      : item("Not set", `the key is left out · ${KEYS.unset}`, { state: "unset" }),
    item("null", nullWords(field), { state: "null" }),
    field.default && item("Default", field.default.label, { ...field.default.entry }),
    isTextField(field) && item("Empty string", '"" is sent', { state: "value", text: "" }),
    !field.choices &&
      field.type !== "boolean" &&
      menuItem("From the last output of…", "a value of another action's last run", openPicker),
  ];
}

/**
 * @param {HTMLElement} message
 * @param {(Node | string)[]} parts
 * @param {string | null} title
 * @param {string} tone
 */
function paintMessage(message, parts, title, tone) {
  // What stands below does not move with every key.
  const hasFocus = message.parentElement?.contains(document.activeElement);
  const isHeld = parts.length > 0 || (hasFocus && message.classList.contains("knb-msg-held"));
  message.className = `knb-msg${tone}${isHeld ? " knb-msg-held" : ""}`;
  message.replaceChildren(...parts);
  message.classList.toggle("knb-msg-linked", Boolean(message.querySelector(".knb-link")));
  message.title = title ?? message.textContent ?? "";
}

/**
 * The most important that there is to say: an error, what changed the value, what is unusual, what it is for.
 * @param {FormContext} form
 * @param {InputField} field
 * @param {{ pointer: string, path: string, now: FormEntry, state: FieldState, fault: string | undefined, unset: { words: string, act: () => void }, focus: () => void }} about
 * @returns {Child[]}
 */
function messageOf(form, field, { pointer, path, now, state, fault, unset, focus }) {
  /**
   * @param {string} text
   * @param {string} more
   * @param {() => void} act
   */
  const link = (text, more, act) => {
    const onclick = () => {
      focus();
      act();
    };
    return make("button", { type: "button", class: "knb-link", onclick }, text, hidden(more));
  };
  if (fault) return [icon("error"), make("span", {}, ...withCode(fault))];
  if (state.escaped) {
    const sent = make("span", { class: "knb-ellipsis" }, "sent as ", make("code", {}, state.escaped.after));
    return [sent, state.escaped.fix ? link("Use {{{ }}}", ` for ${path}`, () => form.fix(pointer)) : null];
  }
  if (now.state === "null" && state.sent !== undefined) return [`null is sent as ${state.sent}`];
  if (now.state === "value" && now.text === "" && isTextField(field)) {
    return [make("span", { class: "knb-chipstate" }, '"" sent'), " · ", link(unset.words, `: ${path}`, unset.act)];
  }
  if (state.sent !== undefined) return [`sent as ${state.sent}${state.loss ? ` (${state.loss})` : ""}`];
  const words = [helpOf(field), field.is_unused && "No template reads this input."].filter(Boolean).join(" · ");
  return [words || null];
}

/**
 * What a field is for, and its limits.
 * @param {InputField} field
 */
export function helpOf(field) {
  const { minimum, maximum } = field;
  // The other fields say it in their place for a value.
  const preset = field.type === "boolean" && !field.choices && field.default ? `default ${field.default.label}` : "";
  const limits =
    minimum !== undefined && maximum !== undefined
      ? `${minimum} to ${maximum}`
      : minimum !== undefined
        ? `at least ${minimum}`
        : maximum !== undefined
          ? `at most ${maximum}`
          : "";
  return [field.description, limits, preset].filter(Boolean).join(" · ");
}
