import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { drawCard } from "../../kustomer_nb/labextension/modules/card.js";
import { jsonTree } from "../../kustomer_nb/labextension/modules/json_text.js";
import { kernelModels } from "../../kustomer_nb/labextension/modules/kernel_models.js";
import { resultView, VIEW } from "../../kustomer_nb/labextension/modules/result_view.js";
import { mount } from "./page.js";

const RUN = "application/vnd.kustomer.run+json";
const BENCH = "application/vnd.kustomer.workbench+json";
const ENTRY = readFileSync(new URL("../../kustomer_nb/labextension/modules/remoteEntry.js", import.meta.url), "utf-8");
const settle = () => new Promise((done) => setTimeout(done));

/** As much of Lumino as is used: a panel with a node, widgets in it, and what hides and disposes them. */
class Widget {
  constructor({ node = document.createElement("div") } = {}) {
    Object.assign(this, { node, widgets: [], isHidden: false, isDisposed: false });
  }

  insertWidget(at, widget) {
    this.widgets.splice(at, 0, widget);
    this.node.insertBefore(widget.node, this.node.children[at] ?? null);
  }

  addWidget(widget) {
    this.insertWidget(this.widgets.length, widget);
  }

  setHidden(isHidden) {
    this.isHidden = isHidden;
  }

  hide() {
    this.setHidden(true);
  }

  show() {
    this.setHidden(false);
  }

  toggleClass(name, force) {
    this.node.classList.toggle(name, force);
  }

  dispose() {
    this.isDisposed = true;
    this.node.remove();
  }
}
const LUMINO = { Panel: Widget, Widget };

class Signal {
  acts = new Set();
  connect(act) {
    this.acts.add(act);
  }
  emit(value) {
    for (const act of this.acts) act(this, value);
  }
}

/** The session of a notebook, with a kernel that has some comms. */
function session(...comms) {
  const kernel = { status: "idle", asked: 0 };
  kernel.requestCommInfo = async () => {
    kernel.asked += 1;
    return { content: { status: "ok", comms: Object.fromEntries(comms.map((id) => [id, {}])) } };
  };
  const names = ["iopubMessage", "statusChanged", "kernelChanged", "connectionStatusChanged"];
  return { session: { kernel }, comms, kernel, ...Object.fromEntries(names.map((name) => [name, new Signal()])) };
}

/** A registry whose renderers draw HTML at once, and a widget when `draw` is called. */
function registry(mimeTypes = [VIEW, "text/html", "text/plain"]) {
  const made = [];
  const createRenderer = (type) => {
    const renderer = new Widget();
    renderer.type = type;
    renderer.renderModel = async (model) => {
      if (type !== VIEW) renderer.node.textContent = String(model.data[type]);
    };
    renderer.draw = () => renderer.addWidget(new Widget());
    made.push(renderer);
    return renderer;
  };
  return { mimeTypes, made, createRenderer, addFactory() {} };
}

const bundle = (id, more = {}) => ({ data: { [BENCH]: { kind: "Workbench" }, [VIEW]: { model_id: id }, "text/html": "saved", ...more }, trusted: true });

function showBench(models) {
  const rendermime = registry();
  const seen = { isLive: false };
  const view = resultView(LUMINO, rendermime, BENCH, models, (isLive) => (seen.isLive = isLive));
  mount().append(view.node);
  const live = () => rendermime.made.find(({ type, isDisposed }) => type === VIEW && !isDisposed);
  return { view, rendermime, seen, live };
}

test("a card shows text as text, with its values, rows and notes", () => {
  const card = {
    title: "200 OK <b>",
    notes: [{ mark: "warning", words: "`x` was <i>lost</i>" }],
    parts: [
      { kind: "request", title: "", method: "GET", url: [["https://a.b/"], ["7", "input", "input: id"]] },
      { kind: "json", title: "Output", text: '{"a": "<script>"}' },
      { kind: "table", title: "Rows", columns: ["Key", "Actual"], rows: [["changed", "k", "<u>"]] },
      { kind: "lines", title: "Lines", rows: [["!", "3", "  <p>"]] },
      { kind: "sent", title: "Request", headers: [["accept", [["*/*"]]]], body: [["a=1"]] },
    ],
  };

  const root = drawCard(card, new AbortController().signal);

  assert.equal(root.querySelector("b, i, u, script, p p"), null);
  for (const words of ["200 OK <b>", "<i>lost</i>", "https://a.b/7", '"<script>"', "<u>", "  <p>", "accept", "a=1"]) {
    assert.ok(root.textContent.includes(words), words);
  }
  assert.equal(root.querySelector(".knb-o-input").title, "input: id");
  assert.equal(root.querySelector('[data-mark="changed"] .knb-icon').getAttribute("aria-label"), "Changed");
});

