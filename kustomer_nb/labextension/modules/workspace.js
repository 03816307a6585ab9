// @ts-check
import { addCommands, canTest, openAt, openTarget, TEST, NEW } from "./commands.js";
import { liteKernel } from "./lite_kernel.js";
import { profileStatus } from "./profile_status.js";
import { isLite, serverQuestions } from "./server_questions.js";
import { sidePanel } from "./side_panel.js";
import { addStyle } from "./style_sheets.js";
import { folderOf, reasonOf, workspaceFiles } from "./workspace_files.js";

/** @import { App } from "./commands.js" */
/** @import { Workspace } from "./workspace_files.js" */

const ID = "kustomer-nb:workspace";
const PANEL = "kustomer-nb-workspace";
/** Milliseconds after a change until it is looked at, and from one look to the next while the panel is seen. */
const SOON = 300;
const PAUSE = 5000;
/** How many times as long as a look the pause is, so that a large workspace is not looked through all the time. */
const SHARE = 4;
const LONGEST = 60_000;
const PROFILE_PAUSE = 10_000;
/** After the table of contents. */
const RANK = 450;
const IGNORED = ["node_modules", "__pycache__", "venv", "dist", "build", "site-packages"];
const STARTING = "Python is starting in this browser. Then the definition is written.";
const DEFAULTS = { sidePanel: true, statusBar: true, ignoredFolders: IGNORED };
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" d="M5 3h6v2H7v14h4v2H5zm14 0h-6v2h4v14h-4v2h6zM10 8.5v7l5.5-3.5z"/></svg>`;

/**
 * Add the launcher card, the commands, the side panel and the item of the status bar. Each is done without where
 * JupyterLab does not have its place.
 * @param {Record<string, any>} services
 * @param {Record<string, any>} packages
 * @param {App} app
 */
export function start(services, packages, app) {
  // It has the style of the widgets.
  addStyle("card.css");
  addStyle("workspace.css");
  const lite = isLite() ? liteKernel(app) : null;
  const questions = lite?.questions ?? serverQuestions(/** @type {any} */ (packages["@jupyterlab/services"]), app.serviceManager.serverSettings);
  const icon = new packages["@jupyterlab/ui-components"].LabIcon({ name: "kustomer-nb:action", svgstr: SVG });
  const options = settingsOf(services.settings);
  const panel = panelOf(app, services.restorer, packages, { questions, icon, options });
  const apputils = packages["@jupyterlab/apputils"];
  addCommands(app, services, {
    questions,
    icon,
    showError: (title, words) => apputils?.showErrorMessage(title, words),
    showWait: () => lite && !lite.context && apputils?.Notification?.info(STARTING, { autoClose: 8000 }),
    reveal: panel.reveal,
    testCommand: async () => panel.latest()?.command || (await questions.get("tests")).command,
  });
  const status = addStatus(app, services, packages, questions, options);
  /** @param {unknown} _sender @param {any} change */
  const follow = (_sender, change) => {
    panel.soon();
    const path = change.newValue?.path ?? change.oldValue?.path ?? "";
    if (path.endsWith("kustomer-nb.toml")) status.refresh();
  };
  app.serviceManager.contents.fileChanged.connect(follow);
  lite?.whenReady(() => {
    panel.soon();
    status.refresh();
  });
  void options.follow(() => {
    panel.apply();
    status.apply();
  });
}

/**
 * The settings of a person, and what follows their changes.
 * @param {any} registry
 */
function settingsOf(registry) {
  /** @type {any} */
  let settings = null;
  return {
    values: () => ({ ...DEFAULTS, ...settings?.composite }),
    /**
     * Call an act when the settings are known, and each time they change.
     * @param {() => void} act
     */
    follow: async (act) => {
      // Nothing waits for the server. Without a schema there is nothing to choose.
      settings = await registry?.load(ID).catch(() => null);
      settings?.changed.connect(act);
      act();
    },
  };
}

/** @typedef {ReturnType<typeof settingsOf>} Options */

/**
 * @param {App} app
 * @param {any} restorer null where JupyterLab keeps no layout
 * @param {Record<string, any>} packages
 * @param {{ questions: import("./server_questions.js").Questions, icon: unknown, options: Options }} more
 */
