// @ts-check

/**
 * A stretch of text that was replaced; offsets count UTF-16 units, as those of a text field do.
 * @typedef {{ start: number, removed: number, inserted: string }} TextEdit
 */

/**
 * The one edit between two texts, or null if they are the same. Where several would make the same of it, as in a row
 * of equal letters, it is the one that ends at the caret.
 * @param {string} before
 * @param {string} after
 * @param {number} [caret] where the caret is in the text after it
 * @returns {TextEdit | null}
 */
export function editBetween(before, after, caret) {
  if (before === after) return null;
  let last = caret === undefined ? 0 : commonTail(before, after, Math.min(before.length, after.length, after.length - caret));
  if (caret !== undefined && last < after.length - caret) last = 0;
  const shorter = Math.min(before.length, after.length) - last;
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  if (isWithinPair(before, start) || isWithinPair(after, start)) start -= 1;
  let tail = commonTail(before, after, Math.min(before.length, after.length) - start);
  if (isWithinPair(before, before.length - tail) || isWithinPair(after, after.length - tail)) tail -= 1;
  return { start, removed: before.length - tail - start, inserted: after.slice(start, after.length - tail) };
}

/**
 * @param {string} before
 * @param {string} after
 * @param {number} most
 */
function commonTail(before, after, most) {
  let tail = 0;
  while (tail < most && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) tail += 1;
  return tail;
}

/**
 * Whether an offset is between the two halves of a character such as an emoji.
 * @param {string} text
 * @param {number} offset
 */
function isWithinPair(text, offset) {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(Math.max(0, offset - 1), offset + 1));
}

/**
 * The edit of a field that replaced its selection, to the character; the edit between the texts if it was another.
 * @param {string} before
 * @param {string} after
 * @param {{ start: number, end: number }} selection what was selected before it
 * @param {number} caret where the caret is after it
 */
export function editOfSelection(before, after, { start, end }, caret) {
  const past = after.length - (before.length - end);
  const isReplaced = past >= start && before.slice(0, start) === after.slice(0, start) && before.slice(end) === after.slice(past);
  return isReplaced ? { start, removed: end - start, inserted: after.slice(start, past) } : editBetween(before, after, caret);
}

/**
 * @param {string} text
 * @param {TextEdit} edit
 */
export function applyTextEdit(text, { start, removed, inserted }) {
  return text.slice(0, start) + inserted + text.slice(start + removed);
}

/**
 * Where an offset is after an edit; one inside the replaced stretch goes to its end.
 * @param {number} offset
 * @param {TextEdit} edit
 */
export function moved(offset, { start, removed, inserted }) {
  if (offset <= start) return offset;
  return Math.max(offset - removed, start) + inserted.length;
}

/** @type {Readonly<TextEdit>} */
const NOTHING = { start: 0, removed: 0, inserted: "" };

/**
 * Two edits of a text, each as an edit of what the other one made of it. Where both touch the same stretch, the own
 * one wins: what was typed is not lost, and the other one can be undone.
 * @param {TextEdit} own
 * @param {TextEdit} other
 * @param {string} base the text that both are edits of
 * @returns {[TextEdit, TextEdit]}
 */
export function bothRebased(own, other, base) {
  const grown = other.inserted.length - other.removed;
  const ownGrown = own.inserted.length - own.removed;
  if (other.start + other.removed <= own.start) return [{ ...own, start: own.start + grown }, other];
  if (other.start >= own.start + own.removed) return [own, { ...other, start: other.start + ownGrown }];
  const start = Math.min(own.start, other.start);
  const end = Math.max(own.start + own.removed, other.start + other.removed);
  const inserted = applyTextEdit(base, own).slice(start, end + ownGrown);
  return [{ start, removed: end - start + grown, inserted }, NOTHING];
}

/**
 * Two edits in a row as one, if the second continues the first: a word that is typed, or deleted again. Not with
 * stars: Python tells by the edit which hidden value they stand for.
 * @param {TextEdit} first
 * @param {TextEdit} second
 * @returns {TextEdit | null}
 */
function joinedEdits(first, second) {
  const end = first.start + first.inserted.length;
  if (second.start < first.start || second.start + second.removed !== end || `${first.inserted}${second.inserted}`.includes("*")) return null;
  return { ...first, inserted: first.inserted.slice(0, second.start - first.start) + second.inserted };
}

