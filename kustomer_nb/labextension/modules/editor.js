// @ts-check
import { answerSource } from "./answers.js";
import { completerReply } from "./editor_completion.js";
import { addEditorCommands } from "./editor_commands.js";
import { drawHelp } from "./editor_help.js";
import { lastRuns } from "./last_runs.js";
import { liteKernel } from "./lite_kernel.js";
import { publishedShapes } from "./document_shapes.js";
import { editorMarks } from "./marks.js";
import { requestQueue } from "./request_queue.js";
import { isLite } from "./server_questions.js";
import { isActionCell, isBegun, isDefinition, LOOKED_AT, MOST_CHARACTERS } from "./texts.js";

/** @import { AskedSession, Question, Answer } from "./answers.js" */
/** @import { QuickFix } from "./editor_help.js" */
/** An editor of CodeMirror. @typedef {any} Editor */
/** Where an editor is: the name of its file, "" for a cell, and the session that may answer. @typedef {{ path: string, isCell: boolean, session: any }} EditorPlace */
/** @typedef {{ editor?: { editor?: Editor, model?: object } }} CompletionContext */

/** Milliseconds after the last key. */
const PAUSE = 250;
/** Milliseconds that the pointer rests on something. */
const REST = 300;
const TOO_LARGE = "This text is too large to check while it is typed. Use kustomer-nb lint.";

/**
 * The help of the editors in which there is a definition: marks, fixes, completion, what is known of a place.
 * @param {Record<string, any>} services
 * @param {Record<string, any>} packages
 * @param {any} app
 */
