// @ts-check
import { hidden, make, newId, present } from "./dom.js";
import { choiceIndex, isTextField } from "./entry_tree.js";
import { icon } from "./icons.js";
import { KEYS } from "./keys.js";
import { menuItem } from "./popover.js";
import { segment } from "./segment.js";

/** @import { Child } from "./dom.js" */
/** @import { FormEntry, InputField } from "./entry_tree.js" */
/**
 * What there is to say of a field.
 * @typedef {{ fault?: string, sent?: string, loss?: string, escaped?: { after: string, fix: string } }} FieldState
 * A row of the form: a field or a group.
 * @typedef {{
 *   root: HTMLElement, pointer: string, path: string, required: boolean, isGroup: boolean,
 *   isSet: () => boolean, paint: () => void, focus: () => void, unfold: () => void,
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
 * The control of a field: how it shows an entry, and what has the focus.
 * @typedef {{ root: HTMLElement, target: () => HTMLElement, show: (entry: FormEntry) => void }} Control
 */

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
 * @param {() => void} open
 */
export function entryMenuButton(name, open) {
  const button = make("button", { type: "button", class: "knb-more", tabindex: "-1", "aria-haspopup": "dialog", title: `What is sent (${KEYS.mod}.)` });
  return armMenuButton(button, name, open);
}

/**
 * @param {HTMLElement} button
 * @param {string} name
 * @param {() => void} open
 */
function armMenuButton(button, name, open) {
  // The words are cut off behind the wide space: an element of their own for each field would cost more.
  button.textContent = `⋯\u2003what is sent for ${name}`;
  button.addEventListener("click", open);
  return button;
}

/**
 * The parts of a row that rows of its kind have in common.
 * @typedef {{ root: HTMLElement, labelRow: HTMLElement, label: HTMLElement, title: HTMLElement, menu: HTMLElement, message: HTMLElement }} RowFrame
 * @type {Map<string, HTMLElement>}
 */
const FRAMES = new Map();

/**
 * A row without its control. It is a copy of the first one of its kind: to make each element anew takes most of
 * the time that a large form takes.
 * @param {InputField} field
 * @returns {RowFrame}
 */