/** @typedef {{ view: string, revision: number, version: number } & TextEdit} SentEdit */
/** @typedef {{ view: string, revision: number, version: number } & TextEdit} AppliedEdit */

/**
 * Keeps the text of a field and that of Python equal while both change: one edit is on its way at a time, and each
 * names the version that it is an edit of. Python applies it only to that version; after a change of its own, the
 * page brings its edits up to date and sends them again. What is typed meanwhile waits as edits of their own, so
 * that what others change between two places stays.
 * @param {string} view the name of this view, which tells its own edits from those of another one
 * @param {(edit: SentEdit) => void} send
 */
export function textSync(view, send) {
  let base = "";
  let current = "";
  let version = -1;
  let revision = 0;
  /** What was typed and Python does not have; the first is on its way if `isOnItsWay`. @type {TextEdit[]} */
  let pending = [];
  let isOnItsWay = false;

  const flush = () => {
    const [edit] = pending;
    if (isOnItsWay || version < 0 || !edit) return;
    isOnItsWay = true;
    revision += 1;
    send({ view, revision, version, ...edit });
  };
  /**
   * Take another edit of the text before the pending ones; returns what it changes in the field.
   * @param {TextEdit} edit
   * @param {string} text the text that it is an edit of
   */
  const rebase = (edit, text) => {
    let [other, before] = [edit, text];
    pending = pending.map((own) => {
      const [moving, rest] = bothRebased(own, other, before);
      before = applyTextEdit(before, own);
      other = rest;
      return moving;
    });
    current = applyTextEdit(before, other);
    return other.removed > 0 || other.inserted ? other : null;
  };
  return {
    /** Whether Python has all that was typed. */
    get isSettled() {
      return pending.length === 0;
    },
    get text() {
      return current;
    },
    get version() {
      return version;
    },
    /** The text of Python, as this page last had it; null before the first. */
    get agreed() {
      return version < 0 ? null : base;
    },
    /**
     * Begin again with the text of Python; what was typed and not sent is kept, and what was refused is not.
     * @param {string} text
     * @param {number} newVersion
     * @param {{ view: string, revision: number }} [refused] the edit that Python did not take
     */
    open(text, newVersion, refused) {
      const [first] = pending;
      const isRefused = isOnItsWay && refused?.view === view && refused.revision === revision;
      if (version < 0) pending = [];
      else if (first && isRefused) {
        pending = pending.slice(1);
        const { start, removed, inserted } = first;
        const typed = applyTextEdit(base, first);
        rebase({ start, removed: inserted.length, inserted: base.slice(start, start + removed) }, typed);
      }
      const other = editBetween(base, text);
      if (other) rebase(other, base);
      if (pending.length === 0) current = text;
      base = text;
      // Told for another view: the edit is still on its way, and would be made twice.
      isOnItsWay = isOnItsWay && newVersion === version && !isRefused;
      version = newVersion;
      flush();
    },
    /**
     * Take what was typed.
     * @param {string} text
     * @param {TextEdit | null} [edit] what was typed, to the character
     */
    type(text, edit = editBetween(current, text)) {
      if (!edit) return;
      const last = pending.at(-1);
      const isSent = isOnItsWay && pending.length === 1;
      const both = last && !isSent ? joinedEdits(last, edit) : null;
      if (both) pending = [...pending.slice(0, -1), ...(both.removed > 0 || both.inserted ? [both] : [])];
      else pending.push(edit);
      current = text;
      flush();
    },
    /**
     * Take an edit that Python applied. Returns the edit that this means for the field, null for none; undefined
     * if an edit is missing in between, so that the whole text has to be asked for.
     * @param {AppliedEdit} applied
     * @returns {TextEdit | null | undefined}
     */
    take(applied) {
      if (applied.version <= version) return null;
      if (applied.version !== version + 1) return undefined;
      const { start, removed, inserted } = applied;
      const [own] = pending;
      const isOwn = applied.view === view && applied.revision === revision && isOnItsWay && own !== undefined;
      const after = applyTextEdit(base, applied);
      /** @type {TextEdit | null} */
      let edit;
      if (isOwn) {
        pending = pending.slice(1);
        // Python may have written it in its own way.
        const typed = applyTextEdit(base, own);
        const other = editBetween(typed, after);
        edit = other && rebase(other, typed);
      } else edit = rebase({ start, removed, inserted }, base);
      base = after;
      version = applied.version;
      isOnItsWay = false;
      flush();
      return edit;
    },
  };
}