test("a part that cannot be drawn, or is of a later version, leaves the rest of the card", () => {
  const parts = [{ kind: "table", title: "broken" }, { kind: "hologram", title: "" }, { kind: "json", title: "Output", text: "[1]" }];

  const root = drawCard({ parts }, new AbortController().signal);

  assert.equal(root.textContent.split("cannot be shown by this version").length, 2);
  assert.equal(root.querySelectorAll(".knb-json").length, 1);
  assert.ok(drawCard({ parts: "none", notes: 7 }, new AbortController().signal));
});

test("JSON that was cut is shown as the text that it is", () => {
  const root = drawCard({ parts: [{ kind: "json", title: "Output", text: '{"a": [1, 2' }] }, new AbortController().signal);

  assert.equal(root.querySelector(".knb-cardcode").textContent, '{"a": [1, 2');
  assert.equal(jsonTree("{"), null);
});

test("a tree has the values of its text", () => {
  assert.deepEqual(jsonTree('{"a": [1.5, true, null, "x"]}'), {
    t: "object",
    c: [["a", { t: "array", c: [[0, { t: "number", v: "1.5" }], [1, { t: "boolean", v: true }], [2, { t: "null" }], [3, { t: "string", v: "x" }]] }]],
  });
});

test("a result without a card is shown by its HTML, and without HTML by its facts", async () => {
  const rendermime = registry();
  const view = resultView(LUMINO, rendermime, RUN, null, () => {});

  await view.renderModel({ data: { [RUN]: { kind: "Run" }, "text/html": "<i>html</i>" }, trusted: false });
  assert.equal(view.node.textContent, "<i>html</i>");
  await view.renderModel({ data: { [RUN]: { kind: "Run", status: 204 } }, trusted: false });
  assert.ok(view.node.textContent.includes('"status": 204'));
  assert.equal(view.widgets.filter(({ isDisposed }) => !isDisposed).length, 1);
});

test("the widget is shown when its kernel has it and it is drawn, and the card until then", async () => {
  const context = session("m1");
  const { view, seen, live } = showBench(kernelModels(context));

  await view.renderModel(bundle("m1"));
  await settle();
  assert.deepEqual([seen.isLive, view.card.isHidden, live().isHidden], [false, false, true]);
  live().draw();
  await settle();

  assert.deepEqual([seen.isLive, view.card.isHidden, live().isHidden], [true, true, false]);
});

for (const [words, lose] of [
  ["is restarted", (context) => context.statusChanged.emit("restarting")],
  ["dies", (context) => context.statusChanged.emit("dead")],
  ["is replaced", (context) => context.kernelChanged.emit(null)],
]) {
  test(`the card comes back when the kernel ${words}`, async () => {
    const context = session("m1");
    const { view, seen, live } = showBench(kernelModels(context));
    context.iopubMessage.emit({ header: { msg_type: "comm_open" }, content: { comm_id: "m1", target_name: "jupyter.widget" } });
    await view.renderModel(bundle("m1"));
    await settle();
    live().draw();
    await settle();

    context.comms.length = 0;
    lose(context);
    await settle();

    assert.deepEqual([seen.isLive, view.card.isHidden, live()], [false, false, undefined]);
  });
}

test("edits that are not saved stay on the page when the kernel has gone, until the cell runs again", async () => {
  const context = session("m1");
  const { view, seen, live } = showBench(kernelModels(context));
  await view.renderModel(bundle("m1"));
  await settle();
  live().draw();
  live().node.firstChild.dataset.knbUnsaved = "true";
  await settle();

  context.comms.splice(0, 1, "m2");
  context.statusChanged.emit("restarting");
  await settle();
  assert.equal(seen.isLive, true);
  await view.renderModel(bundle("m2"));
  await settle();

  assert.deepEqual([seen.isLive, view.liveId], [false, "m2"]);
});

test("a kernel without the widget, none at all, and an untrusted notebook show the card alone", async () => {
  const without = session();
  const none = { ...session("m1"), session: null };
  for (const [context, trusted] of [[without, true], [none, true], [session("m1"), false]]) {
    const { view, live } = showBench(kernelModels(context));

    await view.renderModel({ ...bundle("m1"), trusted });
    await settle();

    assert.deepEqual([view.card.isHidden, live()], [false, undefined]);
  }
});

