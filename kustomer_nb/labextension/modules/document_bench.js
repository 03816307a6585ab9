// @ts-check
import { readAgain } from "./document_file.js";
import { documentKernel, Reported } from "./document_kernel.js";
import { publishShapes } from "./document_shapes.js";
import { documentText } from "./document_text.js";

/** @import { DocumentText } from "./document_text.js" */
/** @import { Report } from "./document_report.js" */
/** @import { Shown } from "./document_kernel.js" */
/** Objects of JupyterLab. @typedef {any} Context @typedef {any} SessionContext @typedef {any} Rendermime */
/** @typedef {{ message: string, fix: string, line: number, begin: string }} Refusal */
/**
 * What a bench needs of JupyterLab. `editAt` shows a line of the file in the editor.
 * @typedef {{
 *   sessionContext: SessionContext, rendermime: Rendermime,
 *   registerWidgetManager(): Promise<((context: object, rendermime: Rendermime, renderers: Iterable<object>) => unknown) | undefined>,
 *   save(): unknown, editAt(line: number): unknown, page: string,
 * }} Surroundings
 */

const VIEW = "application/vnd.jupyter.widget-view+json";
/** Milliseconds for the widgets of JupyterLab to be set up. */
const LIMIT = 10000;

/**
 * The workbench of a file: its kernel and its widgets outlive the panels that show it.
 * @param {Surroundings} surroundings
 */