function rowFrame(field) {
  const isWide = takesRow(field);
  const kind = `${field.type} ${field.required} ${isWide}`;
  let frame = FRAMES.get(kind);
  if (!frame) {
    const label = make(field.type === "boolean" ? "span" : "label", { class: "knb-label" }, ...titleOf(field, ""));
    const labelRow = make("div", { class: "knb-labelrow" }, label, entryMenuButton("", () => {}));
    frame = make("div", { class: `knb-field${isWide ? " knb-wide" : ""}` }, labelRow, make("p", { class: "knb-msg" }));
    FRAMES.set(kind, frame);
  }
  const root = /** @type {HTMLElement} */ (frame.cloneNode(true));
  const [labelRow, message] = /** @type {HTMLElement[]} */ ([root.firstChild, root.lastChild]);
  const [label, menu] = /** @type {HTMLElement[]} */ ([labelRow.firstChild, labelRow.lastChild]);
  return { root, labelRow, label, title: /** @type {HTMLElement} */ (label.firstChild), menu, message };
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

/**
 * A choice of true or false. A second click on the chosen one makes it not set.
 * @param {string} name
 * @param {string} id
 * @param {string} messageId
 * @param {(text: string) => void} set
 * @returns {Control}
 */
function booleanControl(name, id, messageId, set) {
  let chosen = "";
  const { box, setValue } = segment(
    name,
    [
      ["true", "true"],
      ["false", "false"],
    ],
    "",
    set,
  );
  box.classList.add("knb-bool");
  box.id = id;
  box.setAttribute("aria-describedby", messageId);
  const radios = [...box.querySelectorAll("input")];
  for (const radio of radios) {
    radio.setAttribute("aria-describedby", messageId);
    // The click comes before the change of another choice, and alone if it is the same one.
    radio.addEventListener("pointerdown", () => {
      chosen = radio.checked ? radio.value : "";
    });
    radio.addEventListener("click", () => {
      if (chosen === radio.value) set("");
      chosen = "";
    });
  }
  const target = () => radios.find((radio) => radio.checked) ?? radios[0];
  return { root: box, target, show: (entry) => setValue(entry.state === "value" ? (entry.text ?? "") : "") };
}

/**
 * A list of the choices, and a text field for any other value, which the platform takes too.
 * @param {InputField} field
 * @param {string} name
 * @param {Record<string, string>} common
 * @param {(entry: FormEntry) => void} change
 * @returns {Control}
 */
function choiceControl(field, name, common, change) {
  const choices = field.choices ?? [];
  const options = choices.map((choice, index) => make("option", { value: String(index) }, choice.label));
  const none = make("option", { value: "" }, field.default ? `Not set (default ${field.default.label})` : "Not set");
  const select = make("select", common, none, ...options, make("option", { value: "other" }, "other…"));
  const root = make("div", { class: "knb-enum" }, select);
  /** @type {HTMLInputElement | null} */
  let other = null;
  const shownOther = () => {
    if (!other) {
      const input = make("input", { type: "text", "aria-label": `${name}, other value`, placeholder: "Any other value", spellcheck: "false" });
      input.addEventListener("input", () => change(input.value ? { state: "value", text: input.value } : { state: "unset" }));
      root.append(input);
      other = input;
    }
    other.hidden = false;
    return other;
  };
  select.addEventListener("change", () => {
    if (select.value === "other") {
      const input = shownOther();
      input.value = "";
      input.focus();
      change({ state: "unset" });
    } else {
      if (other) other.hidden = true;
      change(select.value ? { ...choices[Number(select.value)].entry } : { state: "unset" });
    }
  });
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
  return { root, target: () => select, show };
}

/**
 * A field of text; JSON and long texts have several lines.
 * @param {InputField} field
 * @param {Record<string, string>} common
 * @param {(text: string) => void} set
 * @returns {Control}
 */
function textControl(field, common, set) {
  const isJson = ["object", "array", "any"].includes(field.type);
  const mono = isJson || field.type === "number" ? "knb-mono" : "";
  /** @param {boolean} isLong */
  const build = (isLong) => {
    const attributes = isLong
      ? { ...common, rows: isJson ? "3" : "2", class: mono }
      : { ...common, type: "text", inputmode: field.type === "number" ? "decimal" : "text", class: mono };
    const made = isLong ? make("textarea", attributes) : make("input", attributes);
    made.addEventListener("input", () => set(made.value));
    return made;
  };
  let input = build(takesRow(field));
  /** @param {FormEntry} entry */
  const show = (entry) => {
    const isLinked = entry.state === "from";
    const text = isLinked ? (entry.from?.text ?? "") : ["value", "json"].includes(entry.state) ? (entry.text ?? "") : "";
    // A field of one line would drop the line ends.
    if (/[\r\n]/.test(text) && input instanceof HTMLInputElement) {
      const longer = build(true);
      const hasFocus = document.activeElement === input;
      input.replaceWith(longer);
      input = longer;
      if (hasFocus) input.focus();
    }
    if (input.readOnly !== isLinked) input.readOnly = isLinked;
    if (input.value !== text) input.value = text;
    const unset = field.default ? `Not set (default ${field.default.label})` : isJson ? `Not set · ${JSON_WORDS[/** @type {keyof typeof JSON_WORDS} */ (field.type)]}` : "Not set";
    input.placeholder = entry.state === "null" ? "null" : entry.state === "unset" ? unset : "";
    // In a narrow form there may be no room for all of it.
    input.title = input.placeholder;
  };
  return { root: input, target: () => input, show };
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
  const messageId = `${id}-m`;
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
  const required = String(field.required);
  const common = { id, spellcheck: "false", autocomplete: "off", "aria-required": required, "aria-describedby": messageId };
  const control =
    field.type === "boolean"
      ? booleanControl(name, id, messageId, set)
      : field.choices
        ? choiceControl(field, name, common, change)
        : textControl(field, common, set);
  const focus = () => control.target().focus();
  const { root, labelRow, label, title, menu, message } = rowFrame(field);
  const openMenu = () => form.openMenu(labelRow, path, (close) => fieldMenu(form, field, { pointer, remove }, change, close, openPicker), focus);
  const openPicker = () => form.openPicker(labelRow, field, pointer, focus);
  title.textContent = title.title = name;
  if (field.type !== "boolean") label.setAttribute("for", id);
  armMenuButton(menu, path, openMenu);
  message.id = messageId;
  root.insertBefore(control.root, message);
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
  root.addEventListener("focusout", () => {
    form.touch(pointer);
    // What it lacks is said now; not before the press that took the focus has come to its button.
    form.settle(() => {
      paint();
      if (!message.hasChildNodes()) message.classList.remove("knb-msg-held");
    });
  });
  root.addEventListener("keydown", (event) => {
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
  });
  let painted = "";
  const paint = () => {
    const now = entry();
    const state = form.state(pointer);
    const isVisible = form.isTouched(pointer) || Boolean(now.text);
    const key = JSON.stringify([now.state, now.text, now.from?.text, state, isVisible]);
    if (key === painted) return;
    painted = key;
    root.dataset.state = now.state;
    control.show(now);
    showChip({ null: "null", from: "linked", json: "JSON", value: "", unset: "" }[now.state]);
    const fault = isVisible ? state.fault : undefined;
    const target = control.target();
    target.setAttribute("aria-invalid", String(Boolean(fault)));
    if (control.root !== target && field.type === "boolean") control.root.setAttribute("aria-invalid", String(Boolean(fault)));
    paintMessage(message, form, field, { pointer, path, now, state, fault, unset: { words: remove ? "Remove" : "Not set", act: unset }, focus });
  };
  /** @type {FormRow} */
  const row = { root, pointer, path, required: field.required, isGroup: false, isSet: () => entry().state !== "unset", paint, focus, unfold: () => {} };
  form.addRow(row);
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
 * @param {FormContext} form
 * @param {InputField} field
 * @param {{ pointer: string, path: string, now: FormEntry, state: FieldState, fault: string | undefined, unset: { words: string, act: () => void }, focus: () => void }} about
 */
function paintMessage(message, form, field, about) {
  const { now, state, fault } = about;
  const parts = present(messageOf(form, field, about)).filter((child) => child !== "");
  const title = fault || now.state !== "unset" ? null : (field.description ?? "");
  // Most fields have nothing to say, now and before.
  if (!parts.length && !message.firstChild && !title && !message.title) return;
  const tone = fault ? " knb-bad" : state.loss || state.escaped ? " knb-warn" : "";
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
  if (fault) return [icon("error"), fault];
  if (state.escaped) {
    const sent = make("span", { class: "knb-ellipsis" }, "sent as ", make("code", {}, state.escaped.after));
    return [sent, state.escaped.fix ? link("Use {{{ }}}", ` for ${path}`, () => form.fix(pointer)) : null];
  }
  if (now.state === "null" && state.sent !== undefined) return [`null is sent as ${state.sent}`];
  if (now.state === "value" && now.text === "" && isTextField(field)) {
    return [make("span", { class: "knb-chipstate" }, '"" sent'), " · ", link(unset.words, `: ${path}`, unset.act)];
  }
  if (state.sent !== undefined) return [`sent as ${state.sent}${state.loss ? ` (${state.loss})` : ""}`];
  return [[helpOf(field), field.is_unused && "No template reads this input."].filter(Boolean).join(" · ")];
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
