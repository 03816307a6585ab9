// @ts-check
import { hidden, make, plural } from "./dom.js";
import { newId } from "./ids.js";
import { OTHERS, cardGlance, isGroup, joinPointer } from "./entry_tree.js";
import { helpOf, entryMenuButton, nullWords, scalarRow, titleOf } from "./form_field.js";
import { icon } from "./icons.js";
import { KEYS } from "./keys.js";
import { menuItem } from "./popover.js";
import { rove } from "./rove.js";

/** @import { FormEntry, InputField } from "./entry_tree.js" */
/** @import { FormContext, FormRow } from "./form_field.js" */

/** @type {InputField} */
const OTHERS_FIELD = { name: OTHERS, type: "object", required: false, description: "Inputs that the schema does not declare." };

/**
 * The row of a field: a group if it consists of fields.
 * @param {FormContext} form
 * @param {InputField} field
 * @param {{ name: string, pointer: string, path: string }} place
 * @returns {FormRow}
 */
export function fieldRow(form, field, place) {
  return isGroup(field) ? groupRow(form, field, place) : scalarRow(form, field, place);
}

/**
 * The rows of an object's fields, and of its other inputs where there are any.
 * @param {FormContext} form
 * @param {InputField} field
 * @param {string} pointer
 * @param {string} path
 */
