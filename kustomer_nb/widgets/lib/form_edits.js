// @ts-check
// What a person does to the entries of a form, done in the page at once, as kustomer_nb/widgets/form_edits.py does
// it when the message arrives. A test compares both.
import { newId } from "./ids.js";
import { OTHERS, childEntry, escapedKeys, unescapedKey } from "./entry_tree.js";

/** @import { Model } from "./dom.js" */
/** @import { FormEntry, InputField } from "./entry_tree.js" */
/** @import { EditId } from "./protocol.js" */
/**
 * A change of the entries. What only Python can do, such as entering a preset, is shown when it answers.
 * @typedef {{ op: "put", pointer: string, entry: FormEntry }
 *   | { op: "add" | "remove" | "move", pointer: string, index: number, to: number }
 *   | { op: "answer" }} FormEdit
 * What was done in a page since Python answered. All views of a model in a page share it.
 * @typedef {{ page: string, number: number, pending: { number: number, action: string, edit: FormEdit }[] }} Edits
 */

/** @type {Readonly<FormEntry>} */
const NOT_SET = Object.freeze({ state: "unset" });
const OTHER_INPUTS = { name: OTHERS, type: "object", required: false };

/**
 * The entries after an edit. The other tree is unchanged, and so is this one if Python would refuse the edit.
 * @param {InputField} fields
 * @param {FormEntry} root
 * @param {FormEdit} edit
 * @returns {FormEntry}
 */
export function applyEdit(fields, root, edit) {
  if (edit.op === "answer") return root;
  const keys = escapedKeys(edit.pointer);
  if (edit.op === "put") return changedAt(fields, root, keys, () => edit.entry) ?? root;
  return changedAt(fields, root, keys, (field, before) => withItems(field, before, edit)) ?? root;
}

/**
 * An array after an edit of its items; null if there is no such item.
 * @param {InputField} field
 * @param {FormEntry} before
 * @param {{ op: "add" | "remove" | "move", index: number, to: number }} edit
 * @returns {FormEntry | null}
 */
function withItems(field, before, { op, index, to }) {
  if (!field.items) return null;
  const items = [...(openedEntry(before).items ?? [])];
  if (op === "add") items.push(emptyItem(field.items));
  else {
    if (!(index >= 0 && index < items.length)) return null;
    const [item] = items.splice(index, 1);
    if (op === "move" && item) items.splice(Math.max(0, Math.min(to, items.length)), 0, item);
  }
  return { state: "value", items };
}

/**
 * @param {InputField} field
 * @returns {FormEntry}
 */
function emptyItem(field) {
  if (field.fields || field.items) return { state: "value" };
  return field.type === "string" && !field.choices?.length ? { state: "value", text: "" } : { state: "unset" };
}

/**
 * A group as one that has entries.
 * @param {FormEntry} entry
 * @returns {FormEntry}
 */
function openedEntry(entry) {
  return entry.state === "value" ? entry : { state: "value" };
}

/**
 * The entry with a change of the one that the keys lead to; null if there is no such field.
 * @param {InputField} field
 * @param {FormEntry} entry
 * @param {string[]} keys
 * @param {(field: InputField, entry: FormEntry) => FormEntry | null} change
 * @returns {FormEntry | null}
 */
function changedAt(field, entry, keys, change) {
  const [key, ...inner] = keys;
  if (key === undefined) return change(field, entry);
  const opened = openedEntry(entry);
  const child = childField(field, opened, key);
  const after = child && changedAt(child, childEntry(opened, key) ?? NOT_SET, inner, change);
  if (!after) return null;
  if (field.items) {
    const items = [...(opened.items ?? [])];
    items[Number(key)] = after;
    return { ...opened, items };
  }
  if (key === OTHERS) return { ...opened, others: after };
  return { ...opened, fields: withOwn({ ...opened.fields }, unescapedKey(key), after) };
}

/**
 * @param {InputField} field
 * @param {FormEntry} opened
 * @param {string} key
 * @returns {InputField | undefined}
 */
function childField(field, opened, key) {
  if (field.items) return /^\d{1,9}$/.test(key) && Number(key) <= (opened.items?.length ?? 0) ? field.items : undefined;
  if (key === OTHERS) return field.fields && OTHER_INPUTS;
  const name = unescapedKey(key);
  return field.fields?.find((member) => member.name === name);
}

/**
 * @param {Record<string, FormEntry>} fields
 * @param {string} name
 * @param {FormEntry} entry
 */
function withOwn(fields, name, entry) {
  // Not by assignment, which would set the prototype for one name.
  Object.defineProperty(fields, name, { value: entry, enumerable: true, configurable: true, writable: true });
  return fields;
}