test("a widget that this page saw the kernel make needs no answer of a busy kernel", async () => {
  const context = session();
  const { view, live } = showBench(kernelModels(context));
  context.kernel.requestCommInfo = () => new Promise(() => {});
  context.iopubMessage.emit({ header: { msg_type: "comm_open" }, content: { comm_id: "m1", target_name: "jupyter.widget" } });

  await view.renderModel(bundle("m1"));
  await settle();
  assert.ok(live());
  context.iopubMessage.emit({ header: { msg_type: "comm_close" }, content: { comm_id: "m1" } });
  context.session = null;
  await settle();

  assert.equal(view.node.classList.contains("knb-lab-live"), false);
});

test("an output that is disposed while its kernel is asked starts nothing", async () => {
  const context = session("m1");
  let answer;
  context.kernel.requestCommInfo = () => new Promise((done) => (answer = done));
  const { view, live } = showBench(kernelModels(context));
  await view.renderModel(bundle("m1"));

  view.dispose();
  answer({ content: { comms: { m1: {} } } });
  await settle();

  assert.equal(live(), undefined);
});

/** Load the container as JupyterLab does, with the file of a part replaced by a promise. */
async function loaded(results, scope, location, more = {}) {
  const timers = [];
  const warnings = [];
  const page = { location, setTimeout: (act) => timers.push(act), ...more };
  const globals = {
    window: page,
    document: { currentScript: { src: "http://lab/remoteEntry.js" } },
    console: { warn: (...words) => warnings.push(words) },
    clearTimeout: () => {},
    importFile: () => results,
    URL,
  };
  new Function(...Object.keys(globals), ENTRY.replace("import(", "importFile("))(...Object.values(globals));
  const container = page._JUPYTERLAB["kustomer-nb"];
  container.init(scope);
  const { default: plugins } = (await container.get("./extension"))();
  return { plugins, warnings, expire: () => timers.splice(0).forEach((act) => act()) };
}

const share = (content) => ({ "4.0.0": { loaded: 1, get: async () => () => content } });

function scopeOf(more = {}) {
  return {
    "@lumino/widgets": share(LUMINO),
    "@jupyterlab/rendermime": share({ IRenderMimeRegistry: "rendermime" }),
    "@jupyterlab/notebook": share({ INotebookTracker: "notebooks" }),
    ...more,
  };
}

/** Start the plugin, and draw a run by the factory that it adds. */
async function drawn(results, { finish = () => {} } = {}) {
  const found = await loaded(results, scopeOf());
  const rendermime = registry();
  const factories = [];
  rendermime.addFactory = (factory, rank) => factories.push({ ...factory, rank });
  const [plugin] = found.plugins;
  assert.equal(plugin.activate({}, rendermime, null), undefined);
  const factory = factories.find(({ mimeTypes }) => mimeTypes.includes(RUN));
  const panel = factory.createRenderer();
  const rendering = panel.renderModel({ data: { [RUN]: { kind: "Run" }, "text/html": "the HTML" }, trusted: true });
  await settle();
  finish(found);
  await rendering;
  await settle();
  return { ...found, panel, factory };
}

test("the plugin asks for what JupyterLab has, adds renderers at once, and is not waited for", async () => {
  const made = new Widget();
  made.renderModel = async () => (made.node.textContent = "drawn");

  const { plugins, panel, factory, warnings } = await drawn(Promise.resolve({ makeResult: () => made }));

  assert.deepEqual(plugins.map(({ id, optional }) => [id, optional]), [
    ["kustomer-nb:results", ["rendermime", "notebooks"]],
    ["kustomer-nb:workspace", []],
    ["kustomer-nb:document", ["rendermime"]],
    ["kustomer-nb:editor", ["notebooks", "rendermime"]],
  ]);
  assert.deepEqual([factory.safe, factory.rank, panel.node.textContent, warnings], [true, 0, "drawn", []]);
});

test("without the code of a part, its outputs are shown as without the extension, with one warning", async () => {
  const refused = Promise.reject(new Error("404"));
  refused.catch(() => {});
  const missing = await drawn(refused);
  const throwing = await drawn(Promise.resolve({ makeResult: () => assert.fail("broken") }));
  const hanging = await drawn(new Promise(() => {}), { finish: ({ expire }) => expire() });

  for (const { panel } of [missing, throwing, hanging]) assert.equal(panel.node.textContent, "the HTML");
  assert.deepEqual([missing, throwing, hanging].map(({ warnings }) => warnings.length), [1, 1, 1]);
  assert.match(hanging.warnings[0][0], /the part "results" does not work/);
});