export function editorHelp(services, packages, app) {
  const { editors, notebooks, rendermime, palette, completions } = services;
  const { "@codemirror/state": state, "@codemirror/view": view, "@jupyterlab/apputils": apputils } = packages;
  const { ServerConnection } = packages["@jupyterlab/services"];
  const { PageConfig, Text } = packages["@jupyterlab/coreutils"];
  const version = PageConfig.getOption("kustomerNb");
  const source = answerSource(ServerConnection, version);
  /** In JupyterLite, the kernel that answers for files. */
  const lite = isLite() ? liteKernel(app) : null;
  const queue = requestQueue();
  const marks = editorMarks({ state, view });
  /** @type {WeakMap<Editor, Follower>} */
  const followers = new WeakMap();
  /** The editor that had the focus last. @type {Editor | null} */
  let latest = null;
  let count = 0;
  addStyle();

  /** @param {Editor} editor @returns {EditorPlace | null} null where there is no help, such as in a console's history */
  function placeOf(editor) {
    if (editor.dom.closest(".jp-FileEditor")) {
      const widget = editors?.find((/** @type {any} */ panel) => panel.node.contains(editor.dom));
      const own = widget?.context.sessionContext;
      const session = own?.session ? own : lite ? lite.context : (notebooks?.currentWidget?.sessionContext ?? null);
      return { path: widget?.context.path ?? "", isCell: false, session };
    }
    if (!editor.dom.closest(".jp-CodeCell")) return null;
    const panel = notebooks?.find((/** @type {any} */ panel) => panel.node.contains(editor.dom));
    return { path: "", isCell: true, session: panel?.sessionContext ?? null };
  }

  /** @param {Editor} editor @param {EditorPlace | null} [place] */
  function isOurs(editor, place = placeOf(editor)) {
    if (!place) return false;
    const beginning = editor.state.doc.sliceString(0, LOOKED_AT);
    return place.isCell ? isActionCell(beginning) : isDefinition(beginning, place.path);
  }

  /**
   * The answer to a question about the text of an editor; null if there is none, or if the text is another one by then.
   * @param {Editor} editor
   * @param {Question} question
   * @param {object} [more]
   * @returns {Promise<Answer | null>}
   */
  async function ask(editor, question, more = {}) {
    const { doc } = editor.state;
    const place = placeOf(editor);
    if (!place || doc.length > MOST_CHARACTERS) return null;
    const isLint = question === "lint";
    const kind = isLint ? `lint ${followers.get(editor)?.id}` : question;
    const request = async () => {
      if (editor.state.doc !== doc || !editor.dom.isConnected) return null;
      const runs = isLint ? undefined : lastRuns(openNotebooks(), publishedShapes(place.path));
      return source.ask(question, { text: doc.toString(), path: place.path, runs, ...more }, place.session);
    };
    const answer = await queue.ask(kind, request, { isUrgent: !isLint });
    if (answer?.mayComeLater && !isLint) return null;
    return editor.state.doc === doc && editor.dom.isConnected ? answer : null;
  }

  function openNotebooks() {
    /** @type {any[]} */
    const open = [];
    notebooks?.forEach((/** @type {any} */ panel) => open.push(panel));
    // The current one counts most.
    return open.sort((a, b) => Number(a === notebooks.currentWidget) - Number(b === notebooks.currentWidget));
  }

  /** @param {Editor} editor @param {number} start @param {number} end @returns {Promise<QuickFix[]>} */
  async function fixesWithin(editor, start, end) {
    return (await ask(editor, "fixes", { start, end }))?.fixes ?? [];
  }

  /** @param {Editor} editor @param {{ start: number, end: number, text: string }[]} edits @param {any} doc the text that they are made for */
  function applyEdits(editor, edits, doc) {
    if (editor.state.readOnly || editor.state.doc !== doc || edits.length === 0) return false;
    const changes = edits.map(({ start, end, text }) => ({ from: start, to: end, insert: text }));
    editor.dispatch({ changes, userEvent: "input.complete" });
    return true;
  }

  /**
   * What is known of an offset, as a tooltip; null if that is nothing.
   * @param {Editor} editor
   * @param {number} offset
   */
  async function helpAt(editor, offset) {
    const { doc } = editor.state;
    const hover = (await ask(editor, "hover", { offset }))?.hover ?? null;
    const problems = marks.problemsAt(editor, offset);
    if (editor.state.doc !== doc || (problems.length === 0 && !hover)) return null;
    const starts = problems.map(({ from }) => from);
    const pos = Math.min(offset, ...starts, hover?.start ?? offset);
    const end = Math.max(offset, ...problems.map(({ to }) => to), hover?.end ?? offset);
    const apply = (/** @type {QuickFix} */ fix) => {
      applyEdits(editor, fix.edits, doc);
      marks.showHelp(editor, null);
      editor.focus();
    };
    const create = () => {
      const places = problems.map(({ problem }) => problem);
      const from = Math.min(...places.map(({ start }) => start));
      const fixes = places.length === 0 ? Promise.resolve([]) : fixesWithin(editor, from, Math.max(...places.map((problem) => problem.end)));
      return { dom: drawHelp(problems, hover?.markdown ?? "", fixes, apply, rendermime ?? null) };
    };
    return { pos, end, above: true, create };
  }

  /** @param {Editor} editor @param {number} offset */
  async function goToDefinition(editor, offset) {
    const target = (await ask(editor, "definition", { offset }))?.definition;
    if (!target) return false;
    const selection = { anchor: target.start, head: target.end };
    const effects = view.EditorView.scrollIntoView(target.start, { y: "center" });
    editor.dispatch({ selection, effects });
    editor.focus();
    return true;
  }

  const extension = [
    marks.extension,
    view.hoverTooltip((/** @type {Editor} */ editor, /** @type {number} */ offset) => (isOurs(editor) ? helpAt(editor, offset) : null), { hoverTime: REST }),
    view.EditorView.domEventHandlers({
      mousedown(/** @type {MouseEvent} */ event, /** @type {Editor} */ editor) {
        const isHeld = /^Mac/.test(navigator.platform) ? event.metaKey : event.ctrlKey;
        const offset = event.button === 0 && isHeld && isOurs(editor) ? editor.posAtCoords({ x: event.clientX, y: event.clientY }) : null;
        if (offset !== null) void goToDefinition(editor, offset);
        return false;
      },
    }),
  ];

  class Follower {
    /** @param {Editor} editor */
    constructor(editor) {
      this.editor = editor;
      this.id = (count += 1);
      this.isAttached = false;
      /** Whether to check again when the kernel is idle. After each request it is idle, too, so not after an answer that failed. */
      this.isWaiting = false;
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      this.timer = undefined;
      /** @type {any} */
      this.session = null;
      this.follow = (/** @type {unknown} */ _sender, /** @type {string} */ status) => {
        if (this.isWaiting && status === "idle") this.schedule();
      };
      this.forget = lite?.whenReady(() => this.schedule());
      this.schedule();
    }

    /** @param {{ docChanged: boolean, focusChanged: boolean }} change */
    update({ docChanged, focusChanged }) {
      if (docChanged) this.schedule();
      if (!focusChanged) return;
      if (this.editor.hasFocus) latest = this.editor;
      // An editor cannot be changed while it is updated.
      else if (this.isAttached) setTimeout(() => this.editor.dom.contains(document.activeElement) || marks.showHelp(this.editor, null));
    }

    schedule() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.check(), PAUSE);
    }

    async check() {
      this.isWaiting = false;
      const { editor } = this;
      const place = placeOf(editor);
      if (!place || !isOurs(editor, place)) return this.clear();
      if (!this.isAttached) editor.dispatch({ effects: state.StateEffect.appendConfig.of(extension) });
      this.isAttached = true;
      const isTooLarge = editor.state.doc.length > MOST_CHARACTERS;
      const isEmpty = !place.isCell && !isTooLarge && !isBegun(editor.state.doc.toString());
      if (isTooLarge || isEmpty) return this.clear(isTooLarge ? TOO_LARGE : "");
      // Nobody waits for it: it calls when it is there.
      if (lite && !place.session) void lite.start().catch(() => {});
      const answer = await ask(editor, "lint");
      if (answer?.mayComeLater) return this.wait(place.session);
      if (answer?.isTooLarge) return this.clear(TOO_LARGE);
      if (answer === null) return;
      marks.showNote(editor, "");
      marks.show(editor, answer.problems);
      if (place.isCell) await warnOfDifference(place.session);
    }

    /** @param {any} session */
    wait(session) {
      this.isWaiting = true;
      if (session === this.session) return;
      this.session?.statusChanged.disconnect(this.follow);
      this.session = session;
      session?.statusChanged.connect(this.follow);
    }

    /** @param {string} [note] */
    clear(note = "") {
      if (!this.isAttached) return;
      marks.show(this.editor, []);
      marks.showNote(this.editor, note);
    }

    destroy() {
      clearTimeout(this.timer);
      this.forget?.();
      this.session?.statusChanged.disconnect(this.follow);
      if (latest === this.editor) latest = null;
    }
  }

  /** @param {AskedSession | null} session */
  async function warnOfDifference(session) {
    const words = await source.difference(session).catch(() => "");
    if (words) apputils?.Notification?.warning(words, { autoClose: false });
  }

  /** The editor in which a command is meant: the one that has the focus, or had it before the palette. */
  function currentEditor() {
    const isShown = latest?.dom.isConnected && (latest.hasFocus || app.shell.currentWidget?.node.contains(latest.dom));
    return isShown && isOurs(latest) ? latest : null;
  }

  /** Whether proposals are ours: not in the line of the magic, which the kernel completes. @param {CompletionContext} context */
  function completes({ editor }) {
    const own = editor?.editor;
    if (!own?.dom) return false;
    const place = placeOf(own);
    return isOurs(own, place) && !(place?.isCell && own.state.doc.lineAt(own.state.selection.main.head).number === 1);
  }

  app.restored?.then(() => keepOut(completions?.getProviders?.(), completes));
  addEditorCommands({ app, palette, apputils, view, marks, currentEditor, ask, fixesWithin, applyEdits, helpAt, goToDefinition });

  return {
    /** Follow an editor; the returned object gets its changes. @param {Editor} editor */
    follow(editor) {
      const follower = new Follower(editor);
      followers.set(editor, follower);
      return follower;
    },
    completes,
    /** @param {CompletionContext} context */
    async complete({ editor }) {
      const own = editor?.editor;
      const offset = own.state.selection.main.head;
      const text = own.state.doc.toString();
      return completerReply(/** @type {any} */ (await ask(own, "complete", { offset })), text, offset, Text.jsIndexToCharIndex);
    },
  };
}

/**
 * Keep the proposals of Python, such as the files of a folder, out of definitions: JupyterLab would insert ours at the
 * start of theirs.
 * @param {Map<string, { isApplicable(context: any): Promise<boolean> }> | undefined} providers
 * @param {(context: any) => boolean} completes
 */
function keepOut(providers, completes) {
  for (const name of ["CompletionProvider:kernel", "CompletionProvider:context"]) {
    const provider = providers?.get(name);
    if (!provider) continue;
    const isApplicable = provider.isApplicable.bind(provider);
    provider.isApplicable = async (context) => !completes(context) && (await isApplicable(context));
  }
}

function addStyle() {
  const href = new URL("editor.css", import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return;
  const link = document.createElement("link");
  [link.rel, link.href] = ["stylesheet", href];
  document.head.append(link);
}
