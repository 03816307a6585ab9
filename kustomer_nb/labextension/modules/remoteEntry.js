// @ts-check
/*
 * What JupyterLab loads first, as a script: the container of module federation, written by hand.
 *
 * JupyterLab starts only when `get` and every `activate` have ended, so none of them waits for a file of ours. What has
 * to be there before the first notebook is drawn, which is that outputs of ours have a renderer, is in this script; all
 * else is imported while JupyterLab goes on. A part that throws, is missing or hangs disables itself alone, with one
 * warning.
 */
(() => {
  /** @typedef {{ get(): Promise<() => any>, loaded?: unknown }} SharedVersion */
  /** The packages that JupyterLab shares with extensions, by name and version. @typedef {Record<string, Record<string, SharedVersion>>} Scope */
  /** @typedef {Record<string, any>} Services */
  /** @typedef {{ data: Record<string, any>, trusted: boolean }} MimeModel */
  /** @typedef {{ mimeTypes: readonly string[], createRenderer(mimeType: string): any, addFactory(factory: object, rank: number): void }} Registry */
  /** The tokens of the services that a part gets, by name, and what it does with those that are there. @typedef {{ name: string, services: Record<string, [packageName: string, token: string]>, packages: string[], start(services: Services, packages: Services, app: any): unknown }} Part */

  const NAME = "kustomer-nb";
  /** Milliseconds after which something is taken for missing. */
  const LIMIT = 3000;
  const PREFIX = "application/vnd.kustomer.";
  const VIEW = "application/vnd.jupyter.widget-view+json";
  /** What is drawn from its card, and what is a widget while the kernel has it. */
  const VALUES = ["run", "record", "request", "response", "diff", "diagnostics", "diagnostic", "coverage"];
  const WIDGETS = [
    ...["workbench", "actionform", "definitioncode", "definitionform", "diffview", "historyview", "outputview"],
    ...["problemsview", "requestpreview", "responseview", "runbar", "settingsform", "startpage"],
  ];
  /** Before HTML (50), and after widgets (-10): where the kernel is not known, they are left to their own renderer. */
  const RANK = 0;
  /** Before widgets: in a notebook, the kernel is asked. */
  const RANK_IN_NOTEBOOK = -100;

  const base = /** @type {HTMLScriptElement} */ (document.currentScript).src;
  /** @param {string} file */
  const load = (file) => {
    const module = import(new URL(file, base).href);
    // Its users get the error.
    module.catch(() => {});
    return module;
  };
  const FACTORY = "Kustomer Workbench";
  /** The address of the page, before JupyterLab changes it. */
  const { search = "", pathname = "" } = window.location ?? {};
  const PAGE_ID = pageId();
  // At once, so that they come while JupyterLab is loading the other extensions.
  const results = load("results.js");
  const workspace = load("workspace.js");

  /** @type {Part[]} */
  const parts = [
    {
      name: "results",
      services: { rendermime: ["@jupyterlab/rendermime", "IRenderMimeRegistry"], notebooks: ["@jupyterlab/notebook", "INotebookTracker"] },
      packages: ["@lumino/widgets"],
      start: ({ rendermime, notebooks }, { "@lumino/widgets": lumino }) => {
        if (!rendermime || !lumino) return results;
        addRenderers(lumino, rendermime, null, RANK);
        /** @param {{ content: { rendermime: Registry }, sessionContext: object }} panel */
        const follow = ({ content, sessionContext }) => addRenderers(lumino, content.rendermime, sessionContext, RANK_IN_NOTEBOOK);
        notebooks?.forEach(follow);
        /** @param {unknown} _sender @param {Parameters<typeof follow>[0]} panel */
        const followNew = (_sender, panel) => follow(panel);
        notebooks?.widgetAdded.connect(followNew);
        return results;
      },
    },
    {
      name: "workspace",
      services: {
        launcher: ["@jupyterlab/launcher", "ILauncher"],
        palette: ["@jupyterlab/apputils", "ICommandPalette"],
        statusBar: ["@jupyterlab/statusbar", "IStatusBar"],
        browsers: ["@jupyterlab/filebrowser", "IFileBrowserFactory"],
        settings: ["@jupyterlab/settingregistry", "ISettingRegistry"],
        restorer: ["@jupyterlab/application", "ILayoutRestorer"],
      },
      packages: ["@lumino/widgets", "@jupyterlab/services", "@jupyterlab/ui-components", "@jupyterlab/apputils"],
      start: async (services, packages, app) => (await workspace).start(services, packages, app),
    },
    {
      name: "document",
      services: {
        rendermime: ["@jupyterlab/rendermime", "IRenderMimeRegistry"],
        restorer: ["@jupyterlab/application", "ILayoutRestorer"],
        palette: ["@jupyterlab/apputils", "ICommandPalette"],
      },
      packages: ["@lumino/widgets", "@jupyterlab/docregistry", "@jupyterlab/apputils", "@jupyterlab/ui-components"],
      start: addDocuments,
    },
    {
      name: "editor",
      services: {
        extensions: ["@jupyterlab/codemirror", "IEditorExtensionRegistry"],
        completions: ["@jupyterlab/completer", "ICompletionProviderManager"],
        editors: ["@jupyterlab/fileeditor", "IEditorTracker"],
        notebooks: ["@jupyterlab/notebook", "INotebookTracker"],
        rendermime: ["@jupyterlab/rendermime", "IRenderMimeRegistry"],
        palette: ["@jupyterlab/apputils", "ICommandPalette"],
      },
      packages: ["@codemirror/state", "@codemirror/view", ...["codemirror", "services", "coreutils", "apputils"].map((name) => `@jupyterlab/${name}`)],
      start: startEditor,
    },
  ];

  /**
   * Have editors and the completer know of the help before JupyterLab opens the first file: what comes later reaches
   * new editors only. Its code follows.
   * @param {Services} services
   * @param {Services} packages
   * @param {any} app
   */
  function startEditor({ extensions, completions, ...services }, packages, app) {
    const { "@codemirror/view": view, "@jupyterlab/codemirror": codemirror } = packages;
    if (!extensions || !view) return null;
    /** What the code of the part makes, once it is there. @type {any} */
    let help = null;
    const starting = load("editor.js").then(({ editorHelp }) => (help = editorHelp({ ...services, completions }, packages, app)));
    const plugin = view.ViewPlugin.define((/** @type {any} */ editor) => {
      /** @type {any} */
      let follower = null;
      let isGone = false;
      starting.then(() => (follower = isGone ? null : help.follow(editor))).catch(() => {});
      return {
        update: (/** @type {any} */ change) => follower?.update(change),
        destroy: () => ((isGone = true), follower?.destroy()),
      };
    });
    extensions.addExtension({ name: NAME, factory: () => codemirror.EditorExtensionRegistry.createImmutableExtension(plugin) });
    completions?.registerProvider({
      identifier: `${NAME}:definitions`,
      rank: 1200,
      renderer: null,
      isApplicable: async (/** @type {any} */ context) => help?.completes(context) ?? false,
      fetch: (/** @type {any} */ _request, /** @type {any} */ context) => help.complete(context),
      shouldShowContinuousHint: (/** @type {boolean} */ isVisible, /** @type {any} */ changed) =>
        !isVisible && Boolean(changed.sourceChange?.some((/** @type {any} */ delta) => delta.insert)),
    });
    return starting;
  }

  /** The name of this page: the same when it is loaded again, and another one in each tab, also in a copy of this one. */
  function pageId() {
    const KEY = "kustomer-nb-page";
    const fresh = Math.random().toString(36).slice(2);
    try {
      const { sessionStorage } = window;
      const id = sessionStorage.getItem(KEY) ?? fresh;
      // A tab that is copied takes its storage along: the name is there only while no page is.
      sessionStorage.removeItem(KEY);
      window.addEventListener("pagehide", () => sessionStorage.setItem(KEY, id));
      window.addEventListener("pageshow", () => sessionStorage.removeItem(KEY));
      return id;
    } catch {
      return fresh;
    }
  }

  /**
   * Let definitions open as documents, also those that were open when the page was left. What is drawn in a panel is
   * imported when there is one.
   * @param {Services} services
   * @param {Services} packages
   * @param {any} app
   */
  function addDocuments({ rendermime, restorer, palette }, packages, app) {
    const { "@lumino/widgets": lumino, "@jupyterlab/docregistry": documents, "@jupyterlab/apputils": apputils } = packages;
    if (!rendermime || !lumino || !documents || !apputils) throw new Error("this JupyterLab has no documents");
    const icon = packages["@jupyterlab/ui-components"]?.jsonIcon;
    const kind = { displayName: "Kustomer definition", mimeTypes: ["application/json"], contentType: "file", fileFormat: "text", icon };
    const ours = ["kustomer"];
    app.docRegistry.addFileType({ ...kind, name: "kustomer", extensions: [".kustomer.json"] });
    // The file of an address that names our factory, as that of `kustomer-nb open` does.
    const addressed = new URLSearchParams(search).get("factory") === FACTORY ? decodeURIComponent(pathname.split("/").pop() ?? "") : "";
    if (addressed) {
      // JupyterLab opens the file of an address by the default of its type, and knows no factory there.
      ours.push("kustomer-addressed");
      app.docRegistry.addFileType({ ...kind, name: "kustomer-addressed", extensions: [], pattern: `^${addressed.replace(/[^\w]/g, "\\$&")}$` });
    }
    const tracker = new apputils.WidgetTracker({ namespace: "kustomer-nb-document" });
    /** @param {any} panel @param {any} context */
    const show = async (panel, context) => {
      try {
        const { showDocument } = await inTime(load("document.js"));
        await showDocument({ app, rendermime, palette, lumino, apputils, shared, page: PAGE_ID }, panel, context);
      } catch (error) {
        warn("document", error);
        panel.content.node.textContent = "The workbench cannot be shown in this page. Fix: reload the page, or use Open With > Editor.";
      }
    };
    const Base = /** @type {new (options: object) => any} */ (documents.ABCWidgetFactory);
    class Factory extends Base {
      /** @param {any} context */
      createNewWidget(context) {
        const content = new lumino.Panel();
        content.addClass("knb-document");
        const panel = new documents.DocumentWidget({ content, context });
        panel.title.icon = icon;
        // Such as the action that is to be shown: kept until the code is there that shows it.
        panel.setFragment = (/** @type {string} */ fragment) => (panel.fragment = fragment);
        void tracker.add(panel);
        // What is restored has the path of the time when it was saved.
        context.pathChanged.connect(() => void tracker.save(panel));
        void show(panel, context);
        return panel;
      }
    }
    app.docRegistry.addWidgetFactory(new Factory({ name: FACTORY, modelName: "text", fileTypes: [...ours, "json"], defaultFor: ours }));
    const args = (/** @type {any} */ { context }) => ({ path: context.path, factory: FACTORY });
    void restorer?.restore(tracker, { command: "docmanager:open", args, name: (/** @type {any} */ { context }) => context.path });
  }

  /**
   * @param {any} lumino
   * @param {Registry} rendermime
   * @param {object | null} sessionContext that of a notebook; null elsewhere
   * @param {number} rank
   */
  function addRenderers(lumino, rendermime, sessionContext, rank) {
    for (const kind of [...VALUES, ...WIDGETS]) {
      const mimeType = `${PREFIX}${kind}+json`;
      const createRenderer = () => lateRenderer(lumino, rendermime, sessionContext, mimeType);
      // Safe: it makes text of all that it gets, so an untrusted notebook shows it too.
      rendermime.addFactory({ safe: true, mimeTypes: [mimeType], createRenderer }, rank);
    }
  }

  /**
   * A renderer of which the code may still be on its way. If it does not come, the output is shown as without the
   * extension.
   * @param {any} lumino
   * @param {Registry} rendermime
   * @param {object | null} sessionContext
   * @param {string} mimeType
   */
  function lateRenderer(lumino, rendermime, sessionContext, mimeType) {
    const panel = new lumino.Panel();
    /** @type {Promise<any> | null} */
    let made = null;
    /** @param {MimeModel} model */
    const make = async (model) => {
      let inner;
      try {
        const { makeResult } = await inTime(results);
        inner = makeResult(lumino, rendermime, sessionContext, mimeType, panel);
      } catch (error) {
        warn("results", error);
        const known = [VIEW, "text/html", "text/plain"].find((type) => type in model.data && rendermime.mimeTypes.includes(type));
        if (known) inner = rendermime.createRenderer(known);
      }
      if (inner && !panel.isDisposed) panel.addWidget(inner);
      return inner;
    };
    /** @param {MimeModel} model */
    panel.renderModel = async (model) => {
      made ??= make(model);
      const inner = await made;
      if (inner && !inner.isDisposed) await inner.renderModel(model);
    };
    return panel;
  }

  /**
   * What a promise becomes, if it does so in time.
   * @template T
   * @param {Promise<T>} promise
   * @returns {Promise<T>}
   */
  async function inTime(promise) {
    let timer = 0;
    /** @type {Promise<never>} */
    const late = new Promise((_, refuse) => {
      timer = window.setTimeout(() => refuse(new Error(`not there after ${LIMIT} ms`)), LIMIT);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** @type {Set<string>} */
  const warned = new Set();
  /**
   * Warn of a part, once.
   * @param {string} name
   * @param {unknown} error
   */
  function warn(name, error) {
    if (!warned.has(name)) console.warn(`${NAME}: the part "${name}" does not work in this page.`, error);
    warned.add(name);
  }

  /** @type {Scope} */
  let scope = {};

  /**
   * A package of JupyterLab in the version that it uses itself; undefined if it has none.
   * @param {string} name
   */
  async function shared(name) {
    const versions = Object.values(scope[name] ?? {});
    const version = versions.find(({ loaded }) => loaded) ?? versions[0];
    try {
      return version && (await inTime(version.get()))();
    } catch {
      return undefined;
    }
  }

  /** @param {Part} part */
  async function pluginOf(part) {
    const named = await Promise.all(
      Object.entries(part.services).map(async ([name, [packageName, token]]) => ({ name, token: (await shared(packageName))?.[token] })),
    );
    const packages = Object.fromEntries(await Promise.all(part.packages.map(async (name) => [name, await shared(name)])));
    const known = named.filter(({ token }) => token);
    return {
      id: `${NAME}:${part.name}`,
      autoStart: true,
      optional: known.map(({ token }) => token),
      /** @param {any} app @param {any[]} services */
      activate: (app, ...services) => {
        const work = async () => part.start(Object.fromEntries(known.map(({ name }, index) => [name, services[index]])), packages, app);
        // Not returned: JupyterLab would wait for it.
        inTime(work()).catch((error) => warn(part.name, error));
      },
    };
  }

  const container = {
    /** @param {Scope} packages */
    init: (packages) => {
      scope = packages;
    },
    get: async () => {
      const plugins = await Promise.all(parts.map(pluginOf));
      return () => ({ __esModule: true, default: plugins });
    },
  };
  const page = /** @type {{ _JUPYTERLAB?: Record<string, typeof container> }} */ (/** @type {unknown} */ (window));
  page._JUPYTERLAB ??= {};
  page._JUPYTERLAB[NAME] = container;
})();