export function documentBench({ sessionContext, rendermime, registerWidgetManager, save, editAt, page }) {
  /** The document that is open. @type {Context | null} */
  let context = null;
  /** The folder in which each kernel was started, which may not be that of the file any more. @type {Map<string, string>} */
  const folders = new Map();
  /** @type {DocumentText | null} */
  let text = null;
  /** @type {Shown} */
  let shown = { model: "", report: { title: "Starting the kernel…", isBusy: true } };
  let action = "";
  /** The action that is to be picked as soon as there is a workbench. */
  let wanted = "";
  /** What was typed, for the kernel after this one. @type {object} */
  let typed = {};
  /** @type {Promise<unknown> | null} */
  let managed = null;
  /** What manages the widgets. @type {any} */
  let registration = null;
  let isReloading = false;
  /** The text that Python takes for that of the file. @type {string | null} */
  let savedText = null;
  /** @type {Set<(shown: Shown) => void>} */
  const listeners = new Set();

  /** @param {Shown} next */
  const show = (next) => {
    shown = next;
    for (const paint of [...listeners]) paint(next);
  };
  const manage = async () => {
    // It may be closed meanwhile.
    const saveState = context?.saveState;
    const register = await registerWidgetManager();
    if (!register) throw new Reported({ title: "JupyterLab cannot show widgets.", fix: "install jupyterlab_widgets where JupyterLab runs: pip install jupyterlab_widgets. Then reload the page." });
    // The context of a notebook, as far as it is used: a text has no metadata to save the state of widgets in.
    const model = { getMetadata() {}, setMetadata() {} };
    const facade = { sessionContext, urlResolver: rendermime.resolver, saveState, model };
    rendermime.removeMimeType(VIEW);
    registration = register(facade, rendermime, []);
    const end = Date.now() + LIMIT;
    while (!rendermime.mimeTypes.includes(VIEW)) {
      if (Date.now() > end) throw new Error("the widgets of JupyterLab do not start.");
      await new Promise((go) => setTimeout(go, 20));
    }
  };
  /** @param {boolean} isJoined */
  const prepare = (isJoined) => {
    if (isJoined) {
      // Of a kernel, it asks for widgets that are there already at its beginning alone.
      registration?.dispose();
      managed = null;
    }
    managed ??= manage();
    // Another time, it may work.
    managed.catch(() => (managed = null));
    return managed;
  };
  const pickWanted = () => {
    if (!shown.model || !wanted) return;
    kernel.send({ kind: "pick", name: wanted });
    wanted = "";
  };
  const nameOf = () => String(context?.localPath ?? context?.path ?? "");
  const folderOf = () => {
    const { kernel, path = "" } = sessionContext.session;
    // A session has the name of the drive, which the kernel does not.
    const drive = context ? context.path.length - nameOf().length : 0;
    if (!folders.has(kernel.id)) folders.set(kernel.id, directory(path.slice(drive)));
    // It was started while the file had another name.
    if (context && path !== sessionPath()) sessionContext.session.setPath?.(sessionPath());
    return folders.get(kernel.id) ?? "";
  };
  const sessionPath = () => `${context?.path}.workbench`;
  const opening = () => {
    if (!context || !text) return null;
    const { source, agreed } = text.begin();
    const isUnsaved = Boolean(context.model.dirty);
    savedText = isUnsaved ? null : source;
    return { kind: "open", page, name: nameOf(), text: source, is_unsaved: isUnsaved, typed, ...(agreed === null ? {} : { agreed }) };
  };
  /** @param {Refusal} refusal @returns {Report} */
  const reportOf = ({ message, fix, line, begin }) => {
    const edit = { title: line > 0 ? `Edit Line ${line}` : "Open in Editor", act: () => editAt(line) };
    const choices = [...(begin ? [{ title: begin, act: () => kernel.send({ kind: "begin" }) }] : []), edit];
    return { title: `${nameOf().split("/").pop()} has no workbench`, words: message.charAt(0).toUpperCase() + message.slice(1), fix, choices };
  };
  /** @type {Record<string, (message: any) => void>} */
  const acts = {
    started: ({ folder }) => folders.set(sessionContext.session?.kernel?.id, folder),
    opened: (message) => {
      text?.open(message.version);
      typed = message.typed;
      publishShapes(context?.path, message.shapes);
      if (globalThis.document?.hasFocus?.()) attend();
      acts.shown?.(message);
    },
    shown: ({ model, refusal, action: name }) => {
      action = name;
      if (refusal) show({ model: "", report: reportOf(refusal) });
      else if (model !== shown.model) show({ model, report: null });
      pickWanted();
    },
    typed: (message) => {
      [typed, action] = [message.typed, message.action];
      publishShapes(context?.path, message.shapes);
    },
    edit: (message) => text?.take(message),
    whole: (message) => text?.takeWhole(message),
    save: () => save(),
    failed: ({ words }) => show({ model: "", report: { title: "The workbench does not work here", words, choices: [{ title: "Restart Kernel", act: () => kernel.restart() }] } }),
    notice: ({ words }) => show({ model: "", report: { title: "Nothing was added", words, choices: [{ title: "Open in Editor", act: () => editAt(0) }] } }),
  };
  const kernel = documentKernel({ sessionContext, prepare, folderOf, opening, hear: (message) => acts[message.kind]?.(message), show });

  const follow = () => text?.changed();
  /** @param {unknown} _model @param {{ name: string }} change */
  const followState = (_model, { name }) => {
    if (name === "dirty" && context && !context.model.dirty) tellSaved();
  };
  const tellSaved = () => {
    follow();
    savedText = context.model.sharedModel.source;
    kernel.send({ kind: "saved", text: savedText, is_reloaded: isReloading });
  };
  // A document without unsaved edits that is read again stays as clean as it was.
  const followFile = () => {
    if (context && !context.model.dirty && context.model.sharedModel.source !== savedText) tellSaved();
  };
  const followPath = () => {
    sessionContext.session?.setPath?.(sessionPath());
    kernel.send({ kind: "moved", name: nameOf() });
  };

  // Whoever loads the page again finds what is not saved in the kernel.
  const leave = () => kernel.send({ kind: "leave" });
  // Of several pages, the one in which a person works saves.
  const attend = () => kernel.send({ kind: "attend" });

  return {
    sessionContext,
    rendermime,
    get action() {
      return action;
    },
    get shown() {
      return shown;
    },
    /** @param {(shown: Shown) => void} paint */
    listen(paint) {
      listeners.add(paint);
      paint(shown);
      return () => listeners.delete(paint);
    },
    /** @param {Context} opened a document that is ready */
    open(opened) {
      if (context) return;
      context = opened;
      const { model } = opened;
      text = documentText(model.sharedModel, kernel.send);
      model.sharedModel.changed.connect(follow);
      model.stateChanged.connect(followState);
      opened.pathChanged.connect(followPath);
      opened.fileChanged.connect(followFile);
      globalThis.addEventListener?.("pagehide", leave);
      globalThis.addEventListener?.("focus", attend);
      void kernel.open();
    },
    close() {
      if (!context) return;
      kernel.send({ kind: "close" });
      kernel.close();
      context.model.sharedModel?.changed.disconnect(follow);
      context.model.stateChanged.disconnect(followState);
      context.pathChanged.disconnect(followPath);
      context.fileChanged.disconnect(followFile);
      globalThis.removeEventListener?.("pagehide", leave);
      globalThis.removeEventListener?.("focus", attend);
      [context, text] = [null, null];
      shown = { model: "", report: { title: "Opening the workbench…", isBusy: true } };
    },
    /**
     * Show an action in the workbench.
     * @param {string} name
     */
    pick(name) {
      wanted = name;
      pickWanted();
    },
    /** Read the file again, which somebody else has written. */
    async reload() {
      isReloading = true;
      try {
        if (context) await readAgain(context);
        followFile();
      } finally {
        isReloading = false;
      }
    },
    restart: kernel.restart,
  };
}

/** @typedef {ReturnType<typeof documentBench>} DocumentBench */

/** @param {string} path */
export function directory(path) {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}
