// @ts-check

/** @import { Message, PartDone } from "./protocol.js" */
/** @typedef {"text" | "json" | "name" | "setting" | "type" | "required" | "default" | "description"} PartRole */
/** @typedef {{ seq: number, pointer: string, version: number }} PartPlace */
/**
 * @typedef {{
 *   pointer: string, version: number, role: PartRole | "", text: string,
 *   make: (place: PartPlace) => Message,
 * }} PartEdit
 */

/**
 * What a person did in a form, told to Python one by one: the next when the one before is answered, as it may change
 * where the next one is. Of several texts of one field, only the latest is told. Python judges by the pointer, and by
 * the version of the rows that were drawn, whether it is still the same row.
 * @param {{
 *   send: (message: Message) => boolean,
 *   onDone: (edit: PartEdit, message: PartDone) => void,
 *   onIdle: () => void,
 * }} options
 */
export function partQueue({ send, onDone, onIdle }) {
  /** By field, or by a number of its own. @type {Map<string, PartEdit>} */
  let waiting = new Map();
  /** @type {(PartEdit & { seq: number }) | null} */
  let onItsWay = null;
  /** Texts that Python did not take, by field. @type {Map<string, { text: string, problem: string }>} */
  let refused = new Map();
  /** Where rows went since they were drawn. @type {[string, string][]} */
  let moves = [];
  /** @type {(() => void)[]} */
  let later = [];
  /** The version of the rows that are drawn. */
  let known = 0;
  let acts = 0;
  // Two views of one leaf hear each other's answers.
  let seq = Math.floor(Math.random() * 1e9);

  /** @param {string} pointer @param {string} from @param {string} to */
  const moved = (pointer, from, to) => (pointer === from || pointer.startsWith(`${from}/`) ? to + pointer.slice(from.length) : pointer);
  /** @param {string} pointer */
  const now = (pointer) => moves.reduce((place, [from, to]) => moved(place, from, to), pointer);
  /** A key is a pointer, a colon and a role. @param {string} key @param {(pointer: string) => string} change */
  const rekeyed = (key, change) => {
    const at = key.lastIndexOf(":");
    return change(key.slice(0, at)) + key.slice(at);
  };
  /** @param {string} from @param {string} to */
  const move = (from, to) => {
    moves.push([from, to]);
    /** @param {string} pointer */
    const change = (pointer) => moved(pointer, from, to);
    waiting = new Map([...waiting].map(([key, edit]) => [rekeyed(key, change), { ...edit, pointer: change(edit.pointer) }]));
    refused = new Map([...refused].map(([key, text]) => [rekeyed(key, change), text]));
  };
  const flush = () => {
    if (onItsWay) return;
    const next = waiting.entries().next().value;
    if (next) {
      const [key, edit] = next;
      seq += 1;
      // What could not be sent is told with the next one.
      if (!send(edit.make({ seq, pointer: edit.pointer, version: edit.version }))) return;
      waiting.delete(key);
      onItsWay = { ...edit, seq };
      return;
    }
    const due = later;
    later = [];
    for (const act of due) act();
    if (!onItsWay) onIdle();
  };
  return {
    /** Whether Python has yet to take something. */
    get isBusy() {
      return onItsWay !== null || waiting.size > 0;
    },
    /** Whether the text of a field is still to be told. @param {string} key its pointer and role */
    has: (key) => waiting.has(key),
    /** The text of a field that Python did not take. @param {string} key its pointer and role */
    refusedAt: (key) => refused.get(key)?.text,
    /** Why a text of a row was not taken. @param {string} pointer */
    problemOf: (pointer) => [...refused].find(([key]) => key.slice(0, key.lastIndexOf(":")) === pointer)?.[1].problem ?? "",
    /** Forget a text that was not taken. @param {string} key its pointer and role */
    forget: (key) => refused.delete(key),
    /** Where a row is that was drawn at a pointer. */
    now,
    /** The rows are drawn anew. @param {number} version */
    drawn(version) {
      known = version;
      moves = [];
    },
    /**
     * @param {string} drawnAt
     * @param {PartRole} role
     * @param {string} text
     * @param {number} [version] of a rename that was confirmed
     */
    add(drawnAt, role, text, version) {
      const pointer = now(drawnAt);
      waiting.set(`${pointer}:${role}`, {
        pointer,
        version: version ?? known,
        role,
        text,
        make: (place) => partMessage(role, text, version !== undefined, place),
      });
      flush();
    },
    /**
     * Add, remove, convert, declare, undo: what is no text of a field.
     * @param {string} drawnAt
     * @param {(place: PartPlace) => Message} make
     */
    act(drawnAt, make) {
      acts += 1;
      waiting.set(`${acts}:`, { pointer: now(drawnAt), version: known, role: "", text: "", make });
      flush();
    },
    /** Act when Python has all that was typed. @param {() => void} act */
    whenIdle(act) {
      later.push(act);
      if (!onItsWay && waiting.size === 0) flush();
    },
    /** @param {PartDone} message */
    done(message) {
      if (!onItsWay || message.seq !== onItsWay.seq) return;
      const edit = onItsWay;
      onItsWay = null;
      if (edit.role && message.problem) refused.set(`${edit.pointer}:${edit.role}`, { text: edit.text, problem: message.problem });
      else refused.delete(`${edit.pointer}:${edit.role}`);
      if (message.pointer !== edit.pointer) move(edit.pointer, message.pointer);
      if (known === edit.version) known = message.version;
      for (const one of waiting.values()) if (one.version === edit.version) one.version = message.version;
      onDone(edit, message);
      flush();
    },
  };
}

/** @param {PartRole} role @param {string} text @param {boolean} confirmed @param {PartPlace} place @returns {Message} */
function partMessage(role, text, confirmed, { seq, pointer, version }) {
  if (role === "text" || role === "json") return { kind: "put_part", seq, version, pointer, text, form: role };
  if (role === "setting") return { kind: "put_part", seq, version, pointer: `${pointer}/key`, text, form: "text" };
  if (role === "name") return { kind: "rename_part", seq, version, pointer, name: text, confirmed };
  return { kind: "put_input", seq, version, pointer, key: role, text };
}
