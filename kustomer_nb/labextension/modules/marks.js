// @ts-check
import { marked } from "./positions.js";

/** @typedef {{ code: string, severity: string, message: string, fix: string, start: number, end: number }} Problem */
/** A problem and what is marked of it. @typedef {{ from: number, to: number, problem: Problem }} MarkedProblem */
/** CodeMirror, as JupyterLab shares it. @typedef {{ state: any, view: any }} CodeMirror */
/** Help at a place: a tooltip. @typedef {{ pos: number, end?: number, above: boolean, create(): { dom: HTMLElement } }} HelpTooltip */

/** The worst is drawn last, over the others. */
const ORDER = ["hint", "warning", "error"];

/**
 * The marks of a text, the help that is open in it, and a note above it: what an editor keeps, and how it is changed.
 * @param {CodeMirror} codeMirror
 */
export function editorMarks({ state, view }) {
  const setProblems = state.StateEffect.define();
  const setHelp = state.StateEffect.define();
  const setNote = state.StateEffect.define();

  const problems = state.StateField.define({
    create: () => view.Decoration.none,
    /** @param {any} marks @param {any} transaction */
    update(marks, transaction) {
      let changed = marks.map(transaction.changes);
      for (const effect of transaction.effects) {
        if (effect.is(setProblems)) changed = view.Decoration.set(effect.value.map(decoration), true);
      }
      return changed;
    },
    /** @param {any} field */
    provide: (field) => view.EditorView.decorations.from(field),
  });

  const help = state.StateField.define({
    create: () => null,
    /** @param {HelpTooltip | null} tooltip @param {any} transaction */
    update(tooltip, transaction) {
      let current = transaction.docChanged || transaction.selection ? null : tooltip;
      for (const effect of transaction.effects) if (effect.is(setHelp)) current = effect.value;
      return current;
    },
    /** @param {any} field */
    provide: (field) => view.showTooltip.from(field),
  });

  const note = state.StateField.define({
    create: () => "",
    /** @param {string} words @param {any} transaction */
    update(words, transaction) {
      let current = words;
      for (const effect of transaction.effects) if (effect.is(setNote)) current = effect.value;
      return current;
    },
    /** @param {any} field */
    provide: (field) => view.showPanel.from(field, (/** @type {string} */ words) => (words ? () => ({ dom: drawNote(words), top: true }) : null)),
  });

  /** @param {MarkedProblem} place */
  function decoration({ from, to, problem }) {
    const kind = ORDER.includes(problem.severity) ? problem.severity : "hint";
    return view.Decoration.mark({ class: `knb-lab-mark knb-lab-${kind}`, problem }).range(from, to);
  }

  /** @param {any} editor @returns {MarkedProblem[]} those of an editor, in its order */
  function problemsIn(editor) {
    /** @type {MarkedProblem[]} */
    const places = [];
    const marks = editor.state.field(problems, false);
    for (let at = marks?.iter(); at?.value; at.next()) places.push({ from: at.from, to: at.to, problem: at.value.spec.problem });
    return places;
  }

  return {
    extension: [problems, help, note, view.EditorView.editorAttributes.of({ class: "knb-lab-editor" })],
    problemsIn,
    /** @param {any} editor @param {Problem[]} shown */
    show(editor, shown) {
      const text = editor.state.doc.toString();
      const places = [];
      for (const problem of sortedByRank(shown)) {
        const place = marked(text, problem.start, problem.end);
        if (place) places.push({ ...place, problem });
      }
      editor.dispatch({ effects: setProblems.of(places) });
    },
    /** @param {any} editor @param {number} from @param {number} [to] */
    problemsAt(editor, from, to = from) {
      return problemsIn(editor).filter((place) => place.from <= to && from <= place.to);
    },
    /** @param {any} editor @param {HelpTooltip | null} tooltip */
    showHelp(editor, tooltip) {
      if (tooltip !== null || editor.state.field(help, false)) editor.dispatch({ effects: setHelp.of(tooltip) });
    },
    /** @param {any} editor @param {string} words */
    showNote(editor, words) {
      if (editor.state.field(note, false) !== words) editor.dispatch({ effects: setNote.of(words) });
    },
    /** @param {any} editor */
    hasHelp: (editor) => Boolean(editor.state.field(help, false)),
  };
}

/** @typedef {ReturnType<typeof editorMarks>} EditorMarks */

/** @param {Problem[]} unsorted */
function sortedByRank(unsorted) {
  return [...unsorted].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}

/** @param {string} words */
function drawNote(words) {
  const dom = document.createElement("div");
  dom.className = "knb knb-lab-note";
  dom.setAttribute("role", "note");
  dom.textContent = words;
  return dom;
}
