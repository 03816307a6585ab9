// @ts-check
import { directory, documentBench } from "./document_bench.js";
import { fileWatcher } from "./document_file.js";
import { notebookName, notebookOf } from "./document_notebook.js";
import { drawReport } from "./document_report.js";
import { pythonKernel } from "./python_kernel.js";
import { addStyle } from "./style_sheets.js";

/** @import { DocumentBench } from "./document_bench.js" */
/** @import { Shown } from "./document_kernel.js" */
/** Objects of JupyterLab. @typedef {any} App @typedef {any} Context @typedef {any} Panel */
/**
 * What is needed of JupyterLab beside its application. `shared` returns a package of it, undefined if it has none; `page`
 * is the name of this page, the same when it is loaded again.
 * @typedef {{ app: App, rendermime: any, palette?: any, lumino: any, apputils: any, page: string, shared(name: string): Promise<any> }} Surroundings
 */

const VIEW = "application/vnd.jupyter.widget-view+json";
const EDITOR = "Editor";
/** Milliseconds between two looks at the file of a document that is seen. */
const INTERVAL = 1000;
export const COMMANDS = {
  notebook: "kustomer-nb:open-notebook",
  editor: "kustomer-nb:open-in-editor",
  restart: "kustomer-nb:restart-document-kernel",
};

/** @typedef {{ bench: DocumentBench, context: Context }} Open */
/** The bench of each file that was open in this page. @type {Map<string, DocumentBench>} */
const BENCHES = new Map();
/** The panels of each document. @type {Map<Context, Set<Panel>>} */
const PANELS = new Map();
/** @type {WeakMap<Panel, Open>} */
const OPEN = new WeakMap();
let hasCommands = false;

/**
 * Show the workbench of a document in its panel.
 * @param {Surroundings} surroundings
 * @param {Panel} panel a DocumentWidget with an empty Panel of Lumino as its content
 * @param {Context} context
 */