function panelOf(app, restorer, packages, { questions, icon, options }) {
  const look = workspaceFiles(app.serviceManager.contents, questions);
  /** @type {Workspace | null} */
  let latest = null;
  /** @type {Promise<void> | null} */
  let looking = null;
  let isOutdated = true;
  let timer = 0;
  const list = sidePanel({
    open: (target) => openTarget(app, target),
    create: () => app.commands.execute(NEW),
    test: () => app.commands.execute(TEST),
    refresh: () => refresh(),
    hasTests: () => canTest(app) && Boolean(latest?.command),
  });
  const widget = new packages["@lumino/widgets"].Widget({ node: list.node });
  widget.id = PANEL;
  widget.title.icon = icon;
  widget.title.caption = "Kustomer";
  const isSeen = () => widget.isVisible && document.visibilityState === "visible";

  async function refresh() {
    // A look that is under way may have passed what has changed.
    await looking;
    looking ??= lookOnce();
    await looking;
  }

  async function lookOnce() {
    clearTimeout(timer);
    const start = performance.now();
    isOutdated = false;
    try {
      latest = await look(options.values().ignoredFolders);
      list.show(latest);
    } catch (error) {
      list.show({ definitions: [], runs: [], command: "", hasServer: true, notices: [reasonOf(error)] });
    } finally {
      looking = null;
      // What was saved during the look may be behind it.
      again(isOutdated ? SOON : Math.min(LONGEST, Math.max(PAUSE, SHARE * (performance.now() - start))));
    }
  }

  /** @param {number} pause */
  function again(pause) {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (isSeen()) void refresh();
      else isOutdated = true;
    }, pause);
  }

  function soon() {
    isOutdated = true;
    if (isSeen()) again(SOON);
  }

  const showIfOutdated = () => {
    if (isOutdated && isSeen()) void refresh();
  };
  widget.node.tabIndex = -1;
  const observer = new IntersectionObserver(showIfOutdated);
  observer.observe(widget.node);
  document.addEventListener("visibilitychange", showIfOutdated);

  function add() {
    if (!widget.parent) app.shell.add(widget, "left", { rank: RANK });
  }
  // At once, so that a page that is loaded again shows it as it was.
  add();
  restorer?.add(widget, PANEL);

  function apply() {
    const { sidePanel: isWanted } = options.values();
    if (isWanted) add();
    else widget.parent = null;
    soon();
  }

  return {
    apply,
    soon,
    latest: () => latest,
    /** @param {string} [path] */
    reveal: async (path) => {
      // Before, the layout of the page is not final.
      await app.restored;
      add();
      app.shell.activateById(PANEL);
      await refresh();
      list.reveal(path);
    },
  };
}

/**
 * @param {App} app
 * @param {Record<string, any>} services
 * @param {Record<string, any>} packages
 * @param {import("./server_questions.js").Questions} questions
 * @param {Options} options
 */
function addStatus(app, { statusBar, browsers }, packages, questions, options) {
  const nothing = { refresh: () => {}, apply: () => {} };
  if (!statusBar) return nothing;
  const status = profileStatus(app.serviceManager.contents, questions, (path, line) => openAt(app, path, line));
  const item = new packages["@lumino/widgets"].Widget({ node: status.node });
  const browser = () => browsers?.tracker.currentWidget ?? null;
  /** The file that is in front, or a file of the folder that is listed. */
  const path = () => app.shell.currentWidget?.context?.path ?? `${browser()?.model.path ?? ""}/`;
  const update = () => {
    if (options.values().statusBar) void status.update(path());
  };
  statusBar.registerStatusItem("kustomer-nb:profile", { item, align: "left", rank: 50 });
  app.shell.currentChanged?.connect(update);
  app.shell.currentPathChanged?.connect(update);
  browsers?.tracker.currentChanged?.connect(update);
  browser()?.model.pathChanged.connect(update);
  setInterval(() => {
    // Changes by other programs; nothing is asked where there is no profile.
    if (status.node.firstChild && document.visibilityState === "visible") update();
  }, PROFILE_PAUSE);
  return {
    refresh: () => {
      status.forget();
      update();
    },
    apply: () => {
      if (options.values().statusBar) update();
      else status.hide();
    },
  };
}