test("a package that is not shared, or does not come, is done without", async () => {
  const scope = scopeOf({ "@jupyterlab/notebook": { "4.0.0": { get: () => Promise.reject(new Error("no")) } } });
  delete scope["@jupyterlab/rendermime"];

  const { plugins, warnings } = await loaded(Promise.resolve({}), scope);
  plugins[0].activate({});
  await settle();

  assert.deepEqual([plugins[0].optional, warnings], [[], []]);
});

/** Start the part of the documents in a page of that address; what it registers is returned. */
async function startedDocuments(code, location, packages = {}, more = {}) {
  const registered = { types: [], factories: [], restored: [], tracked: [], saved: [] };
  class ABCWidgetFactory {
    constructor(options) {
      this.options = options;
    }
  }
  class DocumentWidget {
    constructor(options) {
      Object.assign(this, options, { title: {} });
    }
  }
  class WidgetTracker {
    add(panel) {
      registered.tracked.push(panel);
    }
    save(panel) {
      registered.saved.push(panel);
    }
  }
  class Panel extends Widget {
    addClass(name) {
      this.node.classList.add(name);
    }
  }
  const scope = scopeOf({
    "@lumino/widgets": share({ ...LUMINO, Panel }),
    "@jupyterlab/docregistry": share({ ABCWidgetFactory, DocumentWidget }),
    "@jupyterlab/apputils": share({ WidgetTracker, ICommandPalette: "palette" }),
    "@jupyterlab/application": share({ ILayoutRestorer: "restorer" }),
    ...packages,
  });
  const page = await loaded(code, scope, location, more);
  const plugin = page.plugins.find(({ id }) => id === "kustomer-nb:document");
  const docRegistry = { addFileType: (type) => registered.types.push(type), addWidgetFactory: (factory) => registered.factories.push(factory) };
  const services = { rendermime: registry(), restorer: { restore: (...options) => registered.restored.push(options) } };
  assert.equal(plugin.activate({ docRegistry }, ...plugin.optional.map((token) => services[token] ?? null)), undefined);
  return { ...page, ...registered };
}

test("what JupyterLab restores documents with is there at once, and the rest with the first panel", async () => {
  mount();
  const shown = [];
  const { types, factories, restored, tracked, warnings } = await startedDocuments(Promise.resolve({ showDocument: async (...options) => shown.push(options) }));

  assert.deepEqual(types.map(({ name, extensions }) => [name, extensions]), [["kustomer", [".kustomer.json"]]]);
  const [factory] = factories;
  assert.deepEqual([factory.options.fileTypes, factory.options.defaultFor], [["kustomer", "json"], ["kustomer"]]);
  const context = { path: "a/shop.kustomer.json", pathChanged: new Signal() };
  assert.deepEqual(restored[0][1].args({ context }), { path: "a/shop.kustomer.json", factory: "Kustomer Workbench" });
  assert.equal(shown.length, 0);
  const panel = factory.createNewWidget(context);
  await settle();
  assert.deepEqual([shown[0][1], shown[0][2], tracked, warnings], [panel, context, [panel], []]);
});

test("the file of an address that names the factory opens by it, and no other", async () => {
  const code = Promise.resolve({});
  const named = await startedDocuments(code, { search: "?factory=Kustomer+Workbench", pathname: "/doc/tree/d/my%20(shop).json" });
  const other = await startedDocuments(code, { search: "?factory=Editor", pathname: "/doc/tree/shop.json" });
  const broken = await startedDocuments(code, { search: "?factory=Kustomer+Workbench", pathname: "/doc/tree/%E0" });

  const pattern = new RegExp(named.types[1].pattern);
  assert.deepEqual(["my (shop).json", "my (shop)xjson", "my shop.json"].map((name) => pattern.test(name)), [true, false, false]);
  assert.deepEqual(named.factories[0].options.defaultFor, ["kustomer", "kustomer-addressed"]);
  assert.deepEqual(other.types.length, 1);
  await settle();
  assert.match(broken.warnings[0][0], /the part "document" does not work/);
});