export async function showDocument(surroundings, panel, context) {
  addStyle("document.css");
  addCommands(surroundings);
  await addToolbar(surroundings, panel);
  await context.ready;
  if (panel.isDisposed) return;
  const bench = await benchOf(surroundings, context);
  if (panel.isDisposed) return;
  OPEN.set(panel, { bench, context });
  const panels = PANELS.get(context) ?? new Set();
  PANELS.set(context, panels.add(panel));
  bench.open(context);
  panel.setFragment = (/** @type {string} */ fragment) => bench.pick(new URLSearchParams(fragment.replace(/^#/, "")).get("action") ?? "");
  panel.setFragment(panel.fragment ?? "");
  const stop = bench.listen((shown) => paint(surroundings, panel, bench, shown));
  if (panels.size === 1) {
    watchFile(surroundings.app, bench, context, panels);
    context.pathChanged.connect(() => moveBench(bench, context));
  }
  panel.disposed.connect(() => {
    stop();
    panels.delete(panel);
    if (panels.size > 0) return;
    PANELS.delete(context);
    bench.close();
  });
}

/**
 * @param {Surroundings} surroundings
 * @param {Panel} panel
 * @param {DocumentBench} bench
 * @param {Shown} shown
 */
function paint({ lumino }, panel, bench, { model, report }) {
  const { content } = panel;
  for (const child of [...content.widgets]) child.dispose();
  if (report) {
    content.addWidget(new lumino.Widget({ node: drawReport(report) }));
    return;
  }
  const view = bench.rendermime.createRenderer(VIEW);
  content.addWidget(view);
  const data = { [VIEW]: { version_major: 2, version_minor: 0, model_id: model } };
  void view.renderModel({ data, metadata: {}, trusted: true, setData() {} });
}

/**
 * @param {Surroundings} surroundings
 * @param {Context} context
 */
async function benchOf(surroundings, context) {
  const { app, rendermime, apputils, shared, page } = surroundings;
  const known = BENCHES.get(context.path);
  if (known) return known;
  const { sessions, kernelspecs, kernels } = app.serviceManager;
  await kernelspecs.ready;
  const name = pythonKernel(kernelspecs.specs);
  // A path of its own: of two connections to one kernel, as the editor of the file may have one, only the first gets the messages of widgets.
  const sessionContext = new apputils.SessionContext({
    sessionManager: sessions,
    specsManager: kernelspecs,
    kernelManager: kernels,
    path: `${context.path}.workbench`,
    name: context.path.split("/").pop(),
    type: "kustomer",
    kernelPreference: { name, language: "python", shouldStart: true, canStart: true, autoStartDefault: true, shutdownOnDispose: false },
  });
  const bench = documentBench({
    sessionContext,
    rendermime: rendermime.clone({ resolver: context.urlResolver }),
    registerWidgetManager: async () => (await shared("@jupyter-widgets/jupyterlab-manager"))?.registerWidgetManager,
    save: () => save(app, bench),
    editAt: (line) => editAt(app, bench, line),
    page,
  });
  BENCHES.set(context.path, bench);
  return bench;
}

/**
 * The file of a bench has another name.
 * @param {DocumentBench} bench
 * @param {Context} context
 */
function moveBench(bench, context) {
  for (const [path, other] of BENCHES) if (other === bench) BENCHES.delete(path);
  BENCHES.set(context.path, bench);
}

/**
 * @param {App} app
 * @param {DocumentBench} bench
 * @param {Context} context
 * @param {Set<Panel>} panels
 */
function watchFile(app, bench, context, panels) {
  const isShown = () => !document.hidden && [...panels].some((panel) => panel.isVisible);
  const watcher = fileWatcher({ contents: app.serviceManager.contents, context, isShown, reload: bench.reload });
  const timer = setInterval(() => {
    if (panels.size === 0) clearInterval(timer);
    else void watcher.tick();
  }, INTERVAL);
}

/**
 * Save as JupyterLab does, with its dialog if the file has changed.
 * @param {App} app
 * @param {DocumentBench} bench
 */
async function save(app, bench) {
  const context = contextOf(bench);
  const isCurrent = PANELS.get(context)?.has(app.shell.currentWidget);
  try {
    await (isCurrent ? app.commands.execute("docmanager:save") : context?.save());
  } catch {
    // The dialog was cancelled, or JupyterLab has reported why.
  }
}

/**
 * The document of a bench that is open.
 * @param {DocumentBench} bench
 */
function contextOf(bench) {
  return [...PANELS].map(([context, panels]) => ({ context, panel: [...panels][0] })).find(({ panel }) => panel && OPEN.get(panel)?.bench === bench)?.context;
}

/**
 * Show the file in the editor of JupyterLab, beside the panel.
 * @param {App} app
 * @param {DocumentBench} bench
 * @param {number} [line] counted from 1; 0 for none
 */
async function editAt(app, bench, line = 0) {
  const context = contextOf(bench);
  if (!context) return;
  const widget = await app.commands.execute("docmanager:open", { path: context.path, factory: EDITOR, options: { mode: "split-right" } });
  await widget?.revealed;
  const editor = widget?.content?.editor;
  if (line > 0 && editor) {
    editor.setCursorPosition({ line: line - 1, column: 0 });
    editor.revealPosition?.({ line: line - 1, column: 0 });
  }
}

/**
 * Make a notebook beside the definition that opens its workbench, and open it.
 * @param {App} app
 * @param {Open} open
 */
async function openNotebook(app, { bench, context }) {
  const { contents, kernelspecs } = app.serviceManager;
  const folder = directory(context.path);
  const listing = await contents.get(folder, { content: true });
  const file = context.path.split("/").pop();
  const name = notebookName(file, bench.action, listing.content.map((/** @type {{ name: string }} */ item) => item.name));
  const kernel = bench.sessionContext.session?.kernel?.name ?? pythonKernel(kernelspecs.specs);
  const spec = kernelspecs.specs?.kernelspecs[kernel];
  const content = notebookOf(file, bench.action, spec ? { name: kernel, display_name: spec.display_name } : null);
  const path = folder ? `${folder}/${name}` : name;
  await contents.save(path, { type: "notebook", format: "json", content });
  await app.commands.execute("docmanager:open", { path, factory: "Notebook" });
}

/**
 * What can be done with a document: the commands, and the buttons of its toolbar.
 * @type {{ id: string, label: string, caption: string, act(app: App, open: Open): unknown }[]}
 */
const ACTIONS = [
  { id: COMMANDS.notebook, label: "Open Notebook for This Action", caption: "Make a notebook beside this file that opens its workbench", act: openNotebook },
  { id: COMMANDS.editor, label: "Open in Editor", caption: "Show the JSON of this definition beside its workbench", act: (app, { bench }) => editAt(app, bench) },
  { id: COMMANDS.restart, label: "Restart Kernel of This Document", caption: "Start the kernel of this workbench again; unsaved edits stay", act: (_app, { bench }) => bench.restart() },
];

/**
 * @param {Surroundings} surroundings
 * @param {Panel} panel
 * @param {typeof ACTIONS[number]} action
 */
async function perform({ app, apputils }, panel, { label, act }) {
  const open = OPEN.get(panel);
  if (!open) return;
  try {
    await act(app, open);
  } catch (error) {
    void apputils.showErrorMessage(label, error instanceof Error ? error.message : String(error));
  }
}

/** @param {Surroundings} surroundings */
function addCommands(surroundings) {
  const { app, palette } = surroundings;
  if (hasCommands) return;
  hasCommands = true;
  for (const action of ACTIONS) {
    const { id, label, caption } = action;
    const isEnabled = () => OPEN.has(app.shell.currentWidget);
    app.commands.addCommand(id, { label, caption, isEnabled, execute: () => perform(surroundings, app.shell.currentWidget, action) });
    palette?.addItem({ command: id, category: "Kustomer" });
  }
}

/**
 * @param {Surroundings} surroundings
 * @param {Panel} panel
 */
async function addToolbar(surroundings, panel) {
  const { ToolbarButton } = (await surroundings.shared("@jupyterlab/ui-components")) ?? {};
  if (!ToolbarButton || panel.isDisposed) return;
  for (const action of ACTIONS) {
    const label = action.label.replace(" of This Document", "");
    panel.toolbar.addItem(action.id, new ToolbarButton({ label, tooltip: action.caption, onClick: () => void perform(surroundings, panel, action) }));
  }
}
