// @ts-check

/** @import { Answer, Question } from "./answers.js" */
/** @import { QuickFix, TextEdit } from "./editor_help.js" */
/** @import { EditorMarks, HelpTooltip } from "./marks.js" */
/** @typedef {any} Editor */
/**
 * @typedef {{
 *   app: any, palette: any, apputils: any, view: any, marks: EditorMarks,
 *   currentEditor(): Editor | null,
 *   ask(editor: Editor, question: Question, more?: object): Promise<Answer | null>,
 *   fixesWithin(editor: Editor, start: number, end: number): Promise<QuickFix[]>,
 *   applyEdits(editor: Editor, edits: TextEdit[], doc: any): boolean,
 *   helpAt(editor: Editor, offset: number): Promise<HelpTooltip | null>,
 *   goToDefinition(editor: Editor, offset: number): Promise<boolean>,
 * }} EditorActions
 */

const CATEGORY = "Kustomer";
const READ_ONLY = "This text is read-only.";

/**
 * Add the commands of the editor. Their keys are in schemas/kustomer-nb/editor.json, so that a person can change them:
 * those of VS Code, where JupyterLab has no use for them.
 * @param {EditorActions} actions
 */
export function addEditorCommands(actions) {
  const { app, palette, currentEditor } = actions;
  /** @type {[command: string, label: string, act: (editor: Editor) => unknown][]} */
  const commands = [
    ["kustomer-nb:next-problem", "Next Problem", (editor) => goToProblem(actions, editor, 1)],
    ["kustomer-nb:previous-problem", "Previous Problem", (editor) => goToProblem(actions, editor, -1)],
    ["kustomer-nb:fix-problem", "Fix Problem at Cursor", (editor) => fixProblem(actions, editor)],
    ["kustomer-nb:rename-input", "Rename Input or Setting", (editor) => renameName(actions, editor)],
    ["kustomer-nb:go-to-definition", "Go to Definition", (editor) => goToName(actions, editor)],
    ["kustomer-nb:show-help", "Show Help at Cursor", (editor) => showHelp(actions, editor)],
  ];
  for (const [command, label, act] of commands) {
    if (app.commands.hasCommand(command)) continue;
    app.commands.addCommand(command, {
      label,
      isEnabled: () => currentEditor() !== null,
      execute: async () => {
        const editor = currentEditor();
        if (editor) await act(editor);
      },
    });
    palette?.addItem({ command, category: CATEGORY });
  }
}

/** Say something for a screen reader. @param {EditorActions} actions @param {Editor} editor @param {string} words */
function announce({ view }, editor, words) {
  editor.dispatch({ effects: view.EditorView.announce.of(words) });
}

/**
 * Say something at the caret, for eyes and for a screen reader.
 * @param {EditorActions} actions
 * @param {Editor} editor
 * @param {string} words
 */
function say(actions, editor, words) {
  const create = () => {
    const dom = document.createElement("div");
    dom.className = "knb knb-lab-help";
    dom.textContent = words;
    return { dom };
  };
  actions.marks.showHelp(editor, { pos: caretOf(editor), above: true, create });
  announce(actions, editor, words);
  editor.focus();
}

/** @param {Editor} editor @returns {number} */
function caretOf(editor) {
  return editor.state.selection.main.head;
}

/** @param {EditorActions} actions @param {Editor} editor @param {1 | -1} direction */
async function goToProblem(actions, editor, direction) {
  const { marks, view } = actions;
  const places = marks.problemsIn(editor).sort((one, other) => one.from - other.from || one.to - other.to);
  if (places.length === 0) return say(actions, editor, "No problems here.");
  const { from, to } = editor.state.selection.main;
  const following = places.findIndex((place) => place.from > from || (place.from === from && place.to > to));
  const before = places.filter((place) => place.from < from || (place.from === from && place.to < to)).length;
  const at = direction === 1 ? Math.max(following, 0) : (before || places.length) - 1;
  const place = places[at];
  editor.dispatch({ selection: { anchor: place.from, head: place.to }, effects: view.EditorView.scrollIntoView(place.from, { y: "center" }) });
  editor.focus();
  const { severity, code, message, fix } = place.problem;
  announce(actions, editor, `Problem ${at + 1} of ${places.length}, ${severity} ${code}: ${message}${fix ? ` Fix: ${fix}` : ""}`);
  await showHelp(actions, editor, place.from);
}

/** @param {EditorActions} actions @param {Editor} editor @param {number} [offset] */
async function showHelp(actions, editor, offset = caretOf(editor)) {
  const help = await actions.helpAt(editor, offset);
  if (help) actions.marks.showHelp(editor, help);
  else say(actions, editor, "Nothing is known of this place.");
}

/** @param {EditorActions} actions @param {Editor} editor */
async function fixProblem(actions, editor) {
  if (editor.state.readOnly) return say(actions, editor, READ_ONLY);
  const { marks, apputils } = actions;
  const { from, to } = editor.state.selection.main;
  const { doc } = editor.state;
  const problems = marks.problemsAt(editor, from, to).map(({ problem }) => problem);
  if (problems.length === 0) return say(actions, editor, "There is no problem at the cursor.");
  const fixes = await actions.fixesWithin(editor, Math.min(...problems.map(({ start }) => start)), Math.max(...problems.map(({ end }) => end)));
  const codes = new Set(problems.map(({ code }) => code));
  const own = fixes.filter(({ code }) => codes.has(code));
  if (own.length === 0) return say(actions, editor, "This problem has no quick fix.");
  let fix = own[0];
  if (own.length > 1) {
    const titles = own.map(({ title }, at) => `${at + 1}. ${title}`);
    const { button, value } = await apputils.InputDialog.getItem({ title: "Fix Problem", label: "Fix", items: titles });
    if (!button.accept || value === null) return;
    fix = own[titles.indexOf(value)];
  }
  if (actions.applyEdits(editor, fix.edits, doc)) announce(actions, editor, `Fixed: ${fix.title}`);
  editor.focus();
}

/** @param {EditorActions} actions @param {Editor} editor */
async function renameName(actions, editor) {
  if (editor.state.readOnly) return say(actions, editor, READ_ONLY);
  const offset = caretOf(editor);
  const { doc } = editor.state;
  const target = await actions.ask(editor, "rename", { offset, name: "" });
  if (!target?.name) return say(actions, editor, "There is no input or setting to rename at the cursor.");
  let [name, label] = [target.name, "New name"];
  for (;;) {
    const dialog = { title: `Rename ${target.name}`, label, text: name, okLabel: "Rename" };
    const { button, value } = await actions.apputils.InputDialog.getText(dialog);
    if (!button.accept || !value || value === target.name) break;
    const answer = await actions.ask(editor, "rename", { offset, name: value });
    if (answer && !answer.error) {
      if (actions.applyEdits(editor, answer.edits, doc)) announce(actions, editor, `${target.name} is now ${value}, in ${answer.edits.length} places.`);
      break;
    }
    [name, label] = [value, answer?.error ?? "It could not be renamed now. Try again."];
  }
  editor.focus();
}

/** @param {EditorActions} actions @param {Editor} editor */
async function goToName(actions, editor) {
  if (!(await actions.goToDefinition(editor, caretOf(editor)))) return say(actions, editor, "Nothing in this text declares it.");
  const { from, to } = editor.state.selection.main;
  announce(actions, editor, `Declared in line ${editor.state.doc.lineAt(from).number}: ${editor.state.sliceDoc(from, to)}`);
}