export function memberRows(form, field, pointer, path) {
  const rows = (field.fields ?? []).map((member) => {
    const isPlain = member.name && !/[."[\]/ ]/.test(member.name);
    const step = isPlain ? `${path ? "." : ""}${member.name}` : `[${JSON.stringify(member.name)}]`;
    const name = member.name || '""';
    return fieldRow(form, member, { name, pointer: joinPointer(pointer, member.name), path: `${path}${step}` });
  });
  const others = form.entry(pointer).others;
  const isShown = field.is_open && (!field.fields?.length || form.openOthers.has(pointer));
  if (isShown || (others && others.state !== "unset")) rows.push(othersRow(form, pointer, path));
  return rows;
}

/**
 * @param {FormContext} form
 * @param {string} pointer
 * @param {string} path
 */
function othersRow(form, pointer, path) {
  const name = path ? `${path}: other inputs` : "Other inputs";
  return scalarRow(form, OTHERS_FIELD, { name: "Other inputs", pointer: `${pointer}/${OTHERS}`, path: name });
}

/**
 * Whether an object has got other inputs, for which there is no row yet.
 * @param {FormContext} form
 * @param {string} pointer
 */
function lacksOthers(form, pointer) {
  const { state, others } = form.entry(pointer);
  return state === "value" && Boolean(others) && others?.state !== "unset" && !form.hasRow(`${pointer}/${OTHERS}`);
}

/**
 * An object or an array: a group to fold; what is sent instead, and its JSON text, are in its menu.
 * @param {FormContext} form
 * @param {InputField} field
 * @param {{ name: string, pointer: string, path: string }} place
 * @returns {FormRow}
 */
function groupRow(form, field, { name, pointer, path }) {
  const id = newId();
  const messageId = `${id}-m`;
  const entry = () => form.entry(pointer);
  const inside = make("div", { class: "knb-kidsgroup", id });
  const count = make("span", { class: "knb-quiet knb-groupcount" });
  const fold = make(
    "button",
    { type: "button", class: "knb-groupfold", "aria-controls": id, "aria-describedby": messageId },
    icon("down"),
    ...titleOf(field, name),
    count,
  );
  const chip = make("span", { class: "knb-chipstate" });
  /** @param {FormEntry} to */
  const change = (to) => {
    form.touch(pointer);
    form.change(pointer, to);
  };
  const head = make("div", { class: "knb-grouphead" });
  const openMenu = () => form.openMenu(head, path, (close) => groupMenu(form, field, pointer, change, close, () => showOthers()), () => fold.focus());
  head.append(fold, chip, entryMenuButton(path, openMenu));
  const message = make("p", { class: "knb-msg", id: messageId });
  const root = make("div", { class: "knb-group knb-wide", role: "group", "aria-label": name }, head, message, inside);
  root.dataset.pointer = pointer;
  // A large form opens what is set or required; the fields of a folded group are made when it is opened.
  let isOpen = !form.isLarge || field.required || entry().state !== "unset";
  let shape = "";
  /** @param {boolean} to */
  const setOpen = (to) => {
    isOpen = to;
    fold.setAttribute("aria-expanded", String(to));
    inside.hidden = !to;
    if (to) fill();
  };
  const fill = () => {
    const now = entry();
    const wanted = now.state === "json" ? "json" : field.items ? "items" : "fields";
    if (shape === wanted && !lacksOthers(form, pointer)) {
      if (cards) cards.sync();
      return;
    }
    shape = wanted;
    form.dropRows(pointer);
    cards = null;
    if (wanted === "json") inside.replaceChildren(jsonArea(form, name, pointer));
    else if (field.items) {
      cards = cardList(form, field, name, pointer, path);
      inside.replaceChildren(...cards.roots);
    } else inside.replaceChildren(...memberRows(form, field, pointer, path).map((row) => row.root));
  };
  const showOthers = () => {
    form.openOthers.add(pointer);
    shape = "";
    setOpen(true);
    const rows = [...inside.querySelectorAll("textarea")];
    rows.at(-1)?.focus();
  };
  /** @type {ReturnType<typeof cardList> | null} */
  let cards = null;
  fold.addEventListener("click", () => setOpen(!isOpen));
  fold.addEventListener("keydown", (event) => {
    if (KEYS.isUnset(event)) {
      event.preventDefault();
      change({ state: "unset" });
    } else if (KEYS.isMenu(event)) {
      event.preventDefault();
      event.stopPropagation();
      openMenu();
    }
  });
  let painted = "";
  const paint = () => {
    const now = entry();
    const state = form.state(pointer);
    if (isOpen) fill();
    const words = countWords(field, now);
    const isVisible = form.isTouched(pointer) || now.state !== "unset";
    const key = JSON.stringify([now.state, words, state, isVisible]);
    if (key === painted) return;
    painted = key;
    root.dataset.state = now.state;
    count.textContent = words;
    const empty = now.state === "value" && isEmpty(field, now) ? (field.items ? "[] sent" : "{} sent") : "";
    chip.textContent = { unset: "", null: "null", json: "JSON", from: "linked", value: empty }[now.state];
    const fault = isVisible ? state.fault : undefined;
    const sent = state.sent === undefined ? "" : `sent as ${state.sent}${state.loss ? ` (${state.loss})` : ""}`;
    const link = now.state === "from" ? (now.from?.text ?? "") : "";
    const text = fault ?? (sent || link || (field.is_unused ? "No template reads this input." : helpOf(field)));
    message.className = `knb-msg${fault ? " knb-bad" : state.loss ? " knb-warn" : ""}`;
    message.hidden = !text;
    message.replaceChildren(...(fault ? [icon("error"), text] : [text]));
  };
  /** @type {FormRow} */
  const row = { root, pointer, path, required: field.required, isGroup: true, isSet: () => entry().state !== "unset", paint, focus: () => fold.focus(), unfold: () => setOpen(true) };
  form.addRow(row);
  setOpen(isOpen);
  paint();
  return row;
}

/**
 * @param {InputField} field
 * @param {FormEntry} entry
 */
function countWords(field, entry) {
  if (entry.state === "unset") return "not set";
  if (entry.state !== "value") return "";
  if (field.items) return plural(entry.items?.length ?? 0, "item");
  const fields = field.fields ?? [];
  const set = Object.values(entry.fields ?? {}).filter((child) => child.state !== "unset").length;
  return `${set} of ${fields.length} set`;
}

/**
 * @param {InputField} field
 * @param {FormEntry} entry
 */
function isEmpty(field, entry) {
  if (field.items) return !entry.items?.length;
  const isOthers = entry.others && entry.others.state !== "unset";
  return !isOthers && Object.values(entry.fields ?? {}).every((child) => child.state === "unset");
}

/**
 * @param {FormContext} form
 * @param {InputField} field
 * @param {string} pointer
 * @param {(entry: FormEntry) => void} change
 * @param {() => void} close
 * @param {() => void} showOthers
 */
function groupMenu(form, field, pointer, change, close, showOthers) {
  const now = form.entry(pointer);
  /**
   * @param {string} title
   * @param {string} note
   * @param {() => void} act
   * @param {boolean} [isCurrent]
   */
  const item = (title, note, act, isCurrent = false) => {
    const run = () => {
      close();
      act();
    };
    return menuItem(title, note, run, { "aria-current": String(isCurrent) });
  };
  const isJson = now.state === "json";
  return [
    item("Not set", `the key is left out · ${KEYS.unset}`, () => change({ state: "unset" }), now.state === "unset"),
    item("null", nullWords(field), () => change({ state: "null" }), now.state === "null"),
    item(field.items ? "Empty array" : "Empty object", field.items ? "[] is sent" : "{} is sent", () => change({ state: "value" })),
    field.default && item("Default", field.default.label, () => change({ ...field.default?.entry, state: field.default?.entry.state ?? "value" })),
    item(isJson ? "Edit as Form" : "Edit as JSON", "this value only", () => form.convert(pointer, isJson ? "form" : "json")),
    !isJson && field.is_open && field.fields && item("Other inputs", "that the schema does not declare, as JSON", showOthers),
  ];
}

/**
 * The JSON text of a group.
 * @param {FormContext} form
 * @param {string} name
 * @param {string} pointer
 */
function jsonArea(form, name, pointer) {
  const area = make("textarea", { class: "knb-mono", spellcheck: "false", "aria-label": `${name} as JSON` });
  const show = () => {
    const text = form.entry(pointer).text ?? "";
    if (area.value !== text) area.value = text;
    area.rows = Math.min(12, text.split("\n").length + 1);
  };
  area.addEventListener("input", () => {
    form.touch(pointer);
    form.change(pointer, { state: "json", text: area.value });
  });
  const root = make("div", { class: "knb-wide" }, area);
  const pointerOfText = `${pointer}#text`;
  form.addRow({ root, pointer: pointerOfText, path: "", required: false, isGroup: false, isSet: () => true, paint: show, focus: () => area.focus(), unfold: () => {} });
  show();
  return root;
}

/**
 * The items of an array: numbered cards, one tab stop each; arrows reach its buttons, Alt+Up and Alt+Down move it,
 * Delete removes it.
 * @param {FormContext} form
 * @param {InputField} field
 * @param {string} name
 * @param {string} pointer
 * @param {string} path
 */
function cardList(form, field, name, pointer, path) {
  const items = /** @type {InputField} */ (field.items);
  const isFlat = !isGroup(items);
  const list = make("ol", { class: `knb-cards${isFlat ? " knb-cards-flat" : ""}` });
  const length = () => form.entry(pointer).items?.length ?? 0;
  const addItem = () => form.item(pointer, "add", length());
  // Of several, one below the other, each says what it adds to.
  const short = make("span", { class: "knb-quiet knb-addto", "aria-hidden": "true" }, name);
  const add = make("button", { type: "button", class: "knb-small knb-add", onclick: addItem }, icon("added"), "Add Item", hidden(` to ${path}`), short);
  const sync = () => {
    for (let index = list.children.length; index < length(); index += 1) {
      const place = { name: `${name} ${index + 1}`, pointer: `${pointer}/${index}`, path: `${path}[${index}]` };
      list.append(isFlat ? flatCard(form, items, place, index, length) : card(form, items, place, index, length));
    }
    while (list.children.length > length()) {
      form.dropRows(`${pointer}/${list.children.length - 1}`, true);
      list.lastElementChild?.remove();
    }
    [...list.children].forEach((child, index) => {
      child.querySelector(".knb-up")?.setAttribute("aria-disabled", String(index === 0));
      child.querySelector(".knb-dn")?.setAttribute("aria-disabled", String(index === length() - 1));
    });
  };
  sync();
  return { roots: [list, add], sync };
}

/** @typedef {{ name: string, pointer: string, path: string }} CardPlace */

/**
 * The buttons of a card, and its keys.
 * @param {FormContext} form
 * @param {CardPlace} place
 * @param {number} index
 * @param {() => number} length
 */
function cardTools(form, { name, pointer }, index, length) {
  const array = pointer.slice(0, pointer.lastIndexOf("/"));
  /** @param {number} by */
  const move = (by) => {
    const to = index + by;
    if (to >= 0 && to < length()) form.item(array, "move", index, to);
  };
  const remove = () => form.item(array, "remove", index);
  /**
   * @param {string} style
   * @param {"up" | "below" | "close"} image
   * @param {string} words
   * @param {() => void} act
   */
  const tool = (style, image, words, act) =>
    make("button", { type: "button", tabindex: "-1", class: `knb-iconbutton ${style}`, onclick: act }, icon(image, `${words} ${name}`));
  const tools = make(
    "span",
    { class: "knb-cardtools" },
    tool("knb-up", "up", "Move up", () => move(-1)),
    tool("knb-dn", "below", "Move down", () => move(1)),
    tool("knb-rm", "close", "Remove", remove),
  );
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    event.stopPropagation();
    move(event.key === "ArrowUp" ? -1 : 1);
  };
  return { tools, onKey, remove };
}