test("a panel whose code does not come says what to do, and a JupyterLab without documents is left alone", async () => {
  mount();
  const refused = Promise.reject(new Error("404"));
  refused.catch(() => {});
  for (const code of [refused, Promise.resolve({ showDocument: () => assert.fail("broken") }), new Promise(() => {})]) {
    const { factories, warnings, expire } = await startedDocuments(code);
    const panel = factories[0].createNewWidget({ path: "shop.json", pathChanged: new Signal() });
    await settle();
    expire();
    await settle();

    assert.match(panel.content.node.textContent, /Open With > Editor/);
    assert.equal(warnings.length, 1);
  }
  const without = await startedDocuments(Promise.resolve({}), undefined, { "@jupyterlab/docregistry": {} });
  await settle();
  assert.deepEqual([without.factories, without.warnings.length], [[], 1]);
});

/** Start the part of the editors in a page that has the services; what it registers is returned. */
async function startedEditor(code) {
  const scope = scopeOf({
    "@jupyterlab/codemirror": share({ IEditorExtensionRegistry: "extensions", EditorExtensionRegistry: { createImmutableExtension: (own) => own } }),
    "@jupyterlab/completer": share({ ICompletionProviderManager: "completions" }),
    "@codemirror/view": share({ ViewPlugin: { define: (create) => create } }),
  });
  const page = await loaded(code, scope);
  const plugin = page.plugins.find(({ id }) => id === "kustomer-nb:editor");
  const registered = {};
  const services = {
    extensions: { addExtension: ({ factory }) => (registered.create = factory()) },
    completions: { registerProvider: (provider) => (registered.provider = provider) },
  };
  assert.equal(plugin.activate({}, ...plugin.optional.map((token) => services[token] ?? null)), undefined);
  return { ...page, ...registered };
}

test("an editor that is opened before the code of the help has come gets it later, unless it is closed", async () => {
  let come;
  const followed = [];
  const changes = [];
  const follow = (editor) => followed.push(editor) && { update: (change) => changes.push(change), destroy: () => changes.push("closed") };
  const page = await startedEditor(new Promise((done) => (come = done)));
  const [first, second] = [page.create("first"), page.create("second")];
  second.destroy();
  first.update("too early");
  assert.equal(await page.provider.isApplicable({}), false);

  come({ editorHelp: () => ({ follow, completes: () => true }) });
  await settle();
  first.update("typed");
  first.destroy();

  assert.deepEqual([followed, changes, await page.provider.isApplicable({})], [["first"], ["typed", "closed"], true]);
});

test("without the code of the help an editor is as it was, with one warning", async () => {
  const refused = Promise.reject(new Error("404"));
  refused.catch(() => {});
  for (const code of [refused, Promise.resolve({ editorHelp: () => assert.fail("broken") }), new Promise(() => {})]) {
    const page = await startedEditor(code);
    const editor = page.create("editor");
    await settle();
    page.expire();
    await settle();

    editor.update("typed");
    editor.destroy();
    assert.equal(await page.provider.isApplicable({}), false);
    assert.deepEqual(page.warnings.map(([words]) => /the part "(\w+)"/.exec(words)[1]), ["editor"]);
  }
});

test("a file that was renamed is restored under its new name", async () => {
  mount();
  const { factories, saved } = await startedDocuments(Promise.resolve({ showDocument() {} }));
  const context = { path: "shop.json", pathChanged: new Signal() };
  const panel = factories[0].createNewWidget(context);

  context.pathChanged.emit("market.json");

  assert.deepEqual(saved, [panel]);
});

/** The name by which a page of a tab is known, and what happens in it. */
async function pageOf(stored) {
  const acts = new Map();
  const sessionStorage = {
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, value) => stored.set(key, value),
    removeItem: (key) => stored.delete(key),
  };
  const shown = [];
  const code = Promise.resolve({ showDocument: async (surroundings) => shown.push(surroundings.page) });
  const page = { sessionStorage, addEventListener: (name, act) => acts.set(name, act) };
  const { factories } = await startedDocuments(code, undefined, {}, page);
  for (const path of ["shop.json", "market.json"]) factories[0].createNewWidget({ path, pathChanged: new Signal() });
  await settle();
  assert.equal(shown[0], shown[1]);
  return { name: shown[0], meet: (event) => acts.get(event)() };
}

test("a page keeps its name when it is loaded again, and a copy of its tab has another one", async () => {
  mount();
  const stored = new Map();
  const page = await pageOf(stored);

  page.meet("pagehide");
  const again = await pageOf(stored);
  const copy = await pageOf(new Map(stored));
  again.meet("pagehide");
  again.meet("pageshow");
  const copyAgain = await pageOf(new Map(stored));

  assert.ok(page.name);
  assert.equal(again.name, page.name);
  assert.equal(new Set([page.name, copy.name, copyAgain.name]).size, 3);
});
