// @ts-check
// What is typed in a form, as Python has it (kustomer_nb/widgets/form_entries.py), read and changed in the page.

/**
 * @typedef {{ action: string, pointer: string, text: string }} EntryLink
 * @typedef {{
 *   state: "value" | "unset" | "null" | "from" | "json",
 *   missing?: string,
 *   text?: string,
 *   from?: EntryLink,
 *   fields?: Record<string, FormEntry>,
 *   items?: FormEntry[],
 *   others?: FormEntry,
 *   order?: string[],
 * }} FormEntry
 * @typedef {{ label: string, entry: FormEntry }} Choice
 * @typedef {{
 *   name: string, type: string, required: boolean, description?: string, minimum?: number, maximum?: number,
 *   is_unused?: boolean, choices?: Choice[], default?: Choice, fields?: InputField[], items?: InputField, is_open?: boolean,
 * }} InputField
 */

/** The last key of the pointer of an object's other inputs; no key of a value is escaped like this. */
export const OTHERS = "~";

/** @type {Readonly<FormEntry>} */
const UNSET_ENTRY = Object.freeze({ state: "unset" });

/**
 * A pointer with a key appended, as RFC 6901 escapes it.
 * @param {string} pointer
 * @param {string | number} key
 */
export function joinPointer(pointer, key) {
  return `${pointer}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/**
 * The keys of a pointer, still escaped.
 * @param {string} pointer
 */
export function escapedKeys(pointer) {
  return pointer.split("/").slice(1);
}

/** @param {string} key */
export function unescapedKey(key) {
  return key.replaceAll("~1", "/").replaceAll("~0", "~");
}

/**
 * The entry of a key: an object's own one, so that a field named toString is not Object's.
 * @param {FormEntry} entry
 * @param {string} key
 * @returns {FormEntry | undefined}
 */
export function childEntry(entry, key) {
  if (key === OTHERS) return entry.others;
  if (entry.items) return entry.items[Number(key)];
  const name = unescapedKey(key);
  return entry.fields && Object.hasOwn(entry.fields, name) ? entry.fields[name] : undefined;
}

/**
 * The entry at a pointer; an unset one for a field that has none.
 * @param {FormEntry} root
 * @param {string} pointer
 * @returns {FormEntry}
 */
export function entryAt(root, pointer) {
  /** @type {FormEntry | undefined} */
  let entry = root;
  for (const key of escapedKeys(pointer)) {
    if (!entry) return UNSET_ENTRY;
    entry = childEntry(entry, key);
  }
  return entry ?? UNSET_ENTRY;
}

/**
 * Whether a field consists of fields.
 * @param {InputField} field
 */
export function isGroup(field) {
  return Boolean(field.fields || field.items);
}

/**
 * Whether typed text is the value itself, so that empty text is a value.
 * @param {InputField} field
 */
export function isTextField(field) {
  return field.type === "string" && !field.choices;
}

/**
 * The number of fields that are no groups, at any depth; an item of an array counts once.
 * @param {InputField} field
 * @returns {number}
 */
export function countScalars(field) {
  if (field.items) return countScalars(field.items);
  return field.fields ? field.fields.reduce((count, member) => count + countScalars(member), 0) : 1;
}

/**
 * The values of an entry in a few words, for a card that is folded.
 * @param {FormEntry} entry
 */
export function cardGlance(entry) {
  const texts = Object.values(entry.fields ?? {}).filter((child) => child.state === "value" && child.text);
  return texts.map((child) => child.text).join(" · ");
}

/**
 * The choice that an entry is, if it is one.
 * @param {InputField} field
 * @param {FormEntry} entry
 */
export function choiceIndex(field, entry) {
  return (field.choices ?? []).findIndex(
    (choice) => choice.entry.state === entry.state && choice.entry.text === entry.text,
  );
}

/**
 * Which rows a filter shows. `:set` and `:required` choose by that; other words are looked for in the path.
 * @param {string} typed
 * @returns {(row: { path: string, required: boolean, isSet: boolean }) => boolean}
 */
export function filterOf(typed) {
  const text = typed.trim().toLowerCase();
  const isWord = (/** @type {string} */ word) => text.startsWith(":") && word.startsWith(text.split(/\s/)[0]);
  const onlySet = isWord(":set");
  const onlyRequired = !onlySet && isWord(":required");
  const query = onlySet || onlyRequired ? text.replace(/^:\S*\s*/, "") : text;
  return (row) =>
    (!query || row.path.toLowerCase().includes(query)) && (!onlySet || row.isSet) && (!onlyRequired || row.required);
}
