// @ts-check
import { bothRebased, editBetween } from "../../widgets/lib/text_sync.js";

/** Objects of JupyterLab. @typedef {any} Context @typedef {any} Contents */

/** The most looks in a row that are left out, where there is no file to look at. */
const MOST = 60;

/**
 * Read the file of a document again, and keep what is typed until it is there.
 * @param {Context} context
 */
export async function readAgain(context) {
  const { sharedModel } = context.model;
  const before = sharedModel.source;
  let [typed, latest] = [before, before];
  // The last change is that of the file: before it, there is what was typed.
  const follow = () => {
    [typed, latest] = [latest, sharedModel.source];
  };
  sharedModel.changed.connect(follow);
  try {
    await context.revert();
  } finally {
    sharedModel.changed.disconnect(follow);
  }
  if (context.isDisposed) return;
  // JupyterLab does so after its own dialog alone, and another page may have saved the text of this one.
  context.model.dirty = false;
  const edit = editBetween(before, typed);
  if (!edit) return;
  const other = editBetween(before, sharedModel.source);
  const { start, removed, inserted } = other ? bothRebased(edit, other, before)[0] : edit;
  sharedModel.updateSource(start, start + removed, inserted);
}

/**
 * Follows the file of a document, as JupyterLab does not: a change of it replaces a text that has no unsaved edits.
 * @param {{ contents: Contents, context: Context, isShown(): boolean, reload(): Promise<unknown> }} surroundings
 */
export function fileWatcher({ contents, context, isShown, reload }) {
  let isSaving = false;
  let isLooking = false;
  let seen = "";
  let failures = 0;
  let pause = 0;
  const modified = () => context.contentsModel?.last_modified;
  context.saveState.connect((/** @type {unknown} */ _sender, /** @type {string} */ state) => {
    isSaving = state === "started";
    pause = 0;
  });

  const look = async () => {
    const known = modified();
    const { last_modified: changed } = await contents.get(context.path, { content: false });
    // A save that ended meanwhile has changed the file itself.
    const isOver = () => isSaving || context.isDisposed || modified() !== known;
    if (isOver() || changed === known || (context.model.dirty && changed === seen)) return;
    seen = changed;
    if (context.model.dirty) {
      // Another page may have saved the same text.
      const { content } = await contents.get(context.path, { content: true, type: "file", format: "text" });
      if (isOver() || String(content).replace(/\r\n?/g, "\n") !== context.model.sharedModel.source) return;
    }
    await reload();
  };

  return {
    /** Look at the file, unless that is not due. */
    async tick() {
      if (isLooking || isSaving || !isShown()) return;
      if (pause > 0) {
        pause -= 1;
        return;
      }
      isLooking = true;
      try {
        await look();
        failures = 0;
      } catch {
        // A file that is gone is reported when the document is saved.
        failures += 1;
        pause = Math.min(2 ** (failures - 1) - 1, MOST);
      } finally {
        isLooking = false;
      }
    },
  };
}