/**
 * An item without fields of its own: its number, its control and its buttons in one line.
 * @param {FormContext} form
 * @param {InputField} field
 * @param {CardPlace} place
 * @param {number} index
 * @param {() => number} length
 */
function flatCard(form, field, place, index, length) {
  const array = place.pointer.slice(0, place.pointer.lastIndexOf("/"));
  const { tools, onKey, remove } = cardTools(form, place, index, length);
  const row = scalarRow(form, field, { ...place, remove });
  const root = make("li", {}, make("span", { class: "knb-no", "aria-hidden": "true" }, index + 1), row.root, tools);
  root.addEventListener("keydown", onKey);
  // Enter goes on to the next item, and behind the last one to a new one.
  root.addEventListener("keydown", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey && !event.isComposing;
    if (event.key !== "Enter" || !isPlain || !(event.target instanceof HTMLInputElement) || event.target.type !== "text") return;
    event.preventDefault();
    const next = root.nextElementSibling?.querySelector("input, textarea, select");
    if (next instanceof HTMLElement) next.focus();
    else form.item(array, "add", length());
  });
  return root;
}

/**
 * An item that is a group: a card to fold, with a glance of its values.
 * @param {FormContext} form
 * @param {InputField} field
 * @param {CardPlace} place
 * @param {number} index
 * @param {() => number} length
 */
