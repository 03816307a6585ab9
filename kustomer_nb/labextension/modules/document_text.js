// @ts-check
import { textSync } from "../../widgets/lib/text_sync.js";

/** @import { AppliedEdit, SentEdit, TextEdit } from "../../widgets/lib/text_sync.js" */
/**
 * What is needed of the text of a document in JupyterLab. `updateSource` makes the document dirty, and `setSource` would not.
 * @typedef {{ source: string, updateSource(start: number, end: number, value: string): void }} SharedText
 */

/**
 * Keeps the text of a document of JupyterLab and that of its workbench equal while both change.
 * @param {SharedText} shared
 * @param {(message: { kind: "edit" } & SentEdit | { kind: "whole" }) => void} send
 */
export function documentText(shared, send) {
  const newSync = () => textSync(`panel-${Math.random().toString(36).slice(2)}`, (edit) => send({ kind: "edit", ...edit }));
  let sync = newSync();
  let opened = "";
  /** The text that this page and a kernel had last, for a kernel that has another one meanwhile. @type {string | null} */
  let agreed = null;
  /** @param {TextEdit | null} edit */
  const write = (edit) => {
    if (edit) shared.updateSource(edit.start, edit.start + edit.removed, edit.inserted);
  };
  return {
    /**
     * The whole text, for the opening message. What an earlier kernel did not answer is in it, so that nothing is on
     * its way any more; what is typed from now on waits until Python has it. With the text that both had before, if
     * there is one.
     */
    begin() {
      agreed = sync.agreed ?? agreed;
      sync = newSync();
      opened = shared.source;
      return { source: opened, agreed };
    },
    /**
     * Python has the text of the opening message as this version.
     * @param {number} version
     */
    open(version) {
      sync.open(opened, version);
      sync.type(shared.source);
    },
    /** The document has changed, also by an edit of Python, which is known already. */
    changed() {
      sync.type(shared.source);
    },
    /** @param {AppliedEdit} applied an edit that Python has made or taken */
    take(applied) {
      const edit = sync.take(applied);
      if (edit === undefined) send({ kind: "whole" });
      else write(edit);
    },
    /**
     * Take the whole text, in which an edit of the document may be missing that Python refused.
     * @param {{ text: string, version: number, view: string, revision: number }} whole
     */
    takeWhole({ text, version, ...refused }) {
      const before = shared.source;
      sync.open(text, version, refused);
      if (sync.text !== before) write({ start: 0, removed: before.length, inserted: sync.text });
    },
  };
}

/** @typedef {ReturnType<typeof documentText>} DocumentText */
