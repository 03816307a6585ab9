// @ts-check

/**
 * A stretch of text that was replaced; offsets count UTF-16 units, as those of a text field do.
 * @typedef {{ start: number, removed: number, inserted: string }} TextEdit
 */

/**
 * The one edit between two texts, or null if they are the same.
 * @param {string} before
 * @param {string} after
 * @returns {TextEdit | null}
 */
export function editBetween(before, after) {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let tail = 0;
  while (tail < shorter - start && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) tail += 1;
  return { start, removed: before.length - tail - start, inserted: after.slice(start, after.length - tail) };
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

/**
 * An edit of a text, as an edit of what another edit made of that text. Where both touch the same stretch, the own
 * one wins: what was typed is not lost, and the other one can be undone.
 * @param {TextEdit} own
 * @param {TextEdit} other
 * @param {string} base the text that both are edits of
 * @returns {TextEdit}
 */
export function rebased(own, other, base) {
  if (other.start + other.removed <= own.start) return { ...own, start: own.start + other.inserted.length - other.removed };
  if (other.start >= own.start + own.removed) return own;
  const start = Math.min(own.start, other.start);
  const end = Math.max(own.start + own.removed, other.start + other.removed);
  const length = base.length + own.inserted.length - own.removed;
  const inserted = applyTextEdit(base, own).slice(start, length - (base.length - end));
  return { start, removed: end - start + other.inserted.length - other.removed, inserted };
}

/** @typedef {{ view: string, revision: number, version: number } & TextEdit} SentEdit */
/** @typedef {{ view: string, revision: number, version: number } & TextEdit} AppliedEdit */

/**
 * Keeps the text of a field and that of Python equal while both change: one edit is on its way at a time, and each
 * names the version that it is an edit of. Python applies it only to that version; after a change of its own, the
 * page brings its edit up to date and sends it again.
 * @param {string} view the name of this view, which tells its own edits from those of another one
 * @param {(edit: SentEdit) => void} send
 */
export function textSync(view, send) {
  let base = "";
  let current = "";
  let version = -1;
  let revision = 0;
  /** @type {TextEdit | null} */
  let onItsWay = null;

  const flush = () => {
    if (onItsWay || version < 0) return;
    const edit = editBetween(base, current);
    if (!edit) return;
    onItsWay = edit;
    revision += 1;
    send({ view, revision, version, ...edit });
  };
  return {
    /** Whether Python has all that was typed. */
    get isSettled() {
      return current === base;
    },
    get text() {
      return current;
    },
    get version() {
      return version;
    },
    /**
     * Begin again with the text of Python; what was typed and not sent is kept.
     * @param {string} text
     * @param {number} newVersion
     */
    open(text, newVersion) {
      const pending = version < 0 ? null : editBetween(base, current);
      const other = version < 0 ? null : editBetween(base, text);
      if (pending && other) current = applyTextEdit(text, rebased(pending, other, base));
      else if (!pending) current = text;
      base = text;
      version = newVersion;
      onItsWay = null;
      flush();
    },
    /**
     * Take what was typed.
     * @param {string} text
     */
    type(text) {
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
      const isOwn = applied.view === view && applied.revision === revision && onItsWay !== null;
      const pending = isOwn ? null : editBetween(base, current);
      const before = current;
      const after = applyTextEdit(base, applied);
      if (isOwn) {
        // Python may have written it in its own way.
        const own = /** @type {TextEdit} */ (onItsWay);
        const typed = applyTextEdit(base, own);
        const since = editBetween(typed, current);
        const other = editBetween(typed, after);
        current = since ? applyTextEdit(after, other ? rebased(since, other, typed) : since) : after;
      } else {
        current = pending ? applyTextEdit(after, rebased(pending, applied, base)) : after;
      }
      base = after;
      version = applied.version;
      onItsWay = null;
      flush();
      return editBetween(before, current);
    },
  };
}