/**
 * Where the entry at a pointer is after an edit; undefined if it is removed.
 * @param {string} pointer
 * @param {FormEdit} edit
 */
export function pointerAfter(pointer, edit) {
  if (edit.op === "remove") return shifted(pointer, edit.pointer, (at) => (at === edit.index ? undefined : at > edit.index ? at - 1 : at));
  return edit.op === "move" ? shifted(pointer, edit.pointer, (at) => movedIndex(at, edit.index, edit.to)) : pointer;
}

/**
 * Where the entry at a pointer was before an edit; undefined if it was not there.
 * @param {string} pointer
 * @param {FormEdit} edit
 */
export function pointerBefore(pointer, edit) {
  if (edit.op === "add") return shifted(pointer, edit.pointer, (at) => (at >= edit.index ? undefined : at));
  if (edit.op === "remove") return shifted(pointer, edit.pointer, (at) => (at >= edit.index ? at + 1 : at));
  return edit.op === "move" ? shifted(pointer, edit.pointer, (at) => movedIndex(at, edit.to, edit.index)) : pointer;
}

/**
 * @param {number} at
 * @param {number} from
 * @param {number} to
 */
function movedIndex(at, from, to) {
  if (at === from) return to;
  if (from < to) return at > from && at <= to ? at - 1 : at;
  return at >= to && at < from ? at + 1 : at;
}

/**
 * A pointer with another index, if it is inside that array.
 * @param {string} pointer
 * @param {string} array
 * @param {(index: number) => number | undefined} shift
 */
function shifted(pointer, array, shift) {
  if (!pointer.startsWith(`${array}/`)) return pointer;
  const [key, ...inner] = pointer.slice(array.length + 1).split("/");
  const index = shift(Number(key));
  return index === undefined ? undefined : [array, index, ...inner].join("/");
}

/**
 * The entries as the page shows them: those that Python has, and on top of them what was done here since. Each edit
 * has a number, and Python says the last one that is in its entries, or that it refused.
 * @param {Pick<Model, "get">} model
 */
export function formEdits(model) {
  // Another view of the model in the page sees these too. They are not sent to Python.
  const shared = /** @type {{ set?: (name: string, value: unknown) => void }} */ (model);
  /** @type {Edits} */
  let own = { page: newId(), number: 0, pending: [] };
  /** @type {{ from: unknown[], root: FormEntry } | null} */
  let known = null;

  /** @returns {Edits} */
  const edits = () => model.get("edits") ?? own;
  const answered = () => Number(model.get("answered")?.[edits().page] ?? 0);

  /** @returns {string} */
  const shownAction = () => model.get("action") ?? "";

  /** The edits of the shown action that Python has not answered. */
  function pending() {
    const last = answered();
    const action = shownAction();
    return edits().pending.filter((edit) => edit.number > last && edit.action === action);
  }

  /** What the entries follow from. */
  const sources = () => [model.get("entries"), model.get("fields"), shownAction(), edits(), answered()];

  /** @returns {FormEntry} */
  function root() {
    const from = sources();
    if (known && known.from.every((source, at) => source === from[at])) return known.root;
    const shown = pending().reduce((tree, { edit }) => applyEdit(model.get("fields"), tree, edit), model.get("entries"));
    known = { from, root: shown };
    return shown;
  }

  /**
   * Make an edit; the message about it carries the returned id.
   * @param {FormEdit} edit
   * @returns {EditId}
   */
  function add(edit) {
    const before = root();
    const { page, number } = edits();
    const action = shownAction();
    own = { page, number: number + 1, pending: [...pending(), { number: number + 1, action, edit }] };
    const after = applyEdit(model.get("fields"), before, edit);
    // Before other views hear of it, and this one too.
    known = { from: [model.get("entries"), model.get("fields"), action, own, answered()], root: after };
    shared.set?.("edits", own);
    return { page, number: number + 1, action };
  }

  /** @param {EditId} id */
  const isAnswered = ({ number }) => number <= answered();

  /**
   * Where the entry of a pointer is in what Python has; undefined if it is new.
   * @param {string} pointer
   */
  const pythonPointer = (pointer) => pending().reduceRight((/** @type {string | undefined} */ place, { edit }) => (place === undefined ? place : pointerBefore(place, edit)), pointer);

  /**
   * Where the entry of a pointer of Python is here; undefined if it was removed.
   * @param {string} pointer
   */
  const pagePointer = (pointer) => pending().reduce((/** @type {string | undefined} */ place, { edit }) => (place === undefined ? place : pointerAfter(place, edit)), pointer);

  /** The number of edits without an answer that give items other pointers. */
  const moves = () => pending().filter(({ edit }) => edit.op !== "put" && edit.op !== "answer").length;

  return { root, add, isAnswered, pythonPointer, pagePointer, moves };
}