function card(form, field, place, index, length) {
  const { tools, onKey, remove } = cardTools(form, place, index, length);
  const { name, pointer, path } = place;
  const body = make("div", { class: "knb-kidsgroup knb-cardbody", id: newId() });
  const glance = make("span", { class: "knb-quiet knb-ellipsis" });
  const number = make("span", { class: "knb-no" }, index + 1);
  const title = "Alt+↑ ↓ moves, Delete removes";
  const common = { type: "button", class: "knb-groupfold", "aria-controls": body.id, "aria-label": name, title };
  const fold = make("button", common, icon("down"), number, glance);
  const message = make("p", { class: "knb-msg", hidden: true });
  let isOpen = true;
  let shape = "";
  const fill = () => {
    const wanted = form.entry(pointer).state === "json" ? "json" : "fields";
    if (!isOpen || (shape === wanted && !lacksOthers(form, pointer))) return;
    shape = wanted;
    form.dropRows(pointer);
    const rows = wanted === "json" ? [] : field.fields ? memberRows(form, field, pointer, path) : [innerArray(form, field, place)];
    body.replaceChildren(...(wanted === "json" ? [jsonArea(form, name, pointer)] : rows.map((row) => row.root)));
  };
  /** @param {boolean} to */
  const setOpen = (to) => {
    isOpen = to;
    fold.setAttribute("aria-expanded", String(to));
    body.hidden = !to;
    fill();
  };
  const menu = () => form.openMenu(fold, path, (close) => cardMenu(form, pointer, close), () => fold.focus());
  fold.addEventListener("click", () => setOpen(!isOpen));
  fold.addEventListener("keydown", (event) => {
    onKey(event);
    if (event.key === "Delete") {
      event.preventDefault();
      remove();
    } else if (KEYS.isMenu(event)) {
      event.preventDefault();
      event.stopPropagation();
      menu();
    }
  });
  const head = make("div", { class: "knb-cardhead" }, fold, entryMenuButton(path, menu), tools);
  rove(head, "button:not([aria-disabled='true'], .knb-more)", ["ArrowLeft", "ArrowRight"]);
  const root = make("li", {}, head, message, body);
  root.dataset.pointer = pointer;
  const paint = () => {
    fill();
    const now = form.entry(pointer);
    const words = now.state === "null" ? "null" : cardGlance(now);
    if (glance.textContent !== words) glance.textContent = words;
    const fault = form.state(pointer).fault ?? "";
    message.hidden = !fault;
    message.className = "knb-msg knb-bad";
    if (message.textContent !== fault) message.replaceChildren(icon("error"), fault);
  };
  form.addRow({ root, pointer, path, required: false, isGroup: true, isSet: () => true, paint, focus: () => fold.focus(), unfold: () => setOpen(true) });
  setOpen(true);
  paint();
  return root;
}

/**
 * An array in an array has no name of its own.
 * @param {FormContext} form
 * @param {InputField} field
 * @param {CardPlace} place
 */
function innerArray(form, field, { name, pointer, path }) {
  const cards = cardList(form, field, name, pointer, path);
  const root = make("div", { class: "knb-wide" }, ...cards.roots);
  /** @type {FormRow} */
  const row = { root, pointer: `${pointer}#items`, path, required: false, isGroup: true, isSet: () => true, paint: cards.sync, focus: () => {}, unfold: () => {} };
  form.addRow(row);
  return row;
}

/**
 * @param {FormContext} form
 * @param {string} pointer
 * @param {() => void} close
 */
function cardMenu(form, pointer, close) {
  const isJson = form.entry(pointer).state === "json";
  /** @param {() => void} act */
  const closing = (act) => () => {
    close();
    act();
  };
  return [
    menuItem("null", "null is sent", closing(() => form.change(pointer, { state: "null" }))),
    menuItem("Empty", "an item without values", closing(() => form.change(pointer, { state: "value" }))),
    menuItem(isJson ? "Edit as Form" : "Edit as JSON", "this item only", closing(() => form.convert(pointer, isJson ? "form" : "json"))),
  ];
}
