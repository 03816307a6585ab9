// @ts-check

/** @import { Message, PartDone } from "./protocol.js" */
/** @typedef {"text" | "json" | "name" | "setting" | "type" | "required" | "default" | "description"} PartRole */

/**
 * What was typed into the fields of a form, told to Python one by one: the next when the one before is done, as it
 * may change where the next one is. Of several texts of one field, only the latest is told.
 * @param {{
 *   send: (message: Message) => boolean,
 *   pointerAt: (at: string) => string | undefined,
 *   onProblem: (at: string, problem: string) => void,
 *   onPlaces: (at: string, name: string, places: PartDone["places"]) => void,
 *   onIdle: () => void,
 * }} options
 */
export function partQueue({ send, pointerAt, onProblem, onPlaces, onIdle }) {
  /** @type {Map<string, { at: string, role: PartRole, text: string, confirmed: boolean }>} */
  const waiting = new Map();
  /** @type {{ seq: number, at: string, text: string } | null} */
  let onItsWay = null;
  /** @type {(() => void)[]} */
  let later = [];
  let seq = 0;

  /** @param {string} at @param {PartRole} role @param {string} text @param {boolean} confirmed @param {string} pointer @returns {Message} */
  const messageOf = (at, role, text, confirmed, pointer) => {
    if (role === "text" || role === "json") return { kind: "put_part", seq, pointer, text, form: role };
    if (role === "setting") return { kind: "put_part", seq, pointer: `${pointer}/key`, text, form: "text" };
    if (role === "name") return { kind: "rename_part", seq, pointer, name: text, confirmed };
    return { kind: "put_input", seq, pointer, key: role, text };
  };
  const flush = () => {
    while (!onItsWay) {
      const next = waiting.entries().next().value;
      if (!next) break;
      const [key, { at, role, text, confirmed }] = next;
      waiting.delete(key);
      const pointer = pointerAt(at);
      if (pointer === undefined) continue;
      seq += 1;
      if (!send(messageOf(at, role, text, confirmed, pointer))) return;
      onItsWay = { seq, at, text };
    }
    if (onItsWay) return;
    const acts = later;
    later = [];
    for (const act of acts) act();
    onIdle();
  };
  return {
    /** Whether Python has yet to take something. */
    get isBusy() {
      return onItsWay !== null || waiting.size > 0;
    },
    /** Whether the text of a field is still to be told. @param {string} key its place and role */
    has: (key) => waiting.has(key),
    /**
     * @param {string} at
     * @param {PartRole} role
     * @param {string} text
     * @param {boolean} [confirmed]
     */
    add(at, role, text, confirmed = false) {
      waiting.set(`${at}:${role}`, { at, role, text, confirmed });
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
      const { at, text } = onItsWay;
      onItsWay = null;
      onProblem(at, message.problem);
      if (message.places.length > 0) onPlaces(at, text, message.places);
      flush();
    },
  };
}
